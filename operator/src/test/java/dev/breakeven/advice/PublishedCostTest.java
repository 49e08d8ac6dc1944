package dev.breakeven.advice;

import static dev.breakeven.advice.SampleInput.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.capacity.BenchmarkPoint;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Api;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.price.Offer;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.traffic.Series;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What a token costs at a published throughput, and where it breaks even; see cases/README.md. */
class PublishedCostTest {

  /** The published figures have four to seven digits. */
  private static Offset<Double> asPublished(double figure) {
    return within(Math.abs(figure) * 2e-4);
  }

  @Test
  void tokensServedAtThePublishedThroughputCostWhatWasPublished() throws IOException {
    for (Row row : rows()) {
      Advice advice = advice(row);
      double effective = found(found(advice.costs().lastHour()).effectivePerMillion()).value();
      double tokensPerOutput = (row.inputTokens() + row.outputTokens()) / row.outputTokens();
      assertThat(effective * tokensPerOutput)
          .isCloseTo(row.costPerMillionOutput(), asPublished(row.costPerMillionOutput()));
      if (row.has(row.costPerMillionTotal())) {
        assertThat(effective)
            .isCloseTo(row.costPerMillionTotal(), asPublished(row.costPerMillionTotal()));
        double tokensOfThousand = 1000 * (row.inputTokens() + row.outputTokens());
        assertThat(effective * tokensOfThousand / 1e6)
            .isCloseTo(row.costPerThousand(), asPublished(row.costPerThousand()));
        assertThat(
                found(found(advice.costs().lastHour()).apiPerMillion()).value()
                    * tokensOfThousand
                    / 1e6)
            .isCloseTo(row.apiPerThousand(), asPublished(row.apiPerThousand()));
      }
    }
  }

  @Test
  void utilizationAndRequestsAtBreakevenAreThosePublished() throws IOException {
    int compared = 0;
    for (Row row : rows()) {
      Breakeven breakeven = found(advice(row).costs().breakeven());
      if (row.breakevenUtilization().equals("unreachable")) {
        assertThat(breakeven.utilization()).isInstanceOf(Breakeven.Utilization.Unreachable.class);
        assertThat(breakeven.utilization().percent()).isGreaterThan(100);
        compared++;
      } else if (!row.breakevenUtilization().isEmpty()) {
        double published = Double.parseDouble(row.breakevenUtilization());
        assertThat(breakeven.utilization()).isInstanceOf(Breakeven.Utilization.Reachable.class);
        // Four decimals are published, in one row three.
        assertThat(breakeven.utilization().percent() / 100).isCloseTo(published, within(5e-4));
        compared++;
      }
      if (row.has(row.breakevenRequestsPerSecond())) {
        assertThat(breakeven.breakevenTokensPerSecond() / (row.inputTokens() + row.outputTokens()))
            .isCloseTo(
                row.breakevenRequestsPerSecond(), asPublished(row.breakevenRequestsPerSecond()));
      }
    }
    assertThat(compared).isEqualTo(4);
  }

  /** $0.238 a million output tokens looks dearer than an API at $0.20; it is 2.5 times cheaper. */
  @Test
  void aMillionOutputTokensIsNotComparedWithAMillionTokensOfAnyKind() throws IOException {
    Row trap = rows().get(4);
    Advice.CostOfHour cost = found(advice(trap).costs().lastHour());
    assertThat(found(cost.apiPerMillion()).value() * 3).isCloseTo(0.60, within(1e-6));
    assertThat(found(cost.effectivePerMillion()).value() * 3).isCloseTo(0.2378, within(1e-4));
  }

  /** A day of exactly the published throughput on one replica of a capacity fitted to it. */
  private static Advice advice(Row row) {
    SampleInput input = SampleInput.about().steps(144);
    double q = row.requestsPerSecond();
    input.uncachedInput = Series.constant(144, q * row.inputTokens());
    input.output = Series.constant(144, q * row.outputTokens());
    input.requests = Series.constant(144, q);
    input.capacity =
        new StatedCapacity.Benchmarked(
            List.of(new BenchmarkPoint(row.inputTokens(), 0, row.outputTokens(), q)));
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(row.gpuHourly()));
    input.api =
        new Api.Offered(
            Offer.of("published", TokenPrices.of(row.inputPerMillion(), row.outputPerMillion())));
    return input.running(1).advice();
  }

  private record Row(List<String> cells) {
    double inputTokens() {
      return number(2);
    }

    double outputTokens() {
      return number(3);
    }

    double requestsPerSecond() {
      return cells.get(4).isEmpty() ? number(5) / outputTokens() : number(4);
    }

    Money gpuHourly() {
      return Money.of(cells.get(6), "USD");
    }

    Money inputPerMillion() {
      return Money.of(cells.get(7), "USD");
    }

    Money outputPerMillion() {
      return Money.of(cells.get(8), "USD");
    }

    double costPerMillionOutput() {
      return number(9);
    }

    double costPerMillionTotal() {
      return number(10);
    }

    double costPerThousand() {
      return number(11);
    }

    double apiPerThousand() {
      return number(12);
    }

    String breakevenUtilization() {
      return cells.get(13);
    }

    double breakevenRequestsPerSecond() {
      return number(14);
    }

    boolean has(double figure) {
      return !Double.isNaN(figure);
    }

    private double number(int cell) {
      return cells.get(cell).isEmpty() ? Double.NaN : Double.parseDouble(cells.get(cell));
    }
  }

  /** The rows; the one quoted cell holds commas. */
  private static List<Row> rows() throws IOException {
    try (InputStream csv =
        Objects.requireNonNull(
            PublishedCostTest.class.getResourceAsStream("/cases/published.csv"))) {
      return new String(csv.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(
              line -> {
                String[] quoted = line.split("\"", -1);
                String unquoted = quoted[0] + quoted[1].replace(",", "") + quoted[2];
                return new Row(List.of(unquoted.split(",", -1)));
              })
          .toList();
    }
  }
}
