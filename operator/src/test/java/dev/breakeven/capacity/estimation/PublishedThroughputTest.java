package dev.breakeven.capacity.estimation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.capacity.BenchmarkPoint;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.ReplicaLoad;
import dev.breakeven.traffic.TokenRates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Throughput published for TensorRT-LLM over ten input and output lengths; see cases/README.md. */
class PublishedThroughputTest {

  private static final String LLAMA_70B = "\"Llama-3.3-70B FP8, 2x H100 TP2\"";
  private static final String LLAMA_8B = "\"Llama-3.1-8B FP8, 1x H100\"";

  @ParameterizedTest
  @ValueSource(strings = {LLAMA_70B, LLAMA_8B})
  void fittedOnAllTenRowsEachIsPredictedWithinTenPercent(String setup) throws IOException {
    List<SaturatedRate> rows = rowsOf(setup);
    CapacityFit fit = CapacityFit.to(rows);
    assertThat(rows).hasSize(10).allSatisfy(row -> assertThat(miss(fit, row)).isLessThan(0.10));
    assertThat(fit.error().greatest()).isBetween(0.05, 0.10);
    assertThat(fit.error().mean()).isLessThan(fit.error().greatest());
  }

  @ParameterizedTest
  @ValueSource(strings = {LLAMA_70B, LLAMA_8B})
  void fittedOnFiveTheOtherFiveAreWithinAQuarterInNineDrawsOfTen(String setup) throws IOException {
    List<SaturatedRate> rows = rowsOf(setup);
    int draws = 0;
    int good = 0;
    for (int subset = 0; subset < 1 << 10; subset++) {
      if (Integer.bitCount(subset) != 5) {
        continue;
      }
      List<SaturatedRate> drawn = new ArrayList<>();
      List<SaturatedRate> others = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        ((subset >> i & 1) == 1 ? drawn : others).add(rows.get(i));
      }
      CapacityFit fit = CapacityFit.to(drawn);
      draws++;
      good += others.stream().allMatch(row -> miss(fit, row) <= 0.25) ? 1 : 0;
    }
    assertThat(draws).isEqualTo(252);
    assertThat(good).isGreaterThanOrEqualTo(draws * 9 / 10);
  }

  @Test
  void withoutTheContextTermTheSameRowsAreMissedByMoreThanHalf() throws IOException {
    List<SaturatedRate> blind =
        rowsOf(LLAMA_70B).stream().map(row -> new SaturatedRate(row.tokens(), Double.NaN)).toList();
    CapacityFit fit = CapacityFit.to(blind);
    assertThat(fit.capacity().hasContextTerm()).isFalse();
    assertThat(fit.error().greatest()).isGreaterThan(0.5);
  }

  @Test
  void seventyBillionParametersOnTwoGpusComeToTheFiguresOfTheExamplePolicy() throws IOException {
    Capacity capacity = CapacityFit.to(rowsOf(LLAMA_70B)).capacity();
    assertThat(capacity.inputTokensPerSecond()).isBetween(14_400.0, 14_700.0);
    assertThat(capacity.outputTokensPerSecond()).isBetween(13_900.0, 14_200.0);
    assertThat(capacity.contextTokensPerSecond()).isBetween(14.4e6, 14.8e6);
    assertThat(capacity.cachedInputTokensPerSecond()).isEqualTo(capacity.inputTokensPerSecond());
  }

  private static double miss(CapacityFit fit, SaturatedRate row) {
    return Math.abs(1 / ReplicaLoad.of(row.tokens(), row.contextTokens(), fit.capacity()) - 1);
  }

  private static List<SaturatedRate> rowsOf(String setup) throws IOException {
    try (InputStream csv =
        Objects.requireNonNull(
            PublishedThroughputTest.class.getResourceAsStream("/cases/capacity.csv"))) {
      return new String(csv.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(setup))
          .map(line -> line.substring(setup.length() + 1).split(",", -1))
          .map(
              cells -> {
                double input = Double.parseDouble(cells[1]);
                double output = Double.parseDouble(cells[2]);
                double requestsPerSecond = Double.parseDouble(cells[3]) / output;
                return SaturatedRate.of(new BenchmarkPoint(input, 0, output, requestsPerSecond));
              })
          .toList();
    }
  }

  /**
   * The rates above are those of one replica: tokens/s of a kind are requests/s times its length.
   */
  @Test
  void aBenchmarkPointIsItsRequestsTimesTheirLengths() {
    SaturatedRate rate = SaturatedRate.of(new BenchmarkPoint(1000, 400, 200, 2));
    assertThat(rate.tokens()).isEqualTo(new TokenRates(1200, 800, 400));
    assertThat(rate.contextTokens()).isEqualTo(1100);
  }
}
