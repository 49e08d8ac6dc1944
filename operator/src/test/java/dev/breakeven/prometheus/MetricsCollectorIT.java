package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.prometheus.client.Endpoint;
import dev.breakeven.prometheus.client.HttpTransport;
import dev.breakeven.prometheus.client.Transport;
import dev.breakeven.prometheus.query.GatewayProfiles;
import dev.breakeven.render.words.Words;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.OpenMetrics;
import dev.breakeven.traffic.EngineState;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * From a real Prometheus' store to a history. One day of 144 steps, unless a test says otherwise.
 */
class MetricsCollectorIT {

  private static final int STEP = 600;
  private static final int DAY = 144;

  /** The end of the last step that is read at {@link #NOW}. */
  private static final long END = Instant.parse("2026-11-20T12:00:00Z").getEpochSecond();

  private static final long START = END - (long) DAY * STEP;
  private static final Instant NOW = Instant.ofEpochSecond(END + 300);
  private static final String MODEL = "meta-llama/Llama-3.3-70B-Instruct";
  private static final String OLD_REVISION = "chat-00002-deployment-6d4cf56db6-2k4vw";
  private static final String NEW_REVISION = "chat-00003-deployment-7d4cf56db6-9xz5t";
  private static final String POD_1 = "chat-6d4cf56db6-2k4vw";
  private static final String POD_2 = "chat-6d4cf56db6-9xz5t";

  private static final CollectorSettings PATIENT =
      new CollectorSettings(
          CollectorSettings.DEFAULT.history(),
          CollectorSettings.DEFAULT.lateness(),
          Duration.ofMinutes(10),
          CollectorSettings.DEFAULT.parallelism());

  private static Map<String, String> labels(String... pairs) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      labels.put(pairs[i], pairs[i + 1]);
    }
    return labels;
  }

  private static Map<String, String> with(Map<String, String> labels, String... pairs) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    all.putAll(labels(pairs));
    return all;
  }

  private static Map<String, String> pod(String name) {
    return labels("namespace", "inference", "pod", name, "job", "vllm", "instance", name + ":8000");
  }

  private static Map<String, String> engine(String pod) {
    return with(pod(pod), "engine", "0", "model_name", MODEL);
  }

  private static double[] all(int steps, double value) {
    double[] values = new double[steps];
    Arrays.fill(values, value);
    return values;
  }

  /** The same value but in steps {@code from} to {@code to}, which have another. */
  private static double[] but(int steps, double value, int from, int to, double other) {
    double[] values = all(steps, value);
    Arrays.fill(values, from, to, other);
    return values;
  }

  /** An engine that was scraped, with its three token counters. */
  private static void serve(OpenMetrics out, Map<String, String> engine) {
    up(out, engine);
    count(out, engine);
  }

  /** What Prometheus notes of a target while it scrapes it. */
  private static void up(OpenMetrics out, Map<String, String> engine) {
    Map<String, String> target = new LinkedHashMap<>(engine);
    target.keySet().removeAll(Set.of("engine", "model_name"));
    out.gauge("up", target, START, STEP, all(DAY, 1));
  }

  /** A pod's three token counters: 600 prompt tokens/s, 150 of them cached, 80 generated. */
  private static void count(OpenMetrics out, Map<String, String> engine) {
    out.counter("vllm:prompt_tokens_total", engine, START, STEP, all(DAY, 600));
    out.counter("vllm:prompt_tokens_cached_total", engine, START, STEP, all(DAY, 150));
    out.counter("vllm:generation_tokens_total", engine, START, STEP, all(DAY, 80));
  }

  private static Target target(WorkloadRef... workloads) {
    return new Target(
        "default", "vllm", "inference", Set.of(workloads), MODEL, MODEL, Duration.ofDays(1));
  }

  private static Target chat() {
    return target(new WorkloadRef("Deployment", "chat"));
  }

  private static Source source(LivePrometheus prometheus) {
    return Source.of("default", new HttpTransport(Endpoint.at(prometheus.url())));
  }

  /** Reads all there is, however long a busy machine takes. */
  private static MetricsCollector cycle(LivePrometheus prometheus) {
    return new MetricsCollector(List.of(source(prometheus)), PATIENT);
  }

  private static LivePrometheus holding(Consumer<OpenMetrics> past) {
    return LivePrometheus.scrapingNothing().holding(past).start();
  }

  private static Observation.Observed observed(MetricsCollector cycle, Target target) {
    Observation observation = cycle.of(target);
    assertThat(observation).isInstanceOf(Observation.Observed.class);
    return (Observation.Observed) observation;
  }

  @Test
  void seriesOfAnotherEngineAreNamedWithTheProfileThatReadsThem() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              up(out, engine(POD_1));
              out.counter(
                  "sglang:generation_tokens_total", engine(POD_1), START, STEP, all(DAY, 80));
            })) {
      assertThat(said(read(prometheus, chat())))
          .anySatisfy(text -> assertThat(text).contains("set spec.engine to sglang"));
    }
  }

  @Test
  void namesThatACollectorOrAForkChangedAreSaid() {
    for (String stored :
        List.of(
            "vllm:generation_tokens",
            "vllm:generation_tokens_total_total",
            "vllm_generation_tokens_total",
            "aphrodite:generation_tokens_total")) {
      try (LivePrometheus prometheus =
          holding(
              out -> {
                up(out, engine(POD_1));
                out.gauge(stored, engine(POD_1), START, STEP, all(DAY, 80));
              })) {
        assertThat(said(read(prometheus, chat())))
            .anySatisfy(text -> assertThat(text).contains("stored as " + stored + ", a name"));
      }
    }
  }

  private static List<String> said(Observation.Observed observed) {
    return observed.notes().stream().map(note -> Words.of(note.message())).toList();
  }

  @Test
  void theRevisionThatAnotherPolicyNamedCountsForTheServiceOnceThatPolicyIsGone() {
    Target service = target(new WorkloadRef("Deployment", "chat-00003-deployment"));
    Target ofOld = target(new WorkloadRef("Deployment", "chat-00002-deployment"));
    try (LivePrometheus prometheus =
            holding(
                out -> {
                  for (String name : List.of(OLD_REVISION, NEW_REVISION)) {
                    Map<String, String> each = engine(name);
                    up(out, each);
                    count(out, each);
                    String deployment = name.replaceFirst("-[^-]+-[^-]+$", "");
                    String replicaSet = name.replaceFirst("-[^-]+$", "");
                    Map<String, String> state =
                        labels("namespace", "inference", "job", "kube-state-metrics");
                    out.gauge(
                        "kube_pod_owner",
                        with(
                            state,
                            "pod",
                            name,
                            "owner_kind",
                            "ReplicaSet",
                            "owner_name",
                            replicaSet),
                        START,
                        STEP,
                        all(DAY, 1));
                    out.gauge(
                        "kube_replicaset_owner",
                        with(
                            state,
                            "replicaset",
                            replicaSet,
                            "owner_kind",
                            "Deployment",
                            "owner_name",
                            deployment),
                        START,
                        STEP,
                        all(DAY, 1));
                  }
                });
        MetricsCollector cycle = cycle(prometheus)) {
      cycle.run(List.of(service, ofOld), NOW);
      assertThat(output(observed(cycle, service))).isCloseTo(80, within(0.5));

      cycle.run(List.of(service), NOW);
      assertThat(output(observed(cycle, service))).isCloseTo(160, within(0.5));

      cycle.join(List.of(ofOld), NOW);
      assertThat(output(observed(cycle, service))).isCloseTo(80, within(0.5));
    }
  }

  private static double output(Observation.Observed observed) {
    Series output = observed.traffic().output();
    return IntStream.range(0, output.steps())
        .filter(output::isMeasured)
        .mapToDouble(output::measuredAt)
        .average()
        .orElse(0);
  }

  private static Observation.Observed read(LivePrometheus prometheus, Target target) {
    try (MetricsCollector cycle = cycle(prometheus)) {
      CollectionReport report = cycle.run(List.of(target), NOW);
      assertThat(report.readings()).allSatisfy(r -> assertThat(r.failures()).isEmpty());
      return observed(cycle, target);
    }
  }

  private static List<Note.Reason> reasons(Observation.Observed observed) {
    return observed.notes().stream().map(Note::reason).toList();
  }

  /** Every step from {@code from} to {@code to} within 1 % of that value. */
  private static void assertSteps(Series series, int from, int to, double value) {
    for (int i = from; i < to; i++) {
      assertThat(series.isMeasured(i)).as("step %d is measured", i).isTrue();
      assertThat(series.measuredAt(i)).as("step %d", i).isCloseTo(value, within(value * 0.01));
    }
  }

  private static void assertAbsent(Series series, int from, int to) {
    for (int i = from; i < to; i++) {
      assertThat(series.isMeasured(i)).as("step %d is measured", i).isFalse();
    }
  }

  @Test
  void countersOfTwoPodsBecomeTokenRatesOfTheirWorkload() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, engine(POD_1));
              serve(out, engine(POD_2));
            })) {
      TrafficHistory traffic = read(prometheus, chat()).traffic();
      assertThat(traffic.grid().endEpochSecond()).isEqualTo(END);
      assertThat(traffic.grid().steps()).isEqualTo(DAY);
      assertSteps(traffic.uncachedInput(), 0, DAY, 900);
      assertSteps(traffic.cachedInput(), 0, DAY, 300);
      assertSteps(traffic.output(), 0, DAY, 160);
      assertSteps(traffic.replicasHeld(), 0, DAY, 2);
    }
  }

  @Test
  void aPodScrapedTwiceCountsOnceAndItsEnginesAddUp() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              for (Map<String, String> scrape :
                  List.of(
                      engine(POD_1),
                      with(engine(POD_1), "job", "other", "instance", "10.0.0.7:8000"),
                      with(engine(POD_1), "receive_replica", "b"))) {
                serve(out, scrape);
                count(out, with(scrape, "engine", "1"));
              }
            })) {
      TrafficHistory traffic = read(prometheus, chat()).traffic();
      assertSteps(traffic.uncachedInput(), 0, DAY, 900);
      assertSteps(traffic.output(), 0, DAY, 160);
      assertSteps(traffic.replicasHeld(), 0, DAY, 1);
    }
  }

  @Test
  void flatCountersAreZerosAndMissingOnesAreNot() {
    double[] idle = but(DAY, 80, 30, 60, 0);
    double[] gone = but(DAY, 80, 90, 100, Double.NaN);
    try (LivePrometheus prometheus =
        holding(
            out -> {
              up(out, engine(POD_1));
              up(out, engine("code-0"));
              for (String metric : List.of("vllm:prompt_tokens", "vllm:generation_tokens")) {
                out.counter(metric + "_total", engine(POD_1), START, STEP, idle);
                out.counter(metric + "_total", engine("code-0"), START, STEP, gone);
              }
            })) {
      TrafficHistory chat = read(prometheus, chat()).traffic();
      assertSteps(chat.output(), 0, 30, 80);
      for (int i = 30; i < 60; i++) {
        assertThat(chat.isKnown(i)).isTrue();
        assertThat(chat.output().measuredAt(i)).isZero();
      }
      assertSteps(chat.output(), 60, DAY, 80);
      TrafficHistory code =
          read(prometheus, target(new WorkloadRef("StatefulSet", "code"))).traffic();
      assertSteps(code.output(), 0, 90, 80);
      assertAbsent(code.output(), 90, 100);
      assertSteps(code.output(), 100, DAY, 80);
    }
  }

  /** A counter that goes on at 80 a second, and is not scraped from one minute to another. */
  private static void countWithAGap(
      OpenMetrics out, Map<String, String> engine, int fromMinute, int toMinute) {
    for (String metric : List.of("vllm:prompt_tokens_total", "vllm:generation_tokens_total")) {
      for (int minute = 0; minute <= DAY * 10; minute++) {
        if (minute < fromMinute || minute >= toMinute) {
          out.sample(metric, engine, START + minute * 60L, minute * 4800.0);
        }
      }
    }
  }

  @Test
  void whatACounterRoseAcrossAGapIsCounted() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              up(out, engine(POD_1));
              up(out, engine(POD_2));
              for (String metric :
                  List.of("vllm:prompt_tokens_total", "vllm:generation_tokens_total")) {
                out.counter(metric, engine(POD_1), START, STEP, all(DAY, 80));
              }
              countWithAGap(out, engine(POD_2), 703, 738);
            })) {
      TrafficHistory traffic = read(prometheus, chat()).traffic();
      assertSteps(traffic.output(), 0, DAY, 160);
    }
  }

  @Test
  void whereNobodyWasScrapedForHoursItIsSaidWhatIsKnownOnlyFromTheCounters() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              up(out, engine(POD_1));
              countWithAGap(out, engine(POD_1), 700, 880);
            })) {
      Observation.Observed observed = read(prometheus, chat());
      assertSteps(observed.traffic().output(), 0, DAY, 80);
      assertThat(reasons(observed)).contains(Note.Reason.GAPS_COUNTED);
    }
  }

  @Test
  void scrapedEveryFourMinutesOrFiveOrTenTokensAreTheSame() {
    for (int minutes : List.of(4, 5, 10)) {
      try (LivePrometheus prometheus =
          holding(
              out -> {
                up(out, engine(POD_1));
                for (String metric :
                    List.of("vllm:prompt_tokens_total", "vllm:generation_tokens_total")) {
                  for (int minute = 0; minute <= DAY * 10; minute += minutes) {
                    out.sample(metric, engine(POD_1), START + minute * 60L + 7, minute * 4800.0);
                  }
                }
              })) {
        TrafficHistory traffic = read(prometheus, chat()).traffic();
        assertSteps(traffic.output(), 2, DAY - 2, 80);
      }
    }
  }

  @Test
  void twoServersInOnePodAddUpAndPartsOfOneCountDoToo() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, engine(POD_1));
              serve(out, with(engine(POD_1), "instance", POD_1 + ":8001"));
              count(out, with(engine(POD_1), "is_streaming", "true", "tenant", "a"));
            })) {
      TrafficHistory traffic = read(prometheus, chat()).traffic();
      assertSteps(traffic.output(), 0, DAY, 240);
      assertSteps(traffic.replicasHeld(), 0, DAY, 1);
    }
  }

  @Test
  void workloadsOfTwoClustersUnderOneNameAreNamedAndNotAddedUp() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, with(engine(POD_1), "region", "eu"));
              serve(out, with(engine(POD_2), "region", "us"));
              for (String region : List.of("eu", "us")) {
                out.gauge(
                    "kube_deployment_status_replicas",
                    labels(
                        "namespace",
                        "inference",
                        "deployment",
                        "chat",
                        "job",
                        "ksm",
                        "region",
                        region),
                    START,
                    STEP,
                    all(DAY, 1));
              }
            })) {
      Observation.Observed observed = read(prometheus, chat());
      assertAbsent(observed.traffic().output(), 0, DAY);
      assertThat(observed.notes())
          .anySatisfy(
              note -> {
                assertThat(note.reason()).isEqualTo(Note.Reason.CLUSTERS_MIXED);
                assertThat(Words.of(note.message())).contains("region", "eu, us");
              });
    }
  }

  @Test
  void aLabelOfClustersTellsThemApartWhereKubernetesStateIsNotScraped() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, with(engine(POD_1), "k8s_cluster", "eu"));
              serve(out, with(engine(POD_2), "k8s_cluster", "us"));
            })) {
      Observation.Observed observed = read(prometheus, chat());
      assertAbsent(observed.traffic().output(), 0, DAY);
      assertThat(reasons(observed)).contains(Note.Reason.CLUSTERS_MIXED);
    }
  }

  @Test
  void podsOfTheSameNameInTwoClustersAreToldApartByTheirAddress() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              for (String region : List.of("eu", "us")) {
                serve(
                    out,
                    with(
                        engine("code-0"),
                        "instance",
                        "10.0.0." + region.length() + region + ":8000",
                        "region",
                        region));
                out.gauge(
                    "kube_statefulset_status_replicas",
                    labels(
                        "namespace",
                        "inference",
                        "statefulset",
                        "code",
                        "job",
                        "ksm",
                        "region",
                        region),
                    START,
                    STEP,
                    all(DAY, 1));
              }
            })) {
      Observation.Observed observed =
          read(prometheus, target(new WorkloadRef("StatefulSet", "code")));
      assertAbsent(observed.traffic().output(), 0, DAY);
      assertThat(reasons(observed)).contains(Note.Reason.CLUSTERS_MIXED);
    }
  }

  @Test
  void shardsOfPrometheusAreNoClusters() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, with(engine(POD_1), "prometheus_replica", "shard-0"));
              serve(out, with(engine(POD_2), "prometheus_replica", "shard-1"));
              out.gauge(
                  "kube_deployment_status_replicas",
                  labels(
                      "namespace",
                      "inference",
                      "deployment",
                      "chat",
                      "job",
                      "ksm",
                      "prometheus_replica",
                      "shard-0"),
                  START,
                  STEP,
                  all(DAY, 2));
            })) {
      assertSteps(read(prometheus, chat()).traffic().output(), 0, DAY, 160);
    }
  }

  @Test
  void podsThatServeTheModelAndBelongToNoPolicysWorkloadAreNamed() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, engine(POD_1));
              serve(out, engine("mail-6d4cf56db6-2k4vw"));
            })) {
      Observation.Observed observed = read(prometheus, chat());
      assertSteps(observed.traffic().output(), 0, DAY, 80);
      assertThat(reasons(observed)).contains(Note.Reason.PODS_UNOWNED);
    }
  }

  @Test
  void withoutUpNobodyVouchesForAnEnginesNamespace() {
    try (LivePrometheus prometheus = holding(out -> count(out, engine(POD_1)))) {
      Observation.Observed observed = read(prometheus, chat());
      assertAbsent(observed.traffic().output(), 0, DAY);
      assertThat(reasons(observed)).contains(Note.Reason.LABELS_NOT_TRUSTED);
    }
  }

  /** What kube-state-metrics tells of a pod of the Deployment chat. */
  private static void stateOf(OpenMetrics out, String pod, String job) {
    out.gauge(
        "kube_pod_owner",
        labels(
            "namespace",
            "inference",
            "pod",
            pod,
            "job",
            job,
            "owner_kind",
            "ReplicaSet",
            "owner_name",
            "chat-6d4cf56db6"),
        START,
        STEP,
        all(DAY, 1));
    out.gauge(
        "kube_deployment_spec_replicas",
        labels("namespace", "inference", "deployment", "chat", "job", job),
        START,
        STEP,
        all(DAY, 1));
  }

  @Test
  void whereNothingHasAnUpThePodsOfKubernetesStateCountAndNoOthers() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              count(out, engine(POD_1));
              count(out, with(engine(POD_2), "instance", "10.0.0.9:8000")); // nobody's pod
              stateOf(out, POD_1, "kube-state-metrics");
            })) {
      Observation.Observed observed = read(prometheus, chat());
      assertSteps(observed.traffic().output(), 0, DAY, 80);
      assertThat(reasons(observed))
          .contains(Note.Reason.LABELS_UNCHECKED, Note.Reason.LABELS_NOT_TRUSTED);
    }
  }

  @Test
  void withoutUpAPodThatTwoAddressesClaimIsNotBelieved() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              count(out, engine(POD_1));
              count(out, with(engine(POD_1), "instance", "10.66.6.6:8000", "job", "spoofer"));
              stateOf(out, POD_1, "kube-state-metrics");
            })) {
      Observation.Observed observed = read(prometheus, chat());
      assertAbsent(observed.traffic().output(), 0, DAY);
      assertThat(reasons(observed)).contains(Note.Reason.LABELS_UNCHECKED);
    }
  }

  @Test
  void withoutUpAJobThatIsNotTrustedVouchesForNoPod() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              count(out, engine(POD_1));
              stateOf(out, POD_1, "spoofer");
            })) {
      assertAbsent(read(prometheus, chat()).traffic().output(), 0, DAY);
    }
  }

  private static void histogram(
      OpenMetrics out, String name, Map<String, String> engine, double fast, double slow) {
    // So many requests a second took 0.1 s and so many 1 s.
    out.counter(name + "_sum", engine, START, STEP, all(DAY, fast * 0.1 + slow));
    out.counter(name + "_count", engine, START, STEP, all(DAY, fast + slow));
    out.counter(name + "_bucket", with(engine, "le", "0.1"), START, STEP, all(DAY, fast));
    out.counter(name + "_bucket", with(engine, "le", "1.0"), START, STEP, all(DAY, fast + slow));
    out.counter(name + "_bucket", with(engine, "le", "+Inf"), START, STEP, all(DAY, fast + slow));
  }

  @Test
  void runningRequestsKvUseAndLatenciesAreReadTogether() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              for (String pod : List.of(POD_1, POD_2)) {
                serve(out, engine(pod));
                for (String engine : List.of("0", "1")) {
                  Map<String, String> rank = with(engine(pod), "engine", engine);
                  out.gauge("vllm:num_requests_running", rank, START, STEP, all(DAY, 8));
                  out.gauge("vllm:kv_cache_usage_perc", rank, START, STEP, all(DAY, 0.25));
                }
                histogram(out, "vllm:time_to_first_token_seconds", engine(pod), 9, 1);
              }
              histogram(out, "vllm:inter_token_latency_seconds", engine(POD_1), 10, 0);
              histogram(out, "vllm:inter_token_latency_seconds", engine(POD_2), 0, 10);
            })) {
      EngineState mean = read(prometheus, chat()).traffic().engines();
      assertSteps(mean.requestsRunning(), 1, DAY, 32); // 2 pods of 2 ranks with 8 each
      assertSteps(mean.kvCacheUsage(), 1, DAY, 0.25);
      assertSteps(mean.timeToFirstTokenSeconds(), 1, DAY, 0.19); // (9 x 0.1 + 1) / 10
      assertSteps(mean.interTokenSeconds(), 1, DAY, 0.55); // one pod 0.1, the other 1
      Target atP95 =
          new Target(
              "default",
              "vllm",
              "inference",
              chat().workloads(),
              Set.of(),
              MODEL,
              MODEL,
              OptionalInt.of(95),
              Duration.ofDays(1));
      // Half-way through the bucket from 0.1 to 1 s, which holds the slowest tenth.
      assertSteps(
          read(prometheus, atP95).traffic().engines().timeToFirstTokenSeconds(), 1, DAY, 0.55);
    }
  }

  @Test
  void replicasOfEachWorkloadAreToldApartThoseThatOnlyReadPromptsToo() {
    WorkloadRef prefill = new WorkloadRef("Deployment", "prefill");
    WorkloadRef decode = new WorkloadRef("Deployment", "chat");
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, engine(POD_1));
              for (Map.Entry<String, Integer> its : Map.of("prefill", 3, "chat", 2).entrySet()) {
                out.gauge(
                    "kube_deployment_status_replicas",
                    labels("namespace", "inference", "deployment", its.getKey(), "job", "ksm"),
                    START,
                    STEP,
                    all(DAY, its.getValue()));
              }
            })) {
      Observation.Observed observed =
          read(
              prometheus,
              new Target(
                  "default",
                  "vllm",
                  "inference",
                  Set.of(prefill, decode),
                  Set.of(prefill),
                  MODEL,
                  MODEL,
                  Duration.ofDays(1)));
      assertThat(observed.lastReplicas()).containsOnly(entry(prefill, 3), entry(decode, 2));
      assertSteps(observed.traffic().replicasHeld(), 0, DAY, 2);
    }
  }

  @Test
  void seriesThatAGatewayShowsOnceCountWithTheirFirstValue() {
    Map<String, String> proxy =
        labels("namespace", "inference", "pod", "litellm-0", "instance", "litellm-0:4000");
    try (LivePrometheus prometheus =
        holding(
            out -> {
              out.gauge("up", with(proxy, "job", "litellm"), START, STEP, all(DAY, 1));
              // A user a minute, with a request of 230 and 16 tokens, whose series stays.
              for (int minute = 1; minute <= DAY * 10; minute++) {
                for (String kind : List.of("input", "output")) {
                  for (int shown = minute; shown < Math.min(minute + 30, DAY * 10 + 1); shown++) {
                    out.sample(
                        "litellm_" + kind + "_tokens_metric_total",
                        with(
                            proxy,
                            "job",
                            "litellm",
                            "model",
                            MODEL,
                            "api_provider",
                            "openai",
                            "end_user",
                            "u" + minute),
                        START + shown * 60L,
                        kind.equals("input") ? 230 : 16);
                  }
                }
              }
            })) {
      Source seen = source(prometheus);
      Source withGateway =
          new Source(
              seen.name(),
              seen.transport(),
              Map.of(),
              Set.of(),
              Source.Trust.DEFAULT,
              new Source.Gateway.Configured(
                  GatewayProfiles.builtIn().named("litellm"), Map.of(), Set.of()),
              new Source.OpenCost.None());
      try (MetricsCollector cycle =
          new MetricsCollector(List.of(withGateway), CollectorSettings.DEFAULT)) {
        cycle.run(List.of(target()), NOW);
        TrafficHistory traffic = observed(cycle, target()).traffic();
        assertSteps(traffic.burstInput(), 2, DAY, 230 / 60.0);
        assertSteps(traffic.burstOutput(), 2, DAY, 16 / 60.0);
      }
    }
  }

  /** A gateway that had so many generated tokens/s from own GPUs, read by two scrapers. */
  private static void proxied(OpenMetrics out, double toOwnGpus) {
    for (String scraper : List.of("a", "b")) {
      Map<String, String> proxy =
          labels(
              "namespace",
              "inference",
              "pod",
              "litellm-0",
              "instance",
              "litellm-0:4000",
              "job",
              "litellm",
              "prometheus_replica",
              scraper);
      out.gauge("up", proxy, START, STEP, all(DAY, 1));
      Map<String, String> model = with(proxy, "model", MODEL, "requested_model", MODEL);
      out.counter(
          "litellm_output_tokens_metric_total",
          with(model, "api_provider", "hosted_vllm"),
          START,
          STEP,
          all(DAY, toOwnGpus));
      out.counter(
          "litellm_output_tokens_metric_total",
          with(model, "api_provider", "openai"),
          START,
          STEP,
          all(DAY, 30));
    }
  }

  private static Observation.Observed throughLitellm(Consumer<OpenMetrics> past) {
    try (LivePrometheus prometheus = holding(past)) {
      Source seen = source(prometheus);
      Source withGateway =
          new Source(
              seen.name(),
              seen.transport(),
              Map.of(),
              Set.of(),
              Source.Trust.DEFAULT,
              new Source.Gateway.Configured(
                  GatewayProfiles.builtIn().named("litellm"), Map.of(), Set.of()),
              new Source.OpenCost.None());
      try (MetricsCollector cycle = new MetricsCollector(List.of(withGateway), PATIENT)) {
        cycle.run(List.of(chat()), NOW);
        return observed(cycle, chat());
      }
    }
  }

  /** A gateway's pod at this address, with 30 generated tokens/s from an API. */
  private static void proxied(OpenMetrics out, String job, String instance) {
    Map<String, String> proxy =
        labels("namespace", "inference", "pod", "litellm-0", "instance", instance, "job", job);
    out.gauge("up", proxy, START, STEP, all(DAY, 1));
    out.counter(
        "litellm_output_tokens_metric_total",
        with(proxy, "model", MODEL, "api_provider", "openai"),
        START,
        STEP,
        all(DAY, 30));
  }

  @Test
  void aGatewaysPodThatAMeshShowsAgainCountsOnce() {
    Observation.Observed observed =
        throughLitellm(
            out -> {
              serve(out, engine(POD_1));
              proxied(out, "litellm", "10.0.0.9:4000");
              proxied(out, "istio-merged", "10.0.0.9:15020");
            });

    assertSteps(observed.traffic().burstOutput(), 2, DAY, 30);
  }

  @Test
  void seriesOfAGatewayThatGoOnUnderAnotherLabelAreNoBurst() {
    Observation.Observed observed =
        throughLitellm(
            out -> {
              serve(out, engine(POD_1));
              Map<String, String> proxy =
                  labels(
                      "namespace",
                      "inference",
                      "pod",
                      "litellm-0",
                      "instance",
                      "10.0.0.9:4000",
                      "job",
                      "litellm");
              out.gauge("up", proxy, START, STEP, all(DAY, 1));
              Map<String, String> series = with(proxy, "model", MODEL, "api_provider", "openai");
              // Within a step, its series get a label that `up` does not have.
              for (int minute = 0; minute <= DAY * 10; minute++) {
                out.sample(
                    "litellm_output_tokens_metric_total",
                    minute < 705 ? series : with(series, "team", "a"),
                    START + minute * 60L,
                    1e9 + minute * 1800.0);
              }
            });

    assertSteps(observed.traffic().burstOutput(), 2, 70, 30);
    assertThat(observed.traffic().burstOutput().measuredAt(70)).isBetween(24.0, 31.0);
    assertSteps(observed.traffic().burstOutput(), 71, DAY, 30);
  }

  @Test
  void twoAddressesOfAGatewaysPodThatOneJobReadsAddUp() {
    Observation.Observed observed =
        throughLitellm(
            out -> {
              serve(out, engine(POD_1));
              proxied(out, "litellm", "10.0.0.9:4000");
              proxied(out, "litellm", "10.0.0.9:4001");
            });

    assertSteps(observed.traffic().burstOutput(), 2, DAY, 60);
  }

  @Test
  void enginesThatCountLessThanTheGatewaySentThemAreNotAllSeen() {
    Observation.Observed half =
        throughLitellm(
            out -> {
              serve(out, engine(POD_1));
              proxied(out, 160);
            });
    assertThat(half.notes())
        .anySatisfy(
            note -> {
              assertThat(note.reason()).isEqualTo(Note.Reason.ENGINES_COUNT_LESS);
              assertThat(Words.of(note.message())).contains("50.0 %");
            });
    // Clients may go past a gateway.
    Observation.Observed all =
        throughLitellm(
            out -> {
              serve(out, engine(POD_1));
              proxied(out, 60);
            });
    assertThat(reasons(all)).doesNotContain(Note.Reason.ENGINES_COUNT_LESS);
    assertSteps(all.traffic().burstOutput(), 8, DAY - 8, 30);
  }

  @Test
  void aRestartedPodsCounterGoesOnFromZero() {
    Map<String, String> engine = engine(POD_1);
    try (LivePrometheus prometheus =
        holding(
            out -> {
              up(out, engine);
              for (int minute = 0; minute <= DAY * 10; minute++) {
                // Restarted in the middle of a step, it counts from 0 again, 80 a second.
                int since = minute < 705 ? minute : minute - 705;
                out.sample(
                    "vllm:generation_tokens_total", engine, START + minute * 60L, since * 4800.0);
              }
            })) {
      TrafficHistory traffic = read(prometheus, chat()).traffic();
      assertSteps(traffic.output(), 0, 70, 80);
      assertThat(traffic.output().measuredAt(70)).isBetween(70.0, 81.0);
      assertSteps(traffic.output(), 71, DAY, 80);
    }
  }

  @Test
  void podsLongGoneBelongToTheDeploymentThatTheirOwnersName() {
    // Nothing in these pods' names tells whose they were.
    try (LivePrometheus prometheus =
        holding(
            out -> {
              for (String pod : List.of("p1", "p2", "p3")) {
                up(out, engine(pod));
              }
              out.counter("vllm:generation_tokens_total", engine("p1"), START, STEP, all(40, 80));
              out.counter(
                  "vllm:generation_tokens_total",
                  engine("p2"),
                  START + 40L * STEP,
                  STEP,
                  all(DAY - 40, 50));
              out.counter("vllm:generation_tokens_total", engine("p3"), START, STEP, all(DAY, 7));
              for (String pod : List.of("p1", "p2", "p3")) {
                out.gauge(
                    "kube_pod_owner",
                    labels(
                        "namespace",
                        "inference",
                        "pod",
                        pod,
                        "owner_kind",
                        "ReplicaSet",
                        "owner_name",
                        pod.equals("p3") ? "mail-1" : "chat-" + pod),
                    START,
                    STEP,
                    all(pod.equals("p1") ? 40 : DAY, 1));
              }
              for (String rs : List.of("chat-p1", "chat-p2", "mail-1")) {
                out.gauge(
                    "kube_replicaset_owner",
                    labels(
                        "namespace",
                        "inference",
                        "replicaset",
                        rs,
                        "owner_kind",
                        "Deployment",
                        "owner_name",
                        rs.substring(0, 4)),
                    START,
                    STEP,
                    all(40, 1));
              }
            })) {
      TrafficHistory traffic = read(prometheus, chat()).traffic();
      assertSteps(traffic.output(), 0, 40, 80);
      assertSteps(traffic.output(), 40, DAY, 50);
    }
  }

  @Test
  void replicasGoOnWhenKubeStateMetricsIsScrapedUnderAnotherJob() {
    int half = DAY / 2;
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, engine(POD_1));
              out.gauge(
                  "kube_deployment_status_replicas",
                  labels("namespace", "inference", "deployment", "chat", "job", "ksm"),
                  START,
                  STEP,
                  all(half, 3));
              out.gauge(
                  "kube_deployment_status_replicas",
                  labels("namespace", "inference", "deployment", "chat", "job", "ksm-2"),
                  START + (long) half * STEP,
                  STEP,
                  all(half, 5));
            })) {
      Observation.Observed chat = read(prometheus, chat());
      assertSteps(chat.traffic().replicasHeld(), 0, half, 3);
      assertSteps(chat.traffic().replicasHeld(), half, DAY, 5);
      assertThat(reasons(chat)).doesNotContain(Note.Reason.REPLICAS_FROM_PODS);
    }
  }

  @Test
  void kubeStateMetricsTellHowManyReplicasRanInEitherLabelLayout() {
    double[] three = but(DAY, 3, 50, 60, 0);
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, engine(POD_1));
              serve(out, engine("code-0"));
              serve(out, engine("mail-6d4cf56db6-2k4vw"));
              out.gauge(
                  "kube_deployment_status_replicas",
                  labels("namespace", "inference", "deployment", "chat", "job", "ksm"),
                  START,
                  STEP,
                  three);
              out.gauge(
                  "kube_deployment_spec_replicas",
                  labels("namespace", "inference", "deployment", "chat", "job", "ksm"),
                  START,
                  STEP,
                  all(DAY, 9));
              out.gauge(
                  "kube_statefulset_replicas",
                  labels(
                      "namespace",
                      "monitoring",
                      "exported_namespace",
                      "inference",
                      "statefulset",
                      "code",
                      "job",
                      "kube-state-metrics"),
                  START,
                  STEP,
                  all(DAY, 2));
              out.gauge(
                  "kube_deployment_spec_replicas",
                  labels(
                      "namespace",
                      "monitoring",
                      "exported_namespace",
                      "inference",
                      "deployment",
                      "mail",
                      "job",
                      "somebody"),
                  START,
                  STEP,
                  all(DAY, 40));
            })) {
      Observation.Observed chat = read(prometheus, chat());
      assertSteps(chat.traffic().replicasHeld(), 0, 50, 3);
      assertThat(chat.traffic().replicasHeld().measuredAt(55)).isZero();
      assertThat(reasons(chat)).doesNotContain(Note.Reason.REPLICAS_FROM_PODS);
      Observation.Observed code = read(prometheus, target(new WorkloadRef("StatefulSet", "code")));
      assertSteps(code.traffic().replicasHeld(), 0, DAY, 2);
      Observation.Observed mail = read(prometheus, target(new WorkloadRef("Deployment", "mail")));
      assertSteps(mail.traffic().replicasHeld(), 0, DAY, 1);
      assertThat(reasons(mail)).contains(Note.Reason.REPLICAS_FROM_PODS);
    }
  }

  @Test
  void gpuUtilizationIsReadInBothLabelLayoutsAndOnlyFromTrustedJobs() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              String[] pods = {POD_1, "code-0", "mail-6d4cf56db6-2k4vw"};
              for (String pod : pods) {
                serve(out, engine(pod));
              }
              Map<String, String> exporter =
                  labels("namespace", "gpu-operator", "pod", "exporter", "job", "dcgm-exporter");
              for (int gpu = 0; gpu < 2; gpu++) {
                out.gauge(
                    "DCGM_FI_DEV_GPU_UTIL",
                    with(
                        exporter,
                        "exported_namespace",
                        "inference",
                        "exported_pod",
                        POD_1,
                        "gpu",
                        "" + gpu),
                    START,
                    STEP,
                    all(DAY, 60 + 20 * gpu));
              }
              Map<String, String> honoured =
                  labels("namespace", "inference", "pod", "code-0", "job", "gpus", "gpu", "0");
              out.gauge("DCGM_FI_DEV_GPU_UTIL", honoured, START, STEP, all(DAY, 99));
              out.gauge("DCGM_FI_PROF_GR_ENGINE_ACTIVE", honoured, START, STEP, all(DAY, 0.31));
              out.gauge(
                  "DCGM_FI_DEV_GPU_UTIL",
                  with(
                      exporter,
                      "job",
                      "tenant",
                      "exported_namespace",
                      "inference",
                      "exported_pod",
                      pods[2]),
                  START,
                  STEP,
                  all(DAY, 5));
            })) {
      assertSteps(read(prometheus, chat()).traffic().gpuUtilizationPercent(), 0, DAY, 70);
      assertSteps(
          read(prometheus, target(new WorkloadRef("StatefulSet", "code")))
              .traffic()
              .gpuUtilizationPercent(),
          0,
          DAY,
          31);
      assertAbsent(
          read(prometheus, target(new WorkloadRef("Deployment", "mail")))
              .traffic()
              .gpuUtilizationPercent(),
          0,
          DAY);
    }
  }

  @Test
  void waitingRequestsAndFinishedOnesAreReadWithTheirTails() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, engine(POD_1));
              out.gauge(
                  "vllm:num_requests_waiting", engine(POD_1), START, STEP, but(DAY, 0, 20, 30, 12));
              for (String reason : List.of("stop", "length")) {
                out.counter(
                    "vllm:request_success_total",
                    with(engine(POD_1), "finished_reason", reason),
                    START,
                    STEP,
                    all(DAY, 0.5));
              }
              for (String metric : List.of("prompt", "generation")) {
                String name = "vllm:request_" + metric + "_tokens_bucket";
                out.counter(name, with(engine(POD_1), "le", "100"), START, STEP, all(DAY, 0.9));
                out.counter(name, with(engine(POD_1), "le", "1000"), START, STEP, all(DAY, 1.0));
                out.counter(name, with(engine(POD_1), "le", "+Inf"), START, STEP, all(DAY, 1.0));
              }
            })) {
      Observation.Observed observed = read(prometheus, chat());
      assertThat(observed.traffic().requestsWaiting().measuredAt(10)).isZero();
      assertSteps(observed.traffic().requestsWaiting(), 21, 30, 12);
      assertSteps(observed.traffic().requests(), 0, DAY, 1);
      // 95 % lies half-way between the 90 % below 100 and the 100 % below 1,000.
      assertThat(observed.tails()).isInstanceOf(LengthTails.Measured.class);
      LengthTails.Measured tails = (LengthTails.Measured) observed.tails();
      assertThat(tails.p95InputTokens()).isCloseTo(550, within(6.0));
      assertThat(tails.p95OutputTokens()).isCloseTo(550, within(6.0));
    }
  }

  /** So many targets that claim to be a pod of ours; `up` has other labels. */
  private static void claim(OpenMetrics out, String job, int targets) {
    for (int i = 0; i < targets; i++) {
      String instance = "10.9.9." + i + ":8000";
      count(out, with(engine(POD_2), "job", job, "instance", instance));
      out.gauge("up", labels("job", job, "instance", instance), START, STEP, all(DAY, 1));
    }
  }

  @Test
  void aJobThatOnlyClaimsIsLeftOutHoweverManyTargetsItHas() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, with(engine(POD_1), "job", "vllm"));
              claim(out, "tenant-b", 200);
            })) {
      Observation.Observed observed = read(prometheus, chat());
      assertSteps(observed.traffic().output(), 0, DAY, 80);
      assertThat(said(observed)).anySatisfy(said -> assertThat(said).contains("200"));
    }
  }

  @Test
  void whereMoreTargetsOfOurJobClaimThanCanBeNamedNothingIsCounted() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, with(engine(POD_1), "job", "vllm"));
              claim(out, "vllm", 200);
            })) {
      Observation.Observed observed = read(prometheus, chat());
      assertAbsent(observed.traffic().output(), 0, DAY);
      assertThat(said(observed))
          .anySatisfy(
              said ->
                  assertThat(said).contains("200", "no engine series of the namespace is counted"));
    }
  }

  @Test
  void lengthsThatAnotherNamespacesEngineClaimsAreLeftOutToo() {
    Map<String, String> liar = labels("job", "tenant-b", "instance", "10.9.9.9:8000");
    Map<String, String> claimed =
        with(engine(POD_2), "job", "tenant-b", "instance", "10.9.9.9:8000");
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, engine(POD_1));
              count(out, claimed);
              out.gauge("up", liar, START, STEP, all(DAY, 1));
              for (String metric : List.of("prompt", "generation")) {
                String name = "vllm:request_" + metric + "_tokens_bucket";
                for (String le : List.of("100", "+Inf")) {
                  out.counter(name, with(engine(POD_1), "le", le), START, STEP, all(DAY, 1));
                }
                out.counter(name, with(claimed, "le", "100"), START, STEP, all(DAY, 0));
                out.counter(name, with(claimed, "le", "100000"), START, STEP, all(DAY, 50));
                out.counter(name, with(claimed, "le", "+Inf"), START, STEP, all(DAY, 50));
              }
            })) {
      Observation.Observed observed = read(prometheus, chat());
      assertThat(reasons(observed)).contains(Note.Reason.LABELS_NOT_TRUSTED);
      // 95 % of prompts that are all below 100.
      LengthTails.Measured tails = (LengthTails.Measured) observed.tails();
      assertThat(tails.p95InputTokens()).isCloseTo(95, within(1.0));
      assertThat(tails.p95OutputTokens()).isCloseTo(95, within(1.0));
    }
  }

  @Test
  void aGatewaysTokensAreTheBurstOfItsModelAndNamespace() {
    Map<String, String> envoy =
        labels(
            "namespace",
            "inference",
            "pod",
            "gw-0",
            "instance",
            "gw-0:9090",
            "gen_ai_request_model",
            MODEL,
            "gen_ai_provider_name",
            "openai");
    try (LivePrometheus prometheus =
        holding(
            out -> {
              Map.of("input", 300.0, "output", 40.0, "cached_input", 100.0, "total", 340.0)
                  .forEach(
                      (type, rate) -> {
                        Map<String, String> series = with(envoy, "gen_ai_token_type", type);
                        out.counter(
                            "gen_ai_client_token_usage_sum", series, START, STEP, all(DAY, rate));
                        out.counter(
                            "gen_ai_client_token_usage_count", series, START, STEP, all(DAY, 2));
                      });
              Map<String, String> others = with(envoy, "gen_ai_token_type", "input");
              out.counter(
                  "gen_ai_client_token_usage_sum",
                  with(others, "namespace", "elsewhere"),
                  START,
                  STEP,
                  all(DAY, 1000));
              out.counter(
                  "gen_ai_client_token_usage_sum",
                  with(others, "gen_ai_request_model", "another"),
                  START,
                  STEP,
                  all(DAY, 1000));
              out.counter(
                  "gen_ai_client_token_usage_sum",
                  with(others, "gen_ai_provider_name", "our-own-gpus"),
                  START,
                  STEP,
                  all(DAY, 1000));
            })) {
      Source seen = source(prometheus);
      Source withGateway =
          new Source(
              seen.name(),
              seen.transport(),
              Map.of(),
              Set.of(),
              Source.Trust.DEFAULT,
              new Source.Gateway.Configured(
                  GatewayProfiles.builtIn().named("envoy-ai-gateway"),
                  Map.of("gen_ai_provider_name", "openai"),
                  Set.of()),
              new Source.OpenCost.None());
      Target gatewayOnly = target();
      try (MetricsCollector cycle =
          new MetricsCollector(List.of(withGateway), CollectorSettings.DEFAULT)) {
        cycle.run(List.of(gatewayOnly), NOW);
        TrafficHistory traffic = observed(cycle, gatewayOnly).traffic();
        assertSteps(traffic.burstInput(), 0, DAY, 300);
        assertSteps(traffic.burstCachedInput(), 0, DAY, 100);
        assertSteps(traffic.burstOutput(), 0, DAY, 40);
        assertSteps(traffic.burstRequests(), 0, DAY, 2);
        assertThat(traffic.replicasHeld().measuredAt(0)).isZero();
        assertThat(traffic.isKnown(0)).isTrue();
      }
      // Without a gateway configured its series are nobody's.
      assertThat(read(prometheus, chat()).traffic().burstInput().isAnyMeasured()).isFalse();
    }
  }

  @Test
  void matchersOfTheSourceKeepOtherClustersOut() {
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, with(engine(POD_1), "cluster", "eu-1"));
              serve(out, with(engine(POD_1), "cluster", "eu-2", "pod", POD_2));
            })) {
      Source seen = source(prometheus);
      Source euOne =
          new Source(
              "default",
              seen.transport(),
              Map.of("cluster", "eu-1"),
              Set.of(),
              Source.Trust.DEFAULT,
              new Source.Gateway.None(),
              new Source.OpenCost.None());
      try (MetricsCollector cycle =
          new MetricsCollector(List.of(euOne), CollectorSettings.DEFAULT)) {
        cycle.run(List.of(chat()), NOW);
        assertSteps(observed(cycle, chat()).traffic().output(), 0, DAY, 80);
      }
    }
  }

  @Test
  void aPodThatServesUnderAnotherNameIsNamedAndNotCounted() {
    try (LivePrometheus prometheus =
        holding(out -> serve(out, with(engine(POD_1), "model_name", "llama")))) {
      Observation.Observed observed = read(prometheus, chat());
      assertAbsent(observed.traffic().output(), 0, DAY);
      assertThat(observed.notes())
          .anySatisfy(
              note -> {
                assertThat(note.reason()).isEqualTo(Note.Reason.MODEL_NAME_DIFFERS);
                assertThat(Words.of(note.message())).contains("llama").contains("engineModelName");
              });
    }
  }

  @Test
  void anEngineThatClaimsANamespacePrometheusDidNotSetIsLeftOut() {
    Map<String, String> liar = labels("job", "tenant-b", "instance", "10.9.9.9:8000");
    try (LivePrometheus prometheus =
        holding(
            out -> {
              serve(out, engine(POD_1));
              // Prometheus knows this target by another namespace, or by none.
              count(out, with(engine(POD_2), "job", "tenant-b", "instance", "10.9.9.9:8000"));
              out.gauge("up", liar, START, STEP, all(DAY, 1));
            })) {
      Observation.Observed observed = read(prometheus, chat());
      assertSteps(observed.traffic().output(), 0, DAY, 80);
      assertThat(reasons(observed)).contains(Note.Reason.LABELS_NOT_TRUSTED);
      Source seen = source(prometheus);
      Source trusting =
          new Source(
              "default",
              seen.transport(),
              Map.of(),
              Set.of(),
              new Source.Trust(List.of(), List.of(), List.of("tenant-b")),
              new Source.Gateway.None(),
              new Source.OpenCost.None());
      try (MetricsCollector cycle =
          new MetricsCollector(List.of(trusting), CollectorSettings.DEFAULT)) {
        cycle.run(List.of(chat()), NOW);
        assertSteps(observed(cycle, chat()).traffic().output(), 0, DAY, 160);
      }
    }
  }

  @Test
  void hostileNamesAreNamesAndNothingElse() {
    String evil = "x\"} or vector(1e9) # {a=\"\\\n|.*";
    try (LivePrometheus prometheus = holding(out -> serve(out, engine(POD_1)))) {
      Target hostile =
          new Target(
              "default",
              "vllm",
              evil,
              Set.of(new WorkloadRef("Deployment", evil)),
              evil,
              evil,
              Duration.ofDays(1));
      Target regex =
          new Target(
              "default",
              "vllm",
              ".*",
              Set.of(new WorkloadRef("Deployment", "chat")),
              MODEL,
              MODEL,
              Duration.ofDays(1));
      try (MetricsCollector cycle = cycle(prometheus)) {
        CollectionReport report = cycle.run(List.of(hostile, regex, chat()), NOW);
        assertThat(report.readings().get(0).failures()).isEmpty();
        assertAbsent(observed(cycle, hostile).traffic().output(), 0, DAY);
        assertAbsent(observed(cycle, regex).traffic().output(), 0, DAY);
        assertSteps(observed(cycle, chat()).traffic().output(), 0, DAY, 80);
      }
    }
  }

  @Test
  void aCycleAsksAsOftenForManyPoliciesAsForOne() {
    List<Target> many = new ArrayList<>();
    try (LivePrometheus prometheus =
        holding(
            out -> {
              for (int i = 0; i < 60; i++) {
                String name = "w%02d".formatted(i);
                up(
                    out,
                    with(
                        engine(name + "-6d4cf56db6-2k4vw"), "namespace", "ns-%d".formatted(i % 7)));
                out.counter(
                    "vllm:generation_tokens_total",
                    with(engine(name + "-6d4cf56db6-2k4vw"), "namespace", "ns-%d".formatted(i % 7)),
                    START,
                    STEP,
                    all(DAY, i));
                many.add(
                    new Target(
                        "default",
                        "vllm",
                        "ns-%d".formatted(i % 7),
                        Set.of(new WorkloadRef("Deployment", name)),
                        MODEL,
                        MODEL,
                        Duration.ofDays(1)));
              }
            })) {
      List<Integer> requests = new ArrayList<>();
      for (List<Target> targets : List.of(many.subList(0, 1), many)) {
        try (MetricsCollector cycle = cycle(prometheus)) {
          cycle.run(targets, NOW);
          CollectionReport again = cycle.run(targets, NOW.plusSeconds(60));
          requests.add(again.requests());
        }
      }
      assertThat(requests.get(1)).isLessThanOrEqualTo(12).isEqualTo(requests.get(0));
      try (MetricsCollector cycle = cycle(prometheus)) {
        cycle.run(many, NOW);
        for (int i = 1; i < 60; i++) {
          assertSteps(observed(cycle, many.get(i)).traffic().output(), 1, DAY, i);
        }
      }
    }
  }

  @Test
  void anOutageLeavesTheLastFiguresMarkedStaleAndEndsByItself() {
    try (LivePrometheus prometheus = holding(out -> serve(out, engine(POD_1)));
        MetricsCollector cycle = cycle(prometheus)) {
      Instant hourBefore = NOW.minus(Duration.ofHours(1));
      cycle.run(List.of(chat()), hourBefore);
      Observation.Observed before = observed(cycle, chat());
      prometheus.stop();

      cycle.run(List.of(chat()), hourBefore.plusSeconds(60));
      cycle.run(List.of(chat()), hourBefore.plusSeconds(120));

      assertThat(cycle.of(chat())).isInstanceOf(Observation.Stale.class);
      Observation.Stale stale = (Observation.Stale) cycle.of(chat());
      assertThat(stale.why().reason()).isEqualTo(Note.Reason.SOURCE_UNAVAILABLE);
      assertThat(stale.since()).isEqualTo(hourBefore.plusSeconds(60));
      assertThat(stale.lastGood().traffic()).isEqualTo(before.traffic());

      prometheus.start();
      cycle.run(List.of(chat()), NOW);
      assertSteps(observed(cycle, chat()).traffic().output(), 0, DAY, 80);
    }
  }

  @Test
  void aServerThatComesBackWithLessHistoryTakesNothingAway() {
    try (LivePrometheus before = holding(out -> serve(out, engine(POD_1)));
        LivePrometheus emptied = LivePrometheus.scrapingNothing().start()) {
      Transport first = new HttpTransport(Endpoint.at(before.url()));
      Transport then = new HttpTransport(Endpoint.at(emptied.url()));
      Transport[] current = {first};
      try (MetricsCollector cycle =
          new MetricsCollector(
              List.of(Source.of("default", request -> current[0].ask(request))),
              CollectorSettings.DEFAULT)) {
        cycle.run(List.of(chat()), NOW);
        current[0] = then;
        cycle.run(List.of(chat()), NOW.plusSeconds(600));
        TrafficHistory traffic = observed(cycle, chat()).traffic();
        assertThat(traffic.grid().endEpochSecond()).isEqualTo(END + 600);
        assertSteps(traffic.output(), 0, DAY - 1, 80);
        assertAbsent(traffic.output(), DAY - 1, DAY);
      }
    }
  }

  @Test
  void whatIsOlderThanTheWindowIsKeptByTheHour() {
    int steps = 5 * DAY;
    long start = END - (long) steps * STEP;
    try (LivePrometheus prometheus =
        holding(
            out -> {
              out.gauge("up", pod(POD_1), start, STEP, all(steps, 1));
              out.counter(
                  "vllm:generation_tokens_total",
                  engine(POD_1),
                  start,
                  STEP,
                  but(steps, 80, 0, 3 * DAY, 20));
            })) {
      Observation.Observed observed = read(prometheus, chat());
      assertThat(observed.loaded()).isTrue();
      StepGrid window = observed.traffic().grid();
      StepGrid before = observed.before().grid();
      StepGrid earlier = observed.earlier().grid();
      assertThat(before.endEpochSecond()).isEqualTo(window.startEpochSecond());
      assertThat(before.steps()).isBetween(1, DAY);
      assertThat(earlier.endEpochSecond()).isEqualTo(before.startEpochSecond());
      assertThat(earlier.stepSeconds()).isEqualTo(3600);
      assertThat(window.startEpochSecond() - earlier.startEpochSecond())
          .isBetween(95 * 3600L, 97 * 3600L);
      int hours = earlier.steps();
      int hoursOf80 = 24 - before.steps() * STEP / 3600;
      assertSteps(observed.earlier().output(), 1, hours - hoursOf80, 20);
      assertSteps(observed.earlier().output(), hours - hoursOf80, hours, 80);
      assertSteps(observed.before().output(), 0, before.steps(), 80);
      assertSteps(observed.traffic().output(), 0, DAY, 80);
    }
  }

  @Test
  void aServerThatAllowsFewSamplesIsAskedForLessAtATime() {
    try (LivePrometheus prometheus =
            LivePrometheus.scrapingNothing()
                .holding(
                    out -> {
                      serve(out, engine(POD_1));
                      serve(out, engine(POD_2));
                    })
                .with("--query.max-samples=120")
                .start();
        MetricsCollector cycle = cycle(prometheus)) {
      // Once it has refused anything it is asked for 60 answers a minute at most.
      Instant now = NOW;
      do {
        cycle.run(List.of(chat()), now);
        now = now.plusSeconds(60);
      } while (!observed(cycle, chat()).loaded() && now.isBefore(NOW.plusSeconds(300)));
      assertSteps(observed(cycle, chat()).traffic().output(), 0, DAY, 160);
    }
  }

  @Test
  void aPolicyThatComesLaterIsReadWithoutReadingTheOthersAgain() {
    try (LivePrometheus prometheus =
            holding(
                out -> {
                  serve(out, engine(POD_1));
                  serve(out, engine("code-0"));
                });
        MetricsCollector cycle = cycle(prometheus)) {
      Target code = target(new WorkloadRef("StatefulSet", "code"));
      cycle.run(List.of(chat()), NOW);
      long revision = cycle.standingOf(chat()).revision();
      cycle.join(List.of(chat(), code), NOW.plusSeconds(5));
      assertSteps(observed(cycle, code).traffic().output(), 0, DAY, 80);
      assertThat(cycle.standingOf(chat()).revision()).isEqualTo(revision);
      CollectionReport next = cycle.run(List.of(chat(), code), NOW.plusSeconds(60));
      assertThat(next.requests()).isLessThanOrEqualTo(20);
    }
  }
}
