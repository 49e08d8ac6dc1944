package dev.breakeven.cli.capacity;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEstimate;
import dev.breakeven.capacity.ConcurrencyLimit;
import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.capacity.ReplicaLoad;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.capacity.estimation.CapacityEstimator;
import dev.breakeven.capacity.estimation.CapacityInputs;
import dev.breakeven.capacity.estimation.ReplicaStep;
import dev.breakeven.catalogue.CatalogueMatch;
import dev.breakeven.catalogue.EngineDefaults;
import dev.breakeven.catalogue.ModelArchitectures;
import dev.breakeven.catalogue.ThroughputCatalogue;
import dev.breakeven.traffic.TokenRates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Capacities from tables, to check the estimates against what is known: {@code CASES.csv} has a row
 * for each deployment, {@code STEPS.csv} what one replica of it did step by step. All figures are
 * of one replica.
 */
final class CapacityCases {

  private static final List<String> CASE_COLUMNS =
      List.of("id", "model", "gpu_product", "gpus", "mean_input_tokens", "mean_output_tokens");

  private static final List<String> STEP_COLUMNS =
      List.of("id", "req_s", "in_tok_s", "out_tok_s", "running");

  /** The target that asks for {@link ThroughputCatalogue#TARGET}. */
  private static final String WITHIN_LATENCY = "slo";

  private final ThroughputCatalogue catalogue = ThroughputCatalogue.shipped();
  private final boolean withCatalogue;

  private CapacityCases(boolean withCatalogue) {
    this.withCatalogue = withCatalogue;
  }

  /** Requests/s of one replica at the case's mean lengths. */
  record Estimated(String id, double low, double best, double high) {}

  /** The cases with an interval, in the order of the file; the others have no evidence for one. */
  static List<Estimated> estimate(Path observations, Path cases, boolean withCatalogue) {
    Map<String, List<ReplicaStep>> steps = new LinkedHashMap<>();
    CsvTable.read(
        observations,
        STEP_COLUMNS,
        row -> steps.computeIfAbsent(row.text("id"), id -> new ArrayList<>()).add(stepOf(row)));
    CapacityCases all = new CapacityCases(withCatalogue);
    List<Estimated> estimated = new ArrayList<>();
    CsvTable.read(
        cases,
        CASE_COLUMNS,
        row -> {
          List<ReplicaStep> ofCase = steps.getOrDefault(row.text("id"), List.of());
          if (all.estimateOf(row, ofCase) instanceof CapacityEstimate.Known known) {
            Capacity best = known.interval().best();
            double requests =
                1
                    / loadOfOneRequest(
                        row.positive("mean_input_tokens"),
                        row.positive("mean_output_tokens"),
                        best);
            estimated.add(
                new Estimated(
                    row.text("id"),
                    requests * known.interval().lowFactor(),
                    requests,
                    requests * known.interval().highFactor()));
          }
        });
    return estimated;
  }

  private static ReplicaStep stepOf(CsvTable.Row row) {
    double waiting = row.figure("waiting");
    return new ReplicaStep(
        new TokenRates(orZero(row.figure("in_tok_s")), 0, orZero(row.figure("out_tok_s"))),
        row.figure("req_s"),
        row.figure("running"),
        // A table without the column is of steps in which nothing waited.
        Double.isNaN(waiting) ? 0 : waiting,
        row.figure("kv_usage"),
        row.figure("ttft_ms") / 1000,
        row.figure("itl_ms") / 1000);
  }

  private CapacityEstimate estimateOf(CsvTable.Row row, List<ReplicaStep> steps) {
    boolean within = row.text("target").equals(WITHIN_LATENCY);
    return CapacityEstimator.of(
        new CapacityInputs(
            new StatedCapacity.NotStated(),
            steps,
            row.text("max_num_seqs").isEmpty()
                ? EngineDefaults.concurrencyLimit(row.text("gpu_product"))
                : ConcurrencyLimit.stated(row.positive("max_num_seqs")),
            within ? ThroughputCatalogue.TARGET : LatencyTarget.NONE,
            ModelArchitectures.of(row.text("model")),
            withCatalogue ? published(row, within) : new PublishedThroughput.NotListed()));
  }

  /** The catalogue's capacity; a throughput that the case states itself is put in its place. */
  private PublishedThroughput published(CsvTable.Row row, boolean within) {
    double input = row.positive("mean_input_tokens");
    double output = row.positive("mean_output_tokens");
    PublishedThroughput listed = new PublishedThroughput.NotListed();
    if (catalogue.find(row.text("model"), row.text("gpu_product"), row.positive("gpus"))
        instanceof CatalogueMatch.Listed match) {
      listed =
          within
              ? match
                  .entry()
                  .withinTargetAt(input, output)
                  .<PublishedThroughput>map(l -> l)
                  .orElseGet(PublishedThroughput.NotListed::new)
              : match.entry().maximumAt(input, output);
    }
    double stated = row.figure("catalogue_req_s");
    if (Double.isNaN(stated)) {
      return listed;
    }
    Capacity capacity =
        listed instanceof PublishedThroughput.Listed l
            ? l.capacity()
            : Capacity.of(1000, 680, 920_000);
    return new PublishedThroughput.Listed(
        capacity.times(stated * loadOfOneRequest(input, output, capacity)),
        Double.NaN,
        ThroughputCatalogue.SOURCE);
  }

  private static double loadOfOneRequest(double input, double output, Capacity capacity) {
    return ReplicaLoad.of(
        new TokenRates(input, 0, output), ReplicaLoad.contextTokens(input, output), capacity);
  }

  private static double orZero(double figure) {
    return Double.isNaN(figure) ? 0 : figure;
  }
}
