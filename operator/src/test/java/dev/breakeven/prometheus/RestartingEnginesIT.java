package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.client.Endpoint;
import dev.breakeven.prometheus.client.HttpTransport;
import dev.breakeven.render.words.Words;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.OpenMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Engines that take with them what they counted since their last scrape, every minute one. */
class RestartingEnginesIT {

  private static final int MINUTES = 3 * 1440;
  private static final long END = Instant.parse("2026-11-20T12:00:00Z").getEpochSecond();
  private static final long START = END - MINUTES * 60L;

  /** Which life of the engine a minute belongs to. */
  private interface Lives extends IntUnaryOperator {}

  @Test
  void whatAnEngineThatRestartsEveryFewMinutesLosesIsSaid() {
    // Five scrapes a life: half an interval of five and a half is 9.1 %.
    assertThat(lost(minute -> minute / 5, false)).singleElement().asString().contains("9.1 %");
  }

  @Test
  void whatAnEngineThatRestartsEveryHourLosesIsTooLittleToBeSaid() {
    assertThat(lost(minute -> minute / 60, false)).isEmpty();
  }

  @Test
  void restartsOfTheWindowsFirstDaysCountThoughNoneIsOfTheLastDay() {
    // Two of three days as above: a third of the window has all of its tokens.
    assertThat(lost(minute -> Math.min(minute, MINUTES - 1440) / 5, false))
        .singleElement()
        .asString()
        .contains("6.2 %");
  }

  @Test
  void podsThatLiveForMinutesLoseAsMuchAsEnginesThatRestart() {
    assertThat(lost(minute -> minute / 5, true)).singleElement().asString().contains("9.1 %");
    assertThat(lost(minute -> minute / 60, true)).isEmpty();
  }

  /** What is said of an engine with these lives, each in a pod of its own or all in one. */
  private static List<String> lost(Lives lives, boolean podEach) {
    Target chat =
        new Target(
            "default",
            "vllm",
            "inference",
            Set.of(new WorkloadRef("Deployment", "chat")),
            "llama",
            "llama",
            Duration.ofDays(3));
    try (LivePrometheus prometheus =
            LivePrometheus.scrapingNothing().holding(out -> write(out, lives, podEach)).start();
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

  private static void write(OpenMetrics out, Lives lives, boolean podEach) {
    int began = 0;
    for (int minute = 0; minute <= MINUTES; minute++) {
      int life = lives.applyAsInt(minute);
      began = minute > 0 && life == lives.applyAsInt(minute - 1) ? began : minute;
      Map<String, String> target = target(podEach ? life : 0);
      Map<String, String> engine = new TreeMap<>(target);
      engine.put("model_name", "llama");
      long at = START + minute * 60L;
      double served = 4800.0 * (minute - began) + 2400;
      out.sample("up", target, at, 1);
      out.sample("vllm:prompt_tokens_total", engine, at, 5 * served);
      out.sample("vllm:generation_tokens_total", engine, at, served);
    }
  }

  private static Map<String, String> target(int life) {
    // The letters that Kubernetes names pods with.
    String name =
        Integer.toString(10_000 + life, 10)
            .chars()
            .mapToObj(c -> String.valueOf("bcdfghjklm".charAt(c - '0')))
            .collect(Collectors.joining());
    return Map.of(
        "namespace", "inference",
        "pod", "chat-6d4cf56db6-" + name,
        "job", "vllm",
        "instance", "10.0.0.1:8000");
  }
}
