package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.prometheus.client.Endpoint;
import dev.breakeven.prometheus.client.HttpTransport;
import dev.breakeven.render.words.Words;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.OpenMetrics;
import dev.breakeven.traffic.Series;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Pods whose counters stand under several addresses: one server that is shown twice, or several
 * servers.
 */
class SeveralAddressesIT {

  private static final int STEP = 600;
  private static final int DAY = 144;
  private static final long END = Instant.parse("2026-11-20T12:00:00Z").getEpochSecond();
  private static final long START = END - (long) DAY * STEP;
  private static final Instant NOW = Instant.ofEpochSecond(END + 300);
  private static final String MODEL = "llama";
  private static final String POD_1 = "chat-6d4cf56db6-2k4vw";
  private static final String POD_2 = "chat-6d4cf56db6-9xz5t";

  private static final CollectorSettings PATIENT =
      new CollectorSettings(
          CollectorSettings.DEFAULT.history(),
          CollectorSettings.DEFAULT.lateness(),
          Duration.ofMinutes(10),
          CollectorSettings.DEFAULT.parallelism());

  private static Map<String, String> address(String pod, String job, String instance) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("namespace", "inference");
    labels.put("pod", pod);
    labels.put("job", job);
    labels.put("instance", instance);
    return labels;
  }

  private static Map<String, String> with(Map<String, String> labels, String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    all.put(name, value);
    return all;
  }

  /** Tokens a second that change from step to step, 80 on the mean. */
  private static double[] varied(double phase) {
    return IntStream.range(0, DAY).mapToDouble(i -> 80 + 40 * Math.sin(i + phase)).toArray();
  }

  private static double[] all(double value) {
    double[] values = new double[DAY];
    Arrays.fill(values, value);
    return values;
  }

  /**
   * A server that is scraped: five prompt tokens to each that it generates, two requests queued.
   */
  private static void serve(OpenMetrics out, Map<String, String> address, double[] output) {
    out.gauge("up", address, START, STEP, all(1));
    serveUnseen(out, address, output);
  }

  /** The same without {@code up}. */
  private static void serveUnseen(OpenMetrics out, Map<String, String> address, double[] output) {
    count(out, address, output);
    out.gauge("vllm:num_requests_waiting", with(address, "model_name", MODEL), START, STEP, all(2));
  }

  private static void count(OpenMetrics out, Map<String, String> address, double[] output) {
    Map<String, String> engine = with(address, "model_name", MODEL);
    out.counter("vllm:generation_tokens_total", engine, START, STEP, output);
    out.counter(
        "vllm:prompt_tokens_total",
        engine,
        START,
        STEP,
        Arrays.stream(output).map(o -> 5 * o).toArray());
  }

  private static Observation.Observed read(Consumer<OpenMetrics> past) {
    return read(past, Set.of(new WorkloadRef("Deployment", "chat")));
  }

  private static Observation.Observed read(Consumer<OpenMetrics> past, Set<WorkloadRef> workloads) {
    Target chat =
        new Target("default", "vllm", "inference", workloads, MODEL, MODEL, Duration.ofDays(1));
    try (LivePrometheus prometheus = LivePrometheus.scrapingNothing().holding(past).start();
        MetricsCollector collector =
            new MetricsCollector(
                List.of(Source.of("default", new HttpTransport(Endpoint.at(prometheus.url())))),
                PATIENT)) {
      collector.run(List.of(chat), NOW);
      return (Observation.Observed) collector.of(chat);
    }
  }

  private static Map<Note.Reason, String> said(Observation.Observed observed) {
    return observed.notes().stream()
        .collect(Collectors.toMap(Note::reason, note -> Words.of(note.message())));
  }

  private static void assertMean(Series series, double value) {
    assertThat(
            IntStream.range(0, series.steps())
                .mapToDouble(series::measuredAt)
                .average()
                .orElseThrow())
        .isCloseTo(value, within(0.01 * value));
  }

  @Test
  void aServerThatAMeshShowsAgainAtItsOwnPortCountsOnce() {
    Observation.Observed observed =
        read(
            out -> {
              for (String pod : List.of(POD_1, POD_2)) {
                double[] output = varied(pod.equals(POD_1) ? 0 : 2);
                serve(out, address(pod, "vllm", pod + ":8000"), output);
                serve(out, address(pod, "kubernetes-pods", pod + ":15020"), output);
              }
            });

    assertMean(observed.traffic().output(), 160);
    assertMean(observed.traffic().requestsWaiting(), 4);
    assertThat(said(observed))
        .extractingByKey(Note.Reason.SERVER_REPEATED)
        .asString()
        .contains("15020, 8000");
  }

  @Test
  void twoServersOfAPodThatShareTheirWorkEvenlyButNotEquallyAddUp() {
    Observation.Observed observed =
        read(
            out -> {
              serve(out, address(POD_1, "first", POD_1 + ":8000"), varied(0));
              serve(out, address(POD_1, "second", POD_1 + ":8001"), varied(3));
            });

    assertMean(observed.traffic().output(), 160);
    assertMean(observed.traffic().requestsWaiting(), 4);
    assertThat(said(observed))
        .doesNotContainKeys(Note.Reason.SERVER_REPEATED, Note.Reason.SERVERS_ALIKE);
  }

  @Test
  void aServerThatIsShownTwiceAndHasServedNothingForHoursIsKnownToServeNothing() {
    Observation.Observed observed =
        read(
            out -> {
              double[] output = varied(0);
              Arrays.fill(output, DAY - 60, DAY, 0); // ten hours
              serve(out, address(POD_1, "vllm", POD_1 + ":8000"), output);
              serve(out, address(POD_1, "kubernetes-pods", POD_1 + ":15020"), output);
            });

    assertThat(observed.traffic().output().measuredAt(DAY - 1)).isZero();
    assertThat(observed.traffic().output().measuredSteps()).isEqualTo(DAY);
    assertThat(said(observed)).doesNotContainKey(Note.Reason.SERVERS_UNTOLD);
    assertMean(observed.traffic().output(), Arrays.stream(varied(0)).limit(DAY - 60).sum() / DAY);
  }

  @Test
  void twoAddressesThatOneJobReadsAndThatCountAlikeAddUpAndThatIsSaid() {
    Observation.Observed observed =
        read(
            out -> {
              serve(out, address(POD_1, "vllm", POD_1 + ":8000"), varied(0));
              serve(out, address(POD_1, "vllm", POD_1 + ":8001"), varied(0));
            });

    assertMean(observed.traffic().output(), 160);
    assertThat(said(observed)).containsKey(Note.Reason.SERVERS_ALIKE);
  }

  @Test
  void seriesThatAnAgentStoredAgainUnderALabelThatUpDoesNotHaveCountOnce() {
    Observation.Observed observed =
        read(
            out -> {
              for (String pod : List.of(POD_1, POD_2)) {
                double[] output = varied(pod.equals(POD_1) ? 0 : 2);
                Map<String, String> address = address(pod, "vllm", pod + ":8000");
                serve(out, address, output);
                serveUnseen(out, with(address, "agent", "edge"), output);
              }
            });

    assertMean(observed.traffic().output(), 160);
    assertMean(observed.traffic().uncachedInput(), 800);
    assertMean(observed.traffic().requestsWaiting(), 4);
    assertThat(said(observed))
        .extractingByKey(Note.Reason.SERIES_COPIED)
        .asString()
        .contains("label agent");
  }

  @Test
  void copiesOfACountThatIsSplitByTenantsCountOnceHoweverManyTenantsThereAre() {
    for (int tenants : List.of(3, 70)) {
      double[] output = Arrays.stream(varied(0)).map(o -> o / tenants).toArray();
      Observation.Observed observed =
          read(
              out -> {
                Map<String, String> address = address(POD_1, "vllm", POD_1 + ":8000");
                out.gauge("up", address, START, STEP, all(1));
                for (String agent : List.of("core", "edge")) {
                  Map<String, String> stored = with(address, "agent", agent);
                  out.gauge(
                      "vllm:num_requests_waiting",
                      with(stored, "model_name", MODEL),
                      START,
                      STEP,
                      all(2));
                  for (int tenant = 0; tenant < tenants; tenant++) {
                    count(out, with(stored, "tenant", "t" + tenant), output);
                  }
                }
              });

      assertMean(observed.traffic().output(), 80);
      assertThat(said(observed))
          .extractingByKey(Note.Reason.SERIES_COPIED)
          .asString()
          .contains("label agent");
    }
  }

  @Test
  void ofTwoWorkloadsUnderOneLabelTheCopiesOfOneCountOnceAndThePartsOfTheOtherAddUp() {
    Observation.Observed observed =
        read(
            out -> {
              Map<String, String> copied = address(POD_1, "vllm", POD_1 + ":8000");
              serve(out, copied, varied(0));
              serveUnseen(out, with(copied, "team", "a"), varied(0));
              Map<String, String> split = address("other-0", "vllm", "other-0:8000");
              out.gauge("up", split, START, STEP, all(1));
              serveUnseen(out, with(split, "team", "a"), varied(1));
              serveUnseen(out, with(split, "team", "b"), varied(3));
            },
            Set.of(new WorkloadRef("Deployment", "chat"), new WorkloadRef("StatefulSet", "other")));

    assertMean(observed.traffic().output(), 80 + 160);
  }

  @Test
  void partsOfACountThatDriftApartAddUpWithoutAWord() {
    Observation.Observed observed =
        read(
            out -> {
              Map<String, String> address = address(POD_1, "vllm", POD_1 + ":8000");
              serve(out, address, all(0));
              count(out, with(address, "tenant", "a"), varied(0));
              count(out, with(address, "tenant", "b"), varied(3));
            });

    assertMean(observed.traffic().output(), 160);
    assertThat(said(observed))
        .doesNotContainKeys(Note.Reason.SERIES_COPIED, Note.Reason.SERIES_ALIKE);
  }

  @Test
  void partsOfTheSameValuesOfWhichTheGaugesSayNothingAddUpAndThatIsSaid() {
    Observation.Observed observed =
        read(
            out -> {
              Map<String, String> address = address(POD_1, "vllm", POD_1 + ":8000");
              Map<String, String> engine = with(address, "model_name", MODEL);
              out.gauge("up", address, START, STEP, all(1));
              out.gauge("vllm:num_requests_waiting", engine, START, STEP, all(2));
              count(out, with(address, "tenant", "a"), varied(0));
              count(out, with(address, "tenant", "b"), varied(0));
            });

    assertMean(observed.traffic().output(), 160);
    assertThat(said(observed))
        .extractingByKey(Note.Reason.SERIES_ALIKE)
        .asString()
        .contains("label tenant");
  }

  @Test
  void whatARuleMadeOfAPodsSeriesUnderTheirNameDoesNotCount() {
    Observation.Observed observed =
        read(
            out -> {
              Map<String, String> address = address(POD_1, "vllm", POD_1 + ":8000");
              serve(out, address, varied(0));
              address.remove("instance");
              serve(out, with(address, "source", "rule"), varied(0));
            });

    assertMean(observed.traffic().output(), 80);
    assertMean(observed.traffic().requestsWaiting(), 2);
    assertThat(said(observed))
        .doesNotContainKeys(Note.Reason.SERVERS_ALIKE, Note.Reason.SERVER_REPEATED);
  }

  @Test
  void whatAnAgentSendsWithoutSayingWhomItReadCounts() {
    Observation.Observed observed =
        read(
            out -> {
              Map<String, String> address = address(POD_1, "vllm", "");
              address.remove("instance");
              serve(out, with(address, "replica", "a"), varied(0));
              serve(out, with(address, "replica", "b"), varied(0));
            });

    assertMean(observed.traffic().output(), 80);
  }

  @Test
  void twoAddressesOfAProcessThatSaysWhenItStartedAreOneServerWhoeverReadsThem() {
    Observation.Observed observed =
        read(
            out -> {
              for (String port : List.of("8000", "8443")) {
                Map<String, String> address = address(POD_1, "vllm", POD_1 + ":" + port);
                serve(out, address, varied(0));
                out.gauge("process_start_time_seconds", address, START, STEP, all(1.7e9));
              }
            });

    assertMean(observed.traffic().output(), 80);
    assertThat(said(observed)).containsKey(Note.Reason.SERVER_REPEATED);
  }

  @Test
  void twoServersWhoseInstanceNamesNoPortAddUpWhereTheyCountDifferently() {
    Observation.Observed observed =
        read(
            out -> {
              Map<String, String> address = address(POD_1, "vllm", POD_1);
              serve(out, with(address, "endpoint", "first"), varied(0));
              serve(out, with(address, "endpoint", "second"), varied(3));
            });

    assertMean(observed.traffic().output(), 160);
  }

  @Test
  void oneServerWhoseInstanceNamesNoPortCountsOnceHoweverManyReadIt() {
    Observation.Observed observed =
        read(
            out -> {
              Map<String, String> address = address(POD_1, "vllm", POD_1);
              serve(out, with(address, "replica", "a"), varied(0));
              serve(out, with(address, "replica", "b"), varied(0));
            });

    assertMean(observed.traffic().output(), 80);
    assertThat(said(observed)).doesNotContainKey(Note.Reason.SERVER_REPEATED);
  }

  /** What a Prometheus that scrapes Kubernetes' state stores of the pods of Deployment chat. */
  private static void state(OpenMetrics out, String shard, List<String> pods) {
    Map<String, String> ksm = address("ksm-0", "kube-state-metrics", "10.0.9.9:8080");
    ksm.remove("pod");
    ksm.put("prometheus", shard);
    out.gauge(
        "kube_deployment_status_replicas",
        with(ksm, "deployment", "chat"),
        START,
        STEP,
        all(pods.size()));
    for (String pod : pods) {
      Map<String, String> owned = with(with(ksm, "pod", pod), "owner_kind", "ReplicaSet");
      out.gauge(
          "kube_pod_owner", with(owned, "owner_name", "chat-6d4cf56db6"), START, STEP, all(1));
    }
  }

  /** A Deployment of so many pods, all of them scraped, of which the state has some. */
  private static Observation.Observed readOf(int pods, int recorded) {
    return read(
        out -> {
          List<String> names =
              List.of(POD_1, POD_2, "chat-6d4cf56db6-c7vds", "chat-6d4cf56db6-t4q8m");
          names
              .subList(0, pods)
              .forEach(
                  pod -> serve(out, address(pod, "vllm", pod + ":8000"), varied(pod.length())));
          state(out, "a", names.subList(0, recorded));
        });
  }

  @Test
  void morePodsThanReplicasAreOfTwoClustersWhoseLabelIsGone() {
    assertThat(said(readOf(4, 2)))
        .extractingByKey(Note.Reason.CLUSTERS_MIXED)
        .asString()
        .contains("more pods");
    assertThat(said(readOf(4, 4))).doesNotContainKey(Note.Reason.CLUSTERS_MIXED);
  }

  @Test
  void aNumberedPodAtTwoAddressesAtATimeIsOfTwoClusters() {
    Set<WorkloadRef> chat = Set.of(new WorkloadRef("StatefulSet", "chat"));
    Observation.Observed observed =
        read(
            out -> {
              serve(out, address("chat-0", "vllm", "10.0.0.1:8000"), varied(0));
              serve(out, address("chat-0", "vllm", "10.7.0.1:8000"), varied(2));
            },
            chat);
    assertThat(said(observed))
        .extractingByKey(Note.Reason.CLUSTERS_MIXED)
        .asString()
        .contains("chat-0");
    assertThat(
            said(
                read(
                    out -> {
                      serve(out, address("chat-0", "vllm", "10.0.0.1:8000"), varied(0));
                      serve(out, address("chat-0", "vllm", "10.0.0.1:8001"), varied(2));
                    },
                    chat)))
        .doesNotContainKey(Note.Reason.CLUSTERS_MIXED);
  }

  @Test
  void twoPrometheusesThatTellOfTheSamePodsAreOfOneCluster() {
    Observation.Observed observed =
        read(
            out -> {
              serve(
                  out, with(address(POD_1, "vllm", "10.0.0.1:8000"), "prometheus", "a"), varied(0));
              serve(
                  out, with(address(POD_2, "vllm", "10.0.0.2:8000"), "prometheus", "b"), varied(2));
              state(out, "a", List.of(POD_1, POD_2));
              state(out, "b", List.of(POD_1, POD_2));
            });

    assertMean(observed.traffic().output(), 160);
    assertThat(said(observed)).doesNotContainKey(Note.Reason.CLUSTERS_MIXED);
  }

  @Test
  void twoPrometheusesThatTellOfOtherPodsAreOfTwoClusters() {
    Observation.Observed observed =
        read(
            out -> {
              serve(
                  out, with(address(POD_1, "vllm", "10.0.0.1:8000"), "prometheus", "a"), varied(0));
              serve(
                  out, with(address(POD_2, "vllm", "10.0.0.2:8000"), "prometheus", "b"), varied(2));
              state(out, "a", List.of(POD_1));
              state(out, "b", List.of(POD_2));
            });

    assertThat(said(observed)).containsKey(Note.Reason.CLUSTERS_MIXED);
  }

  @Test
  void aClusterThatGotAnotherNameIsOneCluster() {
    Observation.Observed observed =
        read(
            out -> {
              Map<String, String> pod = address(POD_1, "vllm", "10.0.0.1:8000");
              for (int minute = 0; minute <= DAY * 10; minute++) {
                Map<String, String> named = with(pod, "cluster", minute < 705 ? "eu" : "eu-1");
                out.sample("up", named, START + minute * 60L, 1);
                Map<String, String> engine = with(named, "model_name", MODEL);
                out.sample(
                    "vllm:generation_tokens_total", engine, START + minute * 60L, minute * 4800.0);
                out.sample(
                    "vllm:prompt_tokens_total", engine, START + minute * 60L, minute * 4800.0);
              }
            });

    assertThat(said(observed)).doesNotContainKey(Note.Reason.CLUSTERS_MIXED);
    assertMean(observed.traffic().output(), 80);
  }

  /** Pods of StatefulSet code that each of two Prometheuses scrapes, which both tell of all. */
  private static Observation.Observed numberedPods(
      Map<String, String> shardByPod, int replicasToldByB) {
    return read(
        out -> {
          int n = 0;
          for (Map.Entry<String, String> pod : shardByPod.entrySet()) {
            serve(
                out,
                with(
                    address(pod.getKey(), "vllm", "10.0.0." + n + ":8000"),
                    "prometheus",
                    pod.getValue()),
                varied(n++));
          }
          for (String shard : List.of("a", "b")) {
            Map<String, String> ksm = address("", "kube-state-metrics", "10.0.9.9:8080");
            ksm.remove("pod");
            out.gauge(
                "kube_statefulset_status_replicas",
                with(with(ksm, "prometheus", shard), "statefulset", "code"),
                START,
                STEP,
                all(shard.equals("a") ? shardByPod.size() : replicasToldByB));
          }
        },
        Set.of(new WorkloadRef("StatefulSet", "code")));
  }

  @Test
  void numberedPodsOfWhichEachIsInOneShardAreOfOneCluster() {
    Observation.Observed observed = numberedPods(Map.of("code-0", "a", "code-1", "b"), 2);

    assertThat(said(observed)).doesNotContainKey(Note.Reason.CLUSTERS_MIXED);
    assertMean(observed.traffic().output(), 160);
  }

  @Test
  void numberedPodsOfStatesThatTellOfOtherNumbersAreOfTwoClusters() {
    assertThat(said(numberedPods(Map.of("code-0", "a", "code-1", "b"), 1)))
        .containsKey(Note.Reason.CLUSTERS_MIXED);
  }
}
