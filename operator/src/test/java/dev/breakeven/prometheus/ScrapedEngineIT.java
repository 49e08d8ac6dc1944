package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.Endpoint;
import dev.breakeven.prometheus.client.HttpTransport;
import dev.breakeven.prometheus.client.QueryResult;
import dev.breakeven.prometheus.client.ResponseParser;
import dev.breakeven.prometheus.client.Transport;
import dev.breakeven.prometheus.query.EngineProfiles;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.UntrustedTargets;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.ScrapedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A real page of vLLM's, scraped by a real Prometheus and asked for as the operator does. */
class ScrapedEngineIT {

  private static final Path CAPTURE =
      Path.of("src/test/resources/captures/vllm-0.19.1.metrics.txt");

  /** How many scrapes there are at least, before a figure is looked at. */
  private static final int SCRAPES = 40;

  @Test
  void vllmsTokensOfAWholeRunAreReadToTheLastOne() throws IOException, InterruptedException {
    String after = Files.readString(CAPTURE);
    // Before its first request every counter stood at 0.
    String before =
        after.replaceAll("(?m)^(vllm:\\S+(?:_total|_sum|_count|_bucket)\\{.*}) .*$", "$1 0.0");
    try (ScrapedPage page = ScrapedPage.of(before);
        LivePrometheus prometheus =
            LivePrometheus.configured(
                    """
                    global: {scrape_interval: 100ms, scrape_timeout: 100ms}
                    scrape_configs:
                    - job_name: vllm
                      static_configs:
                      - targets: ["127.0.0.1:%d"]
                        labels: {namespace: inference, pod: chat-0}
                    """
                        .formatted(page.port()))
                .start()) {
      HttpTransport transport = new HttpTransport(Endpoint.at(prometheus.url()));
      QueryBuilder questions =
          new QueryBuilder(
              Source.of("default", transport),
              EngineProfiles.builtIn().named("vllm"),
              Set.of("inference"),
              UntrustedTargets.NONE);
      settled(transport, "0");
      page.show(after);
      long at = settled(transport, "16000");

      // The rate over a range, times the range, is the increase, carried on past the last scrape by
      // at most 1.1 times what lies between two on average, and not before a first that is 0: for
      // every counter by the same factor. So the sizes hold within that factor, whenever the
      // scrapes were made, and their proportions hold to the last tokens.
      double output = increase(transport, questions, QueryCatalog.OUTPUT_TOKENS, at);
      assertThat(output).isBetween(15_999.0, 16_001.0 * (1 + 1.1 / (SCRAPES - 1)));
      assertThat(increase(transport, questions, QueryCatalog.INPUT_TOKENS, at) / output)
          .isCloseTo(110_240 / 16_000.0, within(0.01));
      assertThat(increase(transport, questions, QueryCatalog.CACHED_TOKENS, at) / output)
          .isCloseTo(2_560 / 16_000.0, within(0.001));
      assertThat(increase(transport, questions, QueryCatalog.REQUESTS, at) / output)
          .isCloseTo(370 / 16_000.0, within(0.0001));
    }
  }

  /**
   * A time that is over, when many scrapes had been made and the last showed this many generated
   * tokens.
   *
   * @return in seconds since the epoch
   */
  private static long settled(Transport transport, String output) throws InterruptedException {
    String scrapedAndShown =
        "count_over_time(%1$s[600s]) >= %2$d and %1$s == %3$s"
            .formatted("vllm:generation_tokens_total", SCRAPES, output);
    for (int tries = 0; tries < 600; tries++) {
      // A scrape is stored a little after the time it is stored at.
      long at = Instant.now().getEpochSecond() - 2;
      int[] found = {0};
      ResponseParser.read(
          transport.ask(new ApiRequest.Instant(QueryCatalog.OUTPUT_TOKENS, scrapedAndShown, at)),
          (labels, points) -> found[0]++);
      if (found[0] == 1) {
        return at;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("Prometheus never showed " + output + " generated tokens");
  }

  private static double increase(
      Transport transport, QueryBuilder questions, QueryCatalog query, long atEpochSecond) {
    double[] found = {Double.NaN};
    QueryResult answer =
        ResponseParser.read(
            transport.ask(
                new ApiRequest.Instant(query, questions.engine(query, 600), atEpochSecond)),
            (labels, points) -> {
              assertThat(labels)
                  .isEqualTo(
                      Map.of("namespace", "inference", "pod", "chat-0", "model_name", "tiny"));
              found[0] = 600 * points.valueAt(0);
            });
    assertThat(answer).isEqualTo(new QueryResult.Whole(List.of()));
    return found[0];
  }
}
