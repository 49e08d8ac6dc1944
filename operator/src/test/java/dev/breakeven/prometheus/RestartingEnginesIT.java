package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.client.Endpoint;
import dev.breakeven.prometheus.client.HttpTransport;
import dev.breakeven.render.words.Words;
import dev.breakeven.testing.LivePrometheus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Engines that take with them what they counted since their last scrape, every minute one. */
class RestartingEnginesIT {

  private static final int MINUTES = 1440;
  private static final long END = Instant.parse("2026-11-20T12:00:00Z").getEpochSecond();
  private static final long START = END - MINUTES * 60L;
  private static final Map<String, String> TARGET =
      Map.of(
          "namespace", "inference",
          "pod", "chat-6d4cf56db6-2k4vw",
          "job", "vllm",
          "instance", "10.0.0.1:8000");
  private static final Map<String, String> ENGINE =
      Map.of(
          "namespace", "inference",
          "pod", "chat-6d4cf56db6-2k4vw",
          "job", "vllm",
          "instance", "10.0.0.1:8000",
          "model_name", "llama");

  @Test
  void whatAnEngineThatRestartsEveryFewMinutesLosesIsSaid() {
    // Five scrapes a life: half an interval of five and a half is 9.1 %.
    assertThat(lost(5)).singleElement().asString().contains("9.1 %");
  }

  @Test
  void whatAnEngineThatRestartsEveryHourLosesIsTooLittleToBeSaid() {
    assertThat(lost(60)).isEmpty();
  }

  /** What is said of an engine that lives so many minutes. */
  private static List<String> lost(int minutesOfALife) {
    Target chat =
        new Target(
            "default",
            "vllm",
            "inference",
            Set.of(new WorkloadRef("Deployment", "chat")),
            "llama",
            "llama",
            Duration.ofDays(1));
    try (LivePrometheus prometheus =
            LivePrometheus.scrapingNothing()
                .holding(
                    out -> {
                      for (int minute = 0; minute <= MINUTES; minute++) {
                        long at = START + minute * 60L;
                        double served = 4800.0 * (minute % minutesOfALife) + 2400;
                        out.sample("up", TARGET, at, 1);
                        out.sample("vllm:prompt_tokens_total", ENGINE, at, 5 * served);
                        out.sample("vllm:generation_tokens_total", ENGINE, at, served);
                      }
                    })
                .start();
        MetricsCollector collector =
            new MetricsCollector(
                List.of(Source.of("default", new HttpTransport(Endpoint.at(prometheus.url())))),
                CollectorSettings.DEFAULT)) {
      collector.run(List.of(chat), Instant.ofEpochSecond(END + 300));
      return ((Observation.Observed) collector.of(chat))
          .notes().stream()
              .filter(note -> note.reason() == Note.Reason.COUNTS_LOST)
              .map(note -> Words.of(note.message()))
              .toList();
    }
  }
}
