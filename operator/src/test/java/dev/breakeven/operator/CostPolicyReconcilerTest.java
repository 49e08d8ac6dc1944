package dev.breakeven.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.cluster.OutageLog;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.cluster.WorkloadState;
import dev.breakeven.operator.events.EventRecorder;
import dev.breakeven.operator.lease.Leadership;
import dev.breakeven.operator.status.StatusCache;
import dev.breakeven.prometheus.CollectorSettings;
import dev.breakeven.prometheus.LengthTails;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.render.metrics.Monitoring;
import dev.breakeven.render.metrics.Probe.Condition;
import dev.breakeven.testing.ChatPolicy;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens around an answer, on a standby replica, which asks no API server for anything. */
class CostPolicyReconcilerTest {

  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
  private static final Observation NOTHING =
      new Observation.Unavailable(
          new Note(Note.Reason.SOURCE_UNAVAILABLE, Message.of(Cause.NOTHING_READ_YET)), NOW);
  private static final Leadership STANDBY =
      new Leadership() {
        @Override
        public boolean leads() {
          return false;
        }

        @Override
        public boolean isOurs() {
          return false;
        }
      };

  private final CostPolicy policy = ChatPolicy.with("[]", "  workloads: [{name: chat}]\n").policy();
  private final Monitoring monitoring;
  private final KubernetesClient client =
      new KubernetesClientBuilder().withConfig(Config.empty()).build();
  private final MetricsCollector cycle = new MetricsCollector(List.of(), CollectorSettings.DEFAULT);
  private Consumer<WorkloadReference> whileReading = workload -> {};
  private final CostPolicyReconciler reconciler;

  CostPolicyReconcilerTest() throws IOException {
    monitoring =
        Monitoring.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            "test",
            10,
            Monitoring.EndpointSecurity.OPEN,
            Condition.Passing::new,
            Condition.Passing::new,
            Optional.empty());
    reconciler = reconciler();
  }

  private CostPolicyReconciler reconciler() {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    return new CostPolicyReconciler(
        cycle,
        Duration.ofMinutes(1),
        CostPolicyReconciler.RateCards.NOT_READ,
        workload -> {
          whileReading.accept(workload);
          return new WorkloadState.Missing(workload, Message.of(Cause.STILL_BEING_READ));
        },
        new EventRecorder(client, clock, "test", "test", new OutageLog(clock)),
        STANDBY,
        monitoring.policies(),
        monitoring.operator(),
        new StatusCache(client.getKubernetesSerialization()),
        new OutageLog(clock),
        clock);
  }

  @AfterEach
  void close() {
    monitoring.close();
    cycle.close();
    client.close();
  }

  @Test
  void aPolicyIsShownUntilItIsDeleted() throws IOException {
    reconciler.polling().onResourceCreated(policy);
    reconciler.answer(policy, NOTHING, client);
    assertThat(metrics()).contains("namespace=\"inference\",policy=\"chat\"");

    reconciler.polling().onResourceDeleted(policy);
    assertThat(metrics()).doesNotContain("policy=\"chat\"");
  }

  @Test
  void aPolicyThatIsDeletedWhileItIsAnsweredIsShownNoMore() throws IOException {
    reconciler.polling().onResourceCreated(policy);
    whileReading = workload -> reconciler.polling().onResourceDeleted(policy);
    reconciler.answer(policy, NOTHING, client);

    assertThat(metrics()).contains("breakeven_policies 0").doesNotContain("policy=\"chat\"");
  }

  @Test
  void whatWasReadFromCachesThatWereEmptiedMeanwhileIsNotSaid() throws IOException {
    policy.getMetadata().setGeneration(3L);
    policy.setStatus(selfHostSinceGeneration(3));
    reconciler.polling().onResourceCreated(policy);
    reconciler.watchBegins();
    whileReading = workload -> reconciler.watchEnds();
    reconciler.answer(policy, seen(true), client);

    assertThat(metrics()).doesNotContain("policy=\"chat\"");
  }

  @Test
  void anAnswerStandsWhileThePastIsReadAgainAfterAStart() throws IOException {
    policy.getMetadata().setGeneration(3L);
    policy.setStatus(selfHostSinceGeneration(3));
    reconciler.polling().onResourceCreated(policy);
    reconciler.answer(policy, seen(false), client);
    assertThat(metrics()).doesNotContain("policy=\"chat\"");

    reconciler.answer(policy, seen(true), client);
    assertThat(metrics()).contains("policy=\"chat\"");
  }

  @Test
  void aPolicyThatHasChangedIsAnsweredFromWhatHasBeenReadOfThePast() throws IOException {
    policy.getMetadata().setGeneration(4L);
    policy.setStatus(selfHostSinceGeneration(3));
    reconciler.polling().onResourceCreated(policy);
    reconciler.answer(policy, seen(false), client);

    assertThat(metrics()).contains("policy=\"chat\"");
  }

  @Test
  void whatWasDecidedFromTheWindowAloneIsDecidedAnewOnceAllOfThePastIsRead() throws IOException {
    policy.getMetadata().setGeneration(3L);
    reconciler.polling().onResourceCreated(policy);
    reconciler.answer(policy, seen(false), client);
    policy.setStatus(inconclusiveSinceTheFirst());
    reconciler.answer(policy, seen(true), client);

    assertThat(metrics()).contains(since(NOW));
  }

  @Test
  void whatWasDecidedBeforeTheStartIsNotDecidedAnew() throws IOException {
    policy.getMetadata().setGeneration(3L);
    policy.setStatus(inconclusiveSinceTheFirst());
    reconciler.polling().onResourceCreated(policy);
    reconciler.answer(policy, seen(false), client);
    reconciler.answer(policy, seen(true), client);

    assertThat(metrics()).contains(since(Instant.parse("2026-11-01T00:00:00Z")));
  }

  private static String since(Instant time) {
    return "breakeven_policy_verdict_since_timestamp_seconds{namespace=\"inference\",policy=\"chat\",} "
        + (double) time.getEpochSecond();
  }

  private static CostPolicyStatus inconclusiveSinceTheFirst() throws IOException {
    return new ObjectMapper()
        .readValue(
            "{\"advice\": {\"verdict\": \"Inconclusive\", \"since\": \"2026-11-01T00:00:00Z\","
                + " \"replicasAdvised\": 1}, \"observedGeneration\": 3}",
            CostPolicyStatus.class);
  }

  @Test
  void anEvaluationThatThrowsEndsInAnInternalErrorThatIsCountedAndIsTriedAgainInTheNextCycle()
      throws IOException {
    reconciler.polling().onResourceCreated(policy);
    whileReading =
        workload -> {
          throw new IllegalStateException("a bug");
        };
    boolean all = reconciler.answer(policy, NOTHING, client);

    assertThat(metrics()).contains("reason=\"InternalError\"");
    assertThat(all).isFalse();
  }

  private static CostPolicyStatus selfHostSinceGeneration(long generation) throws IOException {
    return new ObjectMapper()
        .readValue(
            "{\"advice\": {\"verdict\": \"SelfHost\", \"since\": \"2026-11-01T00:00:00Z\"},"
                + " \"observedGeneration\": "
                + generation
                + "}",
            CostPolicyStatus.class);
  }

  /** A day of 100 tokens a second of each kind. */
  private static Observation.Observed seen(boolean loaded) {
    StepGrid day = new StepGrid(NOW.getEpochSecond() - 86_400, 600, 144);
    Series tokens = Series.constant(144, 100);
    TrafficHistory nothing = TrafficHistory.none(day.startEpochSecond());
    return new Observation.Observed(
        TrafficHistory.ofTokens(day, tokens, tokens, tokens),
        nothing,
        nothing,
        new LengthTails.Unmeasured(),
        loaded,
        1,
        List.of());
  }

  private String metrics() throws IOException {
    InetSocketAddress at = monitoring.address();
    try (InputStream page =
        URI.create("http://%s:%d/metrics".formatted(at.getHostString(), at.getPort()))
            .toURL()
            .openStream()) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
