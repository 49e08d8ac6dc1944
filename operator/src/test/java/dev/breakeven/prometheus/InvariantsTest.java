package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.RehearsedServer.Deployment;
import dev.breakeven.prometheus.query.GatewayProfiles;
import dev.breakeven.render.words.Words;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What has to fit together in what was read, each with the issue that says that it does not. */
class InvariantsTest {

  private static final long END = Instant.parse("2026-11-20T12:00:00Z").getEpochSecond();
  private static final Instant NOW = Instant.ofEpochSecond(END + 300);
  private static final StepGrid DAYS = new StepGrid(END - 2L * 144 * 600, 600, 2 * 144);
  private static final WorkloadRef CHAT = new WorkloadRef("Deployment", "chat");
  private static final WorkloadRef PREFILL = new WorkloadRef("Deployment", "prefill");
  private static final WorkloadRef DECODE = new WorkloadRef("Deployment", "decode");

  /** A pod's constant figures; the gateway's differ from step to step. */
  private static Deployment pod(
      String name, double uncached, double cached, double output, double requests, Series burst) {
    int steps = DAYS.steps();
    Series none = Series.absent(steps);
    return new Deployment(
        "a",
        name,
        "llama",
        new TrafficHistory(
            DAYS,
            Series.constant(steps, uncached),
            Series.constant(steps, cached),
            Series.constant(steps, output),
            Series.constant(steps, requests),
            burst,
            none,
            burst,
            none,
            Series.constant(steps, 1),
            Series.constant(steps, 0),
            Series.constant(steps, 50)));
  }

  private static Deployment pod(
      String name, double uncached, double cached, double output, double requests) {
    return pod(name, uncached, cached, output, requests, Series.absent(DAYS.steps()));
  }

  private static Target target(Set<WorkloadRef> workloads, Set<WorkloadRef> readers) {
    return new Target(
        "default", "vllm", "a", workloads, readers, "llama", "llama", Duration.ofDays(1));
  }

  private static Source source(Deployment... deployments) {
    Source plain = Source.of("default", new RehearsedServer(List.of(deployments)));
    return new Source(
        plain.name(),
        plain.transport(),
        Map.of(),
        Set.of(),
        plain.trust(),
        new Source.Gateway.Configured(
            GatewayProfiles.builtIn().named("envoy-ai-gateway"), Map.of(), Set.of()),
        plain.opencost());
  }

  /** What is said of a target, by its reason. */
  private static Map<Note.Reason, String> said(Target target, Deployment... deployments) {
    CollectorSettings settings =
        new CollectorSettings(Duration.ofDays(3), Duration.ofMinutes(2), Duration.ofSeconds(60), 2);
    try (MetricsCollector collector =
        new MetricsCollector(List.of(source(deployments)), settings)) {
      collector.run(List.of(target), NOW);
      return ((Observation.Observed) collector.of(target))
          .notes().stream()
              .collect(Collectors.toMap(Note::reason, note -> Words.of(note.message())));
    }
  }

  @Test
  void moreCachedTokensThanPromptsAreAMiscount() {
    assertThat(said(target(Set.of(CHAT), Set.of()), pod("chat", -300, 1300, 250, 1)))
        .containsKey(Note.Reason.CACHED_EXCEED_PROMPTS)
        .extractingByKey(Note.Reason.CACHED_EXCEED_PROMPTS)
        .asString()
        .contains("130");
  }

  @Test
  void cachedTokensUpToThePromptsAreNone() {
    assertThat(said(target(Set.of(CHAT), Set.of()), pod("chat", 0, 1000, 250, 1)))
        .doesNotContainKey(Note.Reason.CACHED_EXCEED_PROMPTS);
  }

  @Test
  void promptsThatOnePodReadsAndAnotherGetsWithoutRolesStandTwice() {
    assertThat(
            said(
                target(Set.of(PREFILL, DECODE), Set.of()),
                pod("prefill", 1000, 0, 1, 1),
                pod("decode", 20, 980, 250, 1)))
        .containsKey(Note.Reason.PROMPTS_COUNTED_TWICE);
  }

  @Test
  void promptsOfADecodePodThatFindsThemElsewhereThanInItsCacheStandTwiceToo() {
    assertThat(
            said(
                target(Set.of(PREFILL, DECODE), Set.of()),
                pod("prefill", 700, 300, 1, 1),
                pod("decode", 1000, 0, 250, 1)))
        .containsKey(Note.Reason.PROMPTS_COUNTED_TWICE);
  }

  @Test
  void twoPodsThatReadAndGenerateShareTheirPromptsAndCountThemOnce() {
    assertThat(
            said(
                target(Set.of(PREFILL, DECODE), Set.of()),
                pod("prefill", 700, 300, 250, 1),
                pod("decode", 700, 300, 250, 1)))
        .doesNotContainKey(Note.Reason.PROMPTS_COUNTED_TWICE);
  }

  @Test
  void withRolesThePromptsOfBothHalvesAreTheSame() {
    Target split = target(Set.of(PREFILL, DECODE), Set.of(PREFILL));

    assertThat(said(split, pod("prefill", 1000, 0, 1, 1), pod("decode", 0, 900, 250, 1)))
        .doesNotContainKey(Note.Reason.HALVES_DIFFER);
    assertThat(said(split, pod("prefill", 1000, 0, 1, 1), pod("decode", 0, 700, 250, 1)))
        .containsKey(Note.Reason.HALVES_DIFFER);
  }

  /** 250 a second on the mean, in no two steps the same. */
  private static Series varied(double factor) {
    double[] values = new double[DAYS.steps()];
    for (int i = 0; i < values.length; i++) {
      values[i] = factor * (250 + 200 * Math.sin(i * 0.7));
    }
    return Series.of(values);
  }

  private static Deployment varied(Series output, Series burst) {
    TrafficHistory steady = pod("chat", 700, 300, 250, 1, burst).past();
    return new Deployment(
        "a",
        "chat",
        "llama",
        new TrafficHistory(
            DAYS,
            steady.uncachedInput(),
            steady.cachedInput(),
            output,
            steady.requests(),
            burst,
            steady.burstCachedInput(),
            burst,
            steady.burstRequests(),
            steady.replicasHeld(),
            steady.requestsWaiting(),
            steady.gpuUtilizationPercent()));
  }

  @Test
  void aGatewayWhoseTokensAreTheEnginesStepByStepCountsThemAgain() {
    Target chat = target(Set.of(CHAT), Set.of());

    assertThat(said(chat, varied(varied(1), varied(1.01))))
        .containsKey(Note.Reason.GATEWAY_REPEATS_ENGINES)
        .extractingByKey(Note.Reason.GATEWAY_REPEATS_ENGINES)
        .asString()
        .contains("gatewayMatchers");
  }

  @Test
  void aGatewayThatCountsTheEnginesTokensAndAnApisCountsThemAgain() {
    Series engines = varied(1);
    double[] both = new double[DAYS.steps()];
    for (int i = 0; i < both.length; i++) {
      both[i] = engines.at(i, 0) + 60 + 10 * Math.sin(3 * i); // what goes to the API
    }

    assertThat(said(target(Set.of(CHAT), Set.of()), varied(engines, Series.of(both))))
        .extractingByKey(Note.Reason.GATEWAY_REPEATS_ENGINES)
        .asString()
        .contains("rise and fall");
  }

  @Test
  void aGatewayThatSendsAsMuchToAnApiAtOtherTimesDoesNot() {
    Target chat = target(Set.of(CHAT), Set.of());

    assertThat(said(chat, varied(varied(1), Series.constant(DAYS.steps(), 250))))
        .doesNotContainKey(Note.Reason.GATEWAY_REPEATS_ENGINES);
    assertThat(said(chat, varied(varied(1), varied(0.5))))
        .doesNotContainKey(Note.Reason.GATEWAY_REPEATS_ENGINES);
    assertThat(said(chat, varied(varied(1), varied(2))))
        .doesNotContainKey(Note.Reason.GATEWAY_REPEATS_ENGINES);
  }

  @Test
  void tokensThatItsPodsGenerateForAnotherModelAreSaidFromATwentiethOn() {
    Deployment own = pod("chat", 700, 300, 300, 1);
    Target chat = target(Set.of(CHAT), Set.of());

    assertThat(said(chat, own, ofAdapter(own, 100)))
        .extractingByKey(Note.Reason.OTHER_MODELS_SERVED)
        .asString()
        .contains("25.0 %", "my-lora");
    assertThat(said(chat, own, ofAdapter(own, 10)))
        .doesNotContainKey(Note.Reason.OTHER_MODELS_SERVED);
  }

  /** What the same pods generate under another name. */
  private static Deployment ofAdapter(Deployment of, double output) {
    return new Deployment(
        of.namespace(), of.name(), "my-lora", pod(of.name(), 700, 300, output, 1).past());
  }

  @Test
  void replicasOfTheWindowThatShowedNoSeriesWhileOthersDidAreSaid() {
    Deployment two = new Deployment("a", "chat", "llama", RehearsedServer.served(DAYS, 100, 2));

    assertThat(said(target(Set.of(CHAT), Set.of()), two))
        .extractingByKey(Note.Reason.PODS_UNSCRAPED)
        .asString()
        .contains("50.0 %");
  }

  @Test
  void whatFitsTogetherIsNotSpokenOf() {
    assertThat(said(target(Set.of(CHAT), Set.of()), pod("chat", 700, 300, 250, 1))).isEmpty();
  }
}
