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

      // The rate over a range, times the range, is the increase, extrapolated by up to a scrape at
      // its edge: by the same factor for every counter at one time. So the sizes hold within that
      // factor, and their proportions hold to the last tokens.
      long at = Instant.now().getEpochSecond() + 1;
      double output = increase(transport, questions, Query.OUTPUT_TOKENS, at);
      assertThat(output).isCloseTo(16_000, within(1_600.0));
      assertThat(increase(transport, questions, Query.INPUT_TOKENS, at) / output)
          .isCloseTo(110_240 / 16_000.0, within(0.01));
      assertThat(increase(transport, questions, Query.CACHED_TOKENS, at) / output)
          .isCloseTo(2_560 / 16_000.0, within(0.001));
      assertThat(increase(transport, questions, Query.REQUESTS, at) / output)
          .isCloseTo(370 / 16_000.0, within(0.0001));
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
      double now =
          increase(transport, questions, Query.OUTPUT_TOKENS, Instant.now().getEpochSecond() + 1);
      seen = Math.abs(now - output) <= output * 0.1 ? seen + 1 : 0;
      Thread.sleep(300);
    }
  }

  private static double increase(
      Transport transport, Questions questions, Query query, long atEpochSecond) {
    double[] found = {Double.NaN};
    Answer answer =
        AnswerReader.read(
            transport.ask(
                new ApiRequest.Instant(query, questions.engine(query, 600), atEpochSecond)),
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
