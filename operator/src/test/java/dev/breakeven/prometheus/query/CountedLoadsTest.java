package dev.breakeven.prometheus.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.testing.GeneratedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What profiles read of engines that ran, beside what their clients counted. */
@Tag(GeneratedFile.TAG)
class CountedLoadsTest {

  private static final Path CAPTURES = Path.of("src/test/resources/captures");
  private static final Pattern SAMPLE = Pattern.compile("(\\S+?)(\\{.*})? (\\S+)");
  private static final double NOT_COUNTED = -1;

  /**
   * A counted load.
   *
   * @param engine its profile
   * @param capture its files
   * @param obtained what ran, and how it was loaded
   * @param prompt tokens of prompts, cached ones with them
   * @param cached tokens of prompts that a cache held, or -1 where the client did not learn of them
   */
  record Load(
      String engine,
      String capture,
      String obtained,
      double prompt,
      double cached,
      double output,
      double requests) {

    double read(QueryCatalog figure) {
      EngineProfile profile = EngineProfiles.builtIn().named(engine);
      for (EngineProfile.Metric metric : profile.metricsFor(figure)) {
        OptionalDouble after = sumOf(capture + ".after", metric.metric());
        if (after.isPresent()) {
          return after.getAsDouble() - sumOf(capture + ".before", metric.metric()).orElse(0);
        }
      }
      return Double.NaN;
    }

    /** Prompts as the client counts them. */
    double readPrompt() {
      double input = read(QueryCatalog.INPUT_TOKENS);
      return EngineProfiles.builtIn().named(engine).inputIncludesCached()
          ? input
          : input + read(QueryCatalog.CACHED_TOKENS);
    }

    List<double[]> pairs() {
      List<double[]> pairs = new ArrayList<>();
      pairs.add(new double[] {prompt, readPrompt()});
      pairs.add(new double[] {output, read(QueryCatalog.OUTPUT_TOKENS)});
      if (cached != NOT_COUNTED) {
        pairs.add(new double[] {cached, read(QueryCatalog.CACHED_TOKENS)});
      }
      if (requests != NOT_COUNTED) {
        pairs.add(new double[] {requests, read(QueryCatalog.REQUESTS)});
      }
      return pairs;
    }

    double greatestDeviationPercent() {
      return pairs().stream().mapToDouble(p -> 100 * Math.abs(p[1] - p[0]) / p[0]).max().orElse(0);
    }

    @Override
    public String toString() {
      return capture;
    }
  }

  static Stream<Load> loads() {
    return Stream.of(
        new Load(
            "vllm", "vllm-0.19.1", "the engine, streamed and not", 110_240, 2_560, 16_000, 370),
        new Load(
            "vllm",
            "vllm-0.32.0",
            "the engine, an alias and a LoRA adapter, half of it streamed",
            12_600,
            NOT_COUNTED,
            1_440,
            60),
        new Load(
            "vllm",
            "vllm-0.32.0-dp2-api2",
            "the engine, two data-parallel engines and two API servers",
            8_400,
            NOT_COUNTED,
            320,
            40),
        new Load(
            "sglang",
            "sglang-0.5.23",
            "the engine's own server, half of it streamed",
            8_644,
            5_888,
            352,
            44),
        new Load(
            "sglang",
            "sglang-0.5.23-priority-tenants",
            "the same with priorities and a tenant label",
            5_436,
            5_180,
            288,
            36),
        new Load(
            "llamacpp",
            "llamacpp-b11549",
            "llama.cpp's own server",
            12_800,
            7_656,
            1_600,
            NOT_COUNTED));
  }

  @ParameterizedTest
  @MethodSource("loads")
  void whatAProfileReadsIsWhatTheClientCounted(Load load) {
    assertThat(load.pairs())
        .allSatisfy(pair -> assertThat(pair[1]).isCloseTo(pair[0], within(0.01 * pair[0])));
  }

  @Test
  void engineAndVersionStandWithTheirDeviationInATable() {
    StringBuilder page =
        new StringBuilder(
            """
            <!-- Generated from dev.breakeven.prometheus: do not edit. -->
            # What profiles read, and what was counted

            Loads that a client counted from `usage` in the responses, beside what the engine's profile reads from `/metrics` before and
            after it. Engines ran on CPU with tiny models of random weights; the expositions stand beside the tests.
            `operator/src/test/java/dev/breakeven/figures/run captures` reads them again and prints this table.

            | engine | exposition | how obtained | prompt tokens: counted, read | cached | generated | requests | greatest deviation |
            |---|---|---|---|---|---|---|---|
            """);
    loads()
        .forEach(
            load ->
                page.append(
                    "| `%s` | %s | %s | %s | %s | %s | %s | %.2f %% |\n"
                        .formatted(
                            load.engine(),
                            load.capture(),
                            load.obtained(),
                            pair(load.prompt(), load.readPrompt()),
                            pair(load.cached(), load.read(QueryCatalog.CACHED_TOKENS)),
                            pair(load.output(), load.read(QueryCatalog.OUTPUT_TOKENS)),
                            pair(load.requests(), load.read(QueryCatalog.REQUESTS)),
                            load.greatestDeviationPercent())));
    page.append("\n## All profiles\n\n| engine | checked against |\n|---|---|\n");
    for (EngineProfile profile : EngineProfiles.builtIn().all()) {
      page.append(
          "| `%s` | %s |\n"
              .formatted(
                  profile.name(),
                  profile.verified().isEmpty()
                      ? "names in the engine's source"
                      : String.join("; ", profile.verified())));
    }
    GeneratedFile.at("helm/breakeven/ENGINES.md").mustHold(page.toString());
  }

  private static String pair(double counted, double read) {
    return (counted == NOT_COUNTED ? "-" : "%.0f".formatted(counted))
        + ", "
        + (Double.isNaN(read) ? "-" : "%.0f".formatted(read));
  }

  @Test
  void whatNoEngineRanForHasTheNamesOfItsProfile() {
    for (String engine : List.of("lmdeploy", "tgi")) {
      EngineProfile profile = EngineProfiles.builtIn().named(engine);
      String capture = engine.equals("tgi") ? "tgi-3.3.6-dev0" : "lmdeploy-0.18.0";
      for (QueryCatalog figure :
          List.of(
              QueryCatalog.INPUT_TOKENS,
              QueryCatalog.OUTPUT_TOKENS,
              QueryCatalog.REQUESTS,
              QueryCatalog.WAITING)) {
        assertThat(sumOf(capture + ".after", profile.metricsFor(figure).get(0).metric()))
            .as("%s %s", engine, figure)
            .isPresent();
      }
    }
  }

  @Test
  void ofAGatewayWhatGoesToAnApiIsReadFromTheMetricsThatItHas() {
    GatewayProfile gateway = GatewayProfiles.builtIn().named("litellm");
    assertThat(sumOf("litellm-1.108.5.after", gateway.input().get(0).metric())).hasValue(6_900);
    assertThat(sumOf("litellm-1.108.5.after", gateway.cached().get(0).metric())).hasValue(2_900);
    assertThat(sumOf("litellm-1.108.5.after", gateway.output().get(0).metric())).hasValue(480);
    assertThat(gateway.requests().stream().map(m -> sumOf("litellm-1.108.5.after", m.metric())))
        .anyMatch(OptionalDouble::isPresent);
  }

  /** All of one scrape adds up. */
  private static OptionalDouble sumOf(String capture, String metric) {
    Path file = CAPTURES.resolve(capture + ".metrics.txt");
    if (!Files.exists(file)) {
      file = CAPTURES.resolve(capture.replace(".after", "") + ".metrics.txt");
    }
    if (!Files.exists(file)) {
      return OptionalDouble.empty();
    }
    try {
      double sum = 0;
      boolean any = false;
      for (String line : Files.readAllLines(file)) {
        Matcher sample = SAMPLE.matcher(line);
        if (!line.startsWith("#") && sample.matches() && sample.group(1).equals(metric)) {
          sum += Double.parseDouble(sample.group(3));
          any = true;
        }
      }
      return any ? OptionalDouble.of(sum) : OptionalDouble.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
