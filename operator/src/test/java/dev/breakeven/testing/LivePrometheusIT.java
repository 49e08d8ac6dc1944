package dev.breakeven.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LivePrometheusIT {

  /** 2026-11-01T00:00:00Z, a multiple of ten minutes. */
  private static final long START = 1793491200L;

  private static final Map<String, String> POD = Map.of("namespace", "a", "pod", "chat-0");

  @Test
  void aBackfilledCounterHasTheRatesItWasGiven() {
    try (LivePrometheus prometheus =
        LivePrometheus.scrapingNothing()
            .holding(text -> text.counter("tokens_total", POD, START, 600, 100, 250, 0))
            .start()) {
      assertThat(value(prometheus, "rate(tokens_total[10m])", START + 600))
          .isCloseTo(100.0, within(1e-9));
      assertThat(value(prometheus, "rate(tokens_total[10m])", START + 1200))
          .isCloseTo(250.0, within(1e-9));
      assertThat(value(prometheus, "increase(tokens_total[10m])", START + 1800)).isZero();
    }
  }

  @Test
  void aStepWithoutAFigureHasNoSamples() {
    try (LivePrometheus prometheus =
        LivePrometheus.scrapingNothing()
            .holding(text -> text.gauge("waiting", POD, START, 600, 3, Double.NaN, 5))
            .start()) {
      assertThat(value(prometheus, "count_over_time(waiting[9m30s])", START + 599)).isEqualTo(9.0);
      assertThat(answer(prometheus, "avg_over_time(waiting[9m])", START + 1190)).isEmpty();
      assertThat(value(prometheus, "avg_over_time(waiting[9m])", START + 1799)).isEqualTo(5.0);
    }
  }

  @Test
  void dataAndAddressSurviveAnOutage() {
    try (LivePrometheus prometheus =
        LivePrometheus.scrapingNothing()
            .holding(text -> text.gauge("waiting", POD, START, 600, 3))
            .start()) {
      String before = prometheus.url();
      prometheus.stop();
      assertThat(Loopback.textAt(before + "/-/ready")).isEmpty();

      prometheus.start();

      assertThat(prometheus.url()).isEqualTo(before);
      assertThat(value(prometheus, "waiting", START + 60)).isEqualTo(3.0);
    }
  }

  @Test
  void aPageOnLoopbackIsScraped() throws InterruptedException {
    try (ScrapedPage page = ScrapedPage.of("replicas 4\n");
        LivePrometheus prometheus =
            LivePrometheus.scraping(Duration.ofMillis(200), Map.of("operator", page.port()))
                .start()) {
      while (answer(prometheus, "replicas", now()).isEmpty()) {
        Thread.sleep(50);
      }
      assertThat(value(prometheus, "replicas{job=\"operator\"}", now())).isEqualTo(4.0);
    }
  }

  private static long now() {
    return System.currentTimeMillis() / 1000;
  }

  private static double value(LivePrometheus prometheus, String query, long seconds) {
    JsonNode result = answer(prometheus, query, seconds);
    assertThat(result).as(query).hasSize(1);
    return result.get(0).get("value").get(1).asDouble();
  }

  private static JsonNode answer(LivePrometheus prometheus, String query, long seconds) {
    String json =
        Loopback.textAt(
            prometheus.url()
                + "/api/v1/query?time="
                + seconds
                + "&query="
                + URLEncoder.encode(query, StandardCharsets.UTF_8));
    try {
      return new ObjectMapper().readTree(json).get("data").get("result");
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }
}
