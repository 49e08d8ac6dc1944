package dev.breakeven.operator;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.configuration.ListenAddress;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.configuration.PrometheusServer;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.GeneratedFile;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.OpenMetrics;
import dev.breakeven.testing.Tool;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a person reads: the text of {@code kubectl get cpol} and {@code kubectl describe cpol}, from
 * the real kubectl and a real API server, of policies that the operator answered. It stands in
 * {@code src/test/resources/kubectl}; whoever changes a status sees there how it will read.
 *
 * <p>The clock stands still at ten of a Monday, and Prometheus holds the two weeks before it, so
 * that no figure moves. Office hours take 1.6 replicas' worth of work (8,000 ÷ 10,000 input and
 * 2,000 ÷ 2,500 output tokens/s), nights and weekends a tenth of it, on three replicas.
 */
class KubectlTextIT {

  private static final String EXPECTED = "operator/src/test/resources/kubectl/";
  private static final String WRITE =
      "mvn -B -q verify -Dtest=NONE -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dit.test=KubectlTextIT -Dbreakeven.write=true";

  private static final Instant NOW = Instant.parse("2026-11-09T10:05:00Z");
  private static final int STEP_SECONDS = 600;
  private static final int STEPS = 14 * 144;
  private static final long START = Instant.parse("2026-10-26T10:00:00Z").getEpochSecond();
  private static final long PATIENCE_SECONDS = 60;
  private static final List<String> POLICIES = List.of("chat", "start", "unseen");

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static String namespace = "";
  private static LivePrometheus prometheus = LivePrometheus.scrapingNothing();
  private static final List<AutoCloseable> running = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void answerEveryPolicy() throws IOException {
    cluster.installDefinitions();
    namespace = cluster.freshNamespace();
    prometheus =
        LivePrometheus.scrapingNothing()
            .holding(Duration.ofMinutes(2), KubectlTextIT::twoWeeksOfOfficeHours)
            .start();
    client()
        .load(KubectlTextIT.class.getResourceAsStream("/kubectl/resources.yaml"))
        .inNamespace(namespace)
        .serverSideApply();
    startOperator();
    for (String policy : POLICIES) {
      client()
          .resources(CostPolicy.class)
          .inNamespace(namespace)
          .withName(policy)
          .waitUntilCondition(
              p -> p != null && p.getStatus() != null && isSettled(p.getStatus()),
              PATIENCE_SECONDS,
              TimeUnit.SECONDS);
    }
  }

  @AfterAll
  static void stopEverything() throws Exception {
    for (int i = running.size() - 1; i >= 0; i--) {
      running.get(i).close();
    }
    prometheus.close();
  }

  @Test
  void getAnswersInOneLineAPolicy() {
    expected("get.txt").mustHold(atAnyAge(kubectl("get", "cpol")));
  }

  @Test
  void getWideSaysHowFarToRelyOnIt() {
    expected("get-wide.txt").mustHold(atAnyAge(kubectl("get", "cpol", "-o", "wide")));
  }

  @Test
  void describeOpensWithTheAdviceAndEndsWithTheWorkloads() {
    expected("describe-chat.txt").mustHold(kubectl("describe", "cpol", "chat"));
  }

  @Test
  void describeOfWhatCannotBeAnsweredSaysWhatIsMissing() {
    expected("describe-unseen.txt").mustHold(kubectl("describe", "cpol", "unseen"));
  }

  private static GeneratedFile expected(String name) {
    return GeneratedFile.at(EXPECTED + name).writtenBy(WRITE);
  }

  private static String kubectl(String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("--kubeconfig", cluster.kubeconfig().toString(), "-n", namespace));
    all.addAll(List.of(arguments));
    return unmoving(Tool.KUBECTL.run(all.toArray(String[]::new)).orFail());
  }

  /** The text without what differs from run to run: names and hashes of them, ids, ages, times. */
  private static String unmoving(String text) {
    String still = text.replace(namespace, "inference");
    still =
        replaced(
            still,
            "(?m)^(  (?:UID|Resource Version|Creation Timestamp|Messages Hash): +).*$",
            "$1…");
    still = replaced(still, "(?m)(?<=\\S {1,40})\\d+s$", "1s");
    // How often the advice changes until the whole past is read depends on the machine.
    still = replaced(still, "(?s)\\nEvents:.*", "\n");
    return replaced(still, "(?m) +$", "");
  }

  /** The past lies at fixed days: how old the answer is depends on the day of the run. */
  private static String atAnyAge(String table) {
    return Pattern.compile("(?m)(?<= )\\d+d(?: +|$)")
        .matcher(table)
        .replaceAll(age -> "7m" + " ".repeat(Math.max(0, age.group().length() - 2)))
        .replaceAll("(?m) +$", "");
  }

  private static String replaced(String text, String pattern, String with) {
    return Pattern.compile(pattern).matcher(text).replaceAll(with);
  }

  /** Answered with the whole past read, or not to be answered at all. */
  private static boolean isSettled(CostPolicyStatus status) {
    return status.conditions().stream()
            .noneMatch(c -> c.reason().equals("ShortHistory") || c.reason().equals("Loading"))
        && status.observed() != null;
  }

  // ---- the stage ----

  private static void twoWeeksOfOfficeHours(OpenMetrics history) {
    double[] office = new double[STEPS];
    for (int step = 0; step < STEPS; step++) {
      ZonedDateTime time =
          Instant.ofEpochSecond(START + (long) step * STEP_SECONDS).atZone(ZoneOffset.UTC);
      boolean weekend =
          time.getDayOfWeek() == DayOfWeek.SATURDAY || time.getDayOfWeek() == DayOfWeek.SUNDAY;
      office[step] = !weekend && time.getHour() >= 8 && time.getHour() < 18 ? 1 : 0.1;
    }
    for (int replica = 0; replica < 3; replica++) {
      Map<String, String> engine =
          Map.of(
              "namespace",
              namespace,
              "pod",
              "chat-7d4b9c6f85-x2k9" + "bcd".charAt(replica),
              "model_name",
              "acme/chat",
              "engine",
              "0",
              "job",
              "vllm",
              "instance",
              "10.0.0." + replica + ":8000");
      Map<String, String> target = new java.util.HashMap<>(engine);
      target.keySet().retainAll(java.util.Set.of("namespace", "pod", "job", "instance"));
      gauge(history, "up", target, 1);
      counter(history, "vllm:prompt_tokens_total", engine, office, 8_000.0 / 3);
      counter(history, "vllm:prompt_tokens_cached_total", engine, office, 0);
      counter(history, "vllm:generation_tokens_total", engine, office, 2_000.0 / 3);
      counter(history, "vllm:request_success_total", engine, office, 8.0 / 3);
      gauge(history, "vllm:num_requests_waiting", engine, 0);
      gauge(
          history,
          "DCGM_FI_DEV_GPU_UTIL",
          Map.of(
              "exported_namespace", namespace,
              "exported_pod", "chat-7d4b9c6f85-x2k9" + "bcd".charAt(replica),
              "namespace", "gpu",
              "pod", "dcgm-0",
              "job", "dcgm-exporter",
              "gpu", "0",
              "Hostname", "n1",
              "instance", "10.1.0." + replica + ":9400"),
          60);
    }
    gauge(
        history,
        "kube_deployment_status_replicas",
        Map.of(
            "namespace", namespace,
            "deployment", "chat",
            "job", "kube-state-metrics",
            "instance", "ksm:8080"),
        3);
  }

  private static void counter(
      OpenMetrics history,
      String name,
      Map<String, String> labels,
      double[] shape,
      double perSecond) {
    double[] rates = new double[shape.length];
    for (int i = 0; i < shape.length; i++) {
      rates[i] = shape[i] * perSecond;
    }
    history.counter(name, labels, START, STEP_SECONDS, rates);
  }

  private static void gauge(
      OpenMetrics history, String name, Map<String, String> labels, double value) {
    double[] values = new double[STEPS];
    java.util.Arrays.fill(values, value);
    history.gauge(name, labels, START, STEP_SECONDS, values);
  }

  private static void startOperator() throws IOException {
    OperatorConfiguration configuration =
        new OperatorConfiguration()
            .withCycle(Duration.ofSeconds(1))
            .withListen(ListenAddress.parse("127.0.0.1:0"))
            .withSource("default", PrometheusServer.at(prometheus.url()))
            .checked();
    running.add(
        RunningOperator.start(
            configuration,
            client(),
            Clock.fixed(NOW, ZoneOffset.UTC),
            cycle ->
                RunningOperator.readThePast(
                    cycle,
                    client().resources(CostPolicy.class).inNamespace(namespace).list().getItems(),
                    NOW)));
  }

  private static KubernetesClient client() {
    return cluster.client();
  }
}
