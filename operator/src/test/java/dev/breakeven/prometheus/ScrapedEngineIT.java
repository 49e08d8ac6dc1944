package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
                    global: {scrape_interval: 250ms, scrape_timeout: 250ms}
                    scrape_configs:
                    - job_name: vllm
                      static_configs:
                      - targets: ["127.0.0.1:%d"]
                        labels: {namespace: inference, pod: chat-0}
                    """
                        .formatted(page.port()))
                .start()) {
      HttpTransport transport = new HttpTransport(Endpoint.at(prometheus.url()));
      Questions questions =
          new Questions(
              Source.of("default", transport),
              EngineProfiles.builtIn().named("vllm"),
              Set.of("inference"),
              Set.of());
      await(transport, questions, 0);
      page.show(after);
      await(transport, questions, 16_000);

      // The rate over a range, times the range, is the increase; over ten minutes of which few
      // seconds were scraped it is not extrapolated further than a scrape to either side.
      assertThat(increase(transport, questions, Query.INPUT_TOKENS))
          .isCloseTo(110_240, within(1102.4));
      assertThat(increase(transport, questions, Query.CACHED_TOKENS)).isCloseTo(2560, within(25.6));
      assertThat(increase(transport, questions, Query.OUTPUT_TOKENS))
          .isCloseTo(16_000, within(160.0));
      assertThat(increase(transport, questions, Query.REQUESTS)).isCloseTo(370, within(3.7));
    }
  }

  private static void await(Transport transport, Questions questions, double output)
      throws InterruptedException {
    // Long enough scraped on both sides that the edges weigh nothing.
    int seen = 0;
    for (int tries = 0; seen < 3; tries++) {
      if (tries == 300) {
        throw new AssertionError("Prometheus never showed " + output + " generated tokens");
      }
      double now = increase(transport, questions, Query.OUTPUT_TOKENS);
      seen = Math.abs(now - output) <= output * 0.01 ? seen + 1 : 0;
      Thread.sleep(300);
    }
  }

  private static double increase(Transport transport, Questions questions, Query query) {
    double[] found = {Double.NaN};
    Answer answer =
        AnswerReader.read(
            transport.ask(
                new ApiRequest.Instant(
                    query, questions.engine(query, 600), Instant.now().getEpochSecond() + 1)),
            (labels, points) -> {
              assertThat(labels)
                  .isEqualTo(
                      Map.of("namespace", "inference", "pod", "chat-0", "model_name", "tiny"));
              found[0] = 600 * points.valueAt(0);
            });
    assertThat(answer).isEqualTo(new Answer.Whole(List.of()));
    return found[0];
  }
}
