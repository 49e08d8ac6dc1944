package dev.breakeven.catalogue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.catalogue.CatalogueEntry.Fidelity;
import dev.breakeven.catalogue.CatalogueEntry.Shape;
import dev.breakeven.catalogue.CatalogueMatch.Unlisted;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The catalogue of published throughput that ships with the operator; {@code README.md} beside its
 * files says where it is from. Read once, some hundred entries.
 */
public final class ThroughputCatalogue {

  /** What computed the figures, and when. */
  public static final String SOURCE = "aiconfigurator 0.12.0, 2026-11-28";

  /** The latency that figures within a target keep to. */
  public static final LatencyTarget TARGET = new LatencyTarget(2, 0.05);

  private static final int NEAREST = 3;

  private record Key(String model, String gpuProduct, int gpus) {
    static Key of(NamedCsvRecord row) {
      return new Key(
          row.getField("model"),
          row.getField("gpu_product"),
          Integer.parseInt(row.getField("gpus")));
    }
  }

  private record Named(ModelKey model, CatalogueEntry entry) {}

  private final List<Named> entries;

  private ThroughputCatalogue(List<Named> entries) {
    this.entries = entries;
  }

  /**
   * Reads what ships with the operator.
   *
   * @throws IllegalStateException if it is not there or not as it was
   */
  public static ThroughputCatalogue shipped() {
    return Shipped.CATALOGUE;
  }

  /** Read when it is first needed. */
  private static final class Shipped {
    private static final ThroughputCatalogue CATALOGUE = read();
  }

  private static ThroughputCatalogue read() {
    Map<Key, List<NamedCsvRecord>> shapes = rowsByKey("throughput.csv");
    List<Named> entries = new ArrayList<>();
    rowsByKey("capacity.csv")
        .forEach(
            (key, capacities) -> {
              List<NamedCsvRecord> rows = shapes.getOrDefault(key, List.of());
              Optional<Capacity> maximum = capacity(capacities, "max");
              if (!rows.isEmpty() && maximum.isPresent()) {
                entries.add(
                    new Named(
                        ModelKey.of(key.model()),
                        entry(
                            key,
                            rows,
                            maximum.get(),
                            capacity(capacities, "within").stream().toList())));
              }
            });
    return new ThroughputCatalogue(entries);
  }

  /** Whether a model is the listed one in the same precision, by whatever name either is known. */
  public static boolean isSame(String model, String listed) {
    ModelKey wanted = ModelKey.of(model);
    ModelKey other = ModelKey.of(listed);
    return model.equals(listed)
        || (wanted.isSameModel(other) && wanted.precision() == other.precision());
  }

  /** All entries. */
  public List<CatalogueEntry> entries() {
    return entries.stream().map(Named::entry).toList();
  }

  /**
   * What is published.
   *
   * @param model a hub's id, a path, or what an engine serves it as
   * @param gpuProduct what a node label calls the GPU
   * @param gpusPerReplica GPUs that one replica takes
   */
  public CatalogueMatch find(String model, String gpuProduct, double gpusPerReplica) {
    ModelKey wanted = ModelKey.of(model);
    String product = GpuProducts.productName(gpuProduct).orElse("");
    List<Named> ofModel = entries.stream().filter(e -> wanted.isSameModel(e.model())).toList();
    List<Named> onProduct =
        ofModel.stream().filter(e -> e.entry().gpuProduct().equals(product)).toList();
    List<Named> ofSize =
        onProduct.stream().filter(e -> e.entry().gpusPerReplica() == gpusPerReplica).toList();
    Optional<Named> exact =
        ofSize.stream()
            .filter(
                e ->
                    wanted.isSamePrecision(
                        e.model(), WeightPrecision.ofTool(e.entry().precision())))
            // The released precision, where a model is listed in several.
            .min(Comparator.comparing((Named e) -> e.model().precision() != wanted.precision()));
    if (exact.isPresent()) {
      return new CatalogueMatch.Listed(exact.get().entry());
    }
    return new CatalogueMatch.NotListed(
        unlisted(ofModel, onProduct, ofSize),
        nearest(wanted, product, GpuProducts.chipOf(gpuProduct), gpusPerReplica));
  }

  private static Unlisted unlisted(List<Named> ofModel, List<Named> onProduct, List<Named> ofSize) {
    if (ofModel.isEmpty()) {
      return Unlisted.MODEL;
    }
    if (onProduct.isEmpty()) {
      return Unlisted.GPU_PRODUCT;
    }
    return ofSize.isEmpty() ? Unlisted.GPUS_PER_REPLICA : Unlisted.PRECISION;
  }

  private List<CatalogueEntry> nearest(
      ModelKey wanted, String product, String chip, double gpusPerReplica) {
    return entries.stream()
        .filter(e -> wanted.wordsInCommon(e.model()) > 0)
        .filter(
            e ->
                wanted.isSameModel(e.model())
                    || e.entry().gpuProduct().equals(product)
                    || GpuProducts.chipOf(e.entry().gpuProduct()).equals(chip))
        .sorted(
            Comparator.comparing((Named e) -> !wanted.isSameModel(e.model()))
                .thenComparing(e -> -wanted.wordsInCommon(e.model()))
                .thenComparing(e -> !e.entry().gpuProduct().equals(product))
                .thenComparing(e -> !GpuProducts.chipOf(e.entry().gpuProduct()).equals(chip))
                .thenComparing(
                    e ->
                        Math.abs(
                            Math.log(e.entry().gpusPerReplica() / Math.max(1, gpusPerReplica))))
                .thenComparing(e -> e.model().precision() != wanted.precision()))
        .limit(NEAREST)
        .map(Named::entry)
        .toList();
  }

  private static CatalogueEntry entry(
      Key key, List<NamedCsvRecord> rows, Capacity maximum, List<Capacity> withinTarget) {
    return new CatalogueEntry(
        key.model(),
        key.gpuProduct(),
        key.gpus(),
        rows.get(0).getField("precision"),
        Fidelity.valueOf(rows.get(0).getField("database")),
        maximum,
        withinTarget,
        rows.stream()
            .map(
                row ->
                    new Shape(
                        figure(row, "input_tokens"),
                        figure(row, "output_tokens"),
                        figure(row, "max_requests_per_s"),
                        figure(row, "concurrency_at_max"),
                        figure(row, "within_target_requests_per_s")))
            .toList());
  }

  private static Optional<Capacity> capacity(List<NamedCsvRecord> rows, String target) {
    return rows.stream()
        .filter(row -> row.getField("target").equals(target))
        .findFirst()
        .map(
            row ->
                Capacity.of(
                    figure(row, "input_tokens_per_s"),
                    figure(row, "output_tokens_per_s"),
                    figure(row, "context_tokens_per_s")));
  }

  private static double figure(NamedCsvRecord row, String column) {
    String text = row.getField(column);
    if (text.isEmpty()) {
      return Double.NaN;
    }
    return text.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }

  private static Map<Key, List<NamedCsvRecord>> rowsByKey(String file) {
    Map<Key, List<NamedCsvRecord>> rows = new LinkedHashMap<>();
    try (InputStream in =
            Objects.requireNonNull(
                ThroughputCatalogue.class.getResourceAsStream(file), "no resource " + file);
        CsvReader<NamedCsvRecord> csv =
            CsvReader.builder()
                .ofNamedCsvRecord(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (NamedCsvRecord row : csv) {
        rows.computeIfAbsent(Key.of(row), key -> new ArrayList<>()).add(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the catalogue " + file + " cannot be read", e);
    }
    return rows;
  }
}
