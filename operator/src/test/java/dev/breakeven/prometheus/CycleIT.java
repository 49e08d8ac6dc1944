package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.traffic.TrafficHistory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a real Prometheus' store to a history. */
class CycleIT {

  private static final Instant NOW = Instant.parse("2026-11-20T12:05:00Z");
  private static final long END = Instant.parse("2026-11-20T12:03:00Z").getEpochSecond();
  private static final String MODEL = "meta-llama/Llama-3.3-70B-Instruct";

  private final Path directory;

  CycleIT(@TempDir Path directory) {
    this.directory = directory;
  }

  private static long daysBefore(double days) {
    return END - Math.round(days * 86_400);
  }

  private static Map<String, String> engine(String pod) {
    return Map.of(
        "namespace",
        "inference",
        "pod",
        pod,
        "engine",
        "0",
        "model_name",
        MODEL,
        "job",
        "vllm",
        "instance",
        pod + ":8000");
  }

  private static Target chat() {
    return new Target(
        "default",
        "vllm",
        "inference",
        Set.of(new WorkloadRef("Deployment", "chat")),
        MODEL,
        MODEL,
        Duration.ofDays(7));
  }

  private static Observation.Observed observed(Cycle cycle, Target target) {
    Observation observation = cycle.of(target);
    assertThat(observation).isInstanceOf(Observation.Observed.class);
    return (Observation.Observed) observation;
  }

  @Test
  void countersOfTwoPodsBecomeTokenRatesOfTheirWorkload() {
    OpenMetrics past = new OpenMetrics();
    for (String pod : List.of("chat-6d4cf56db6-2k4vw", "chat-6d4cf56db6-9xz5t")) {
      past.counter("vllm:prompt_tokens_total", engine(pod), daysBefore(9), END, 600)
          .counter("vllm:prompt_tokens_cached_total", engine(pod), daysBefore(9), END, 150)
          .counter("vllm:generation_tokens_total", engine(pod), daysBefore(9), END, 80);
    }
    try (RealPrometheus prometheus = new RealPrometheus(directory).holding(past).start();
        Cycle cycle =
            new Cycle(
                List.of(Source.of("default", new HttpTransport(Endpoint.at(prometheus.url())))),
                CycleSettings.DEFAULT)) {

      CycleReport report = cycle.run(List.of(chat()), NOW);
      System.out.println(report);

      TrafficHistory traffic = observed(cycle, chat()).traffic();
      assertThat(traffic.grid().steps()).isEqualTo(1008);
      for (int i = 0; i < 1008; i++) {
        assertThat(traffic.isKnown(i)).as("step %d", i).isTrue();
        assertThat(traffic.uncachedInput().measuredAt(i)).isCloseTo(900, within(9.0));
        assertThat(traffic.cachedInput().measuredAt(i)).isCloseTo(300, within(3.0));
        assertThat(traffic.output().measuredAt(i)).isCloseTo(160, within(1.6));
        assertThat(traffic.replicasHeld().measuredAt(i)).isEqualTo(2);
      }
      System.out.println(observed(cycle, chat()));
    }
  }
}
