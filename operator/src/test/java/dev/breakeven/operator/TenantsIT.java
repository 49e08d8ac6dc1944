package dev.breakeven.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.RateCard;
import dev.breakeven.configuration.ConfigurationFile;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.testing.ChatWorkload;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.Loopback;
import dev.breakeven.testing.OpenMetrics;
import dev.breakeven.testing.ServingPods;
import dev.breakeven.testing.SteadyTraffic;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two tenants of one operator, one Prometheus and one cluster. Policies in the namespace of the one
 * try by every field they have to learn of the other: its models, workloads, rate card, source and
 * gateway traffic, by name, by pattern and by what would end a quoted string. All that they are
 * ever told (statuses, events, metrics) must be the same to the letter as in a world in which the
 * other tenant does not exist.
 */
class TenantsIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PATIENCE_SECONDS = 90;
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?Z");

  /**
   * What the curious tenant writes into the fields that end up in, or are compared with, labels.
   */
  private static final List<String> MODELS =
      List.of(
          "acme/secret",
          "acme/s.cret",
          "acme.secret",
          "a",
          ".*",
          ".+",
          "acme/(chat|secret)",
          "acme/chat|acme/secret",
          "acme/secret\"} or {__name__=~\".+\"} or x{a=\"",
          "\",namespace=~\".*\",x=\"",
          "acme/secret\\\\",
          "${jndi}{{.Values}}$(id)%s%n");

  /** When both worlds are looked at: a step that ends between them would tell them apart. */
  private final Instant now = Instant.now();

  private String curious = "";
  private String other = "";
  private final List<LivePrometheus> started = new ArrayList<>();

  @BeforeEach
  void twoNamespaces() {
    cluster.installDefinitions();
    curious = cluster.freshNamespace();
    other = cluster.freshNamespace();
    apply(NODE.formatted(nodeOf(curious)));
    apply(NODE.formatted(nodeOf(other)));
    ChatWorkload.create(client(), curious, "chat");
    new ServingPods(cluster, curious, "chat").readyOn(List.of(nodeOf(curious)));
    ChatWorkload.create(client(), curious, "reaching");
    client()
        .apps()
        .deployments()
        .inNamespace(curious)
        .withName("reaching")
        .edit(
            reaching -> {
              // No pod of it is there: asking for the other's node tells nothing of it.
              reaching
                  .getSpec()
                  .getTemplate()
                  .getSpec()
                  .setNodeSelector(Map.of("kubernetes.io/hostname", nodeOf(other)));
              return reaching;
            });
    apply(CARD.formatted(curious, curious));
  }

  private static String nodeOf(String namespace) {
    return namespace + "-gpu";
  }

  @AfterEach
  void leaveNothing() {
    started.forEach(LivePrometheus::close);
    client().resources(RateCard.class).withName(curious).delete();
    client().resources(RateCard.class).withName(other).delete();
    client().nodes().withName(nodeOf(curious)).delete();
    client().nodes().withName(nodeOf(other)).delete();
  }

  @Test
  void whatATenantIsToldIsTheSameToTheLetterWhetherTheOtherExistsOrNot() throws Exception {
    LivePrometheus alone = prometheus(this::ofTheCurious);
    Told without = told(alone, "");
    removePolicies();

    ChatWorkload.create(client(), other, "chat");
    ChatWorkload.create(client(), other, "secret");
    new ServingPods(cluster, other, "secret").readyOn(List.of(nodeOf(other)));
    apply(
        policy(
            other,
            "opencost",
            "model: acme/priced",
            "engineModelName: acme/secret",
            "workloads: [{name: secret}]",
            OPENCOST));
    apply(CARD.formatted(other, other));
    apply(policy(other, "secret", "model: acme/secret", "workloads: [{name: secret}]", USUAL));
    apply(policy(other, "chat", "model: acme/chat", "workloads: [{name: chat}]", USUAL));
    apply(
        policy(
            other,
            "own-source",
            "model: acme/secret",
            "workloads: [{name: secret}]",
            "source: " + sourceOfTheOther(),
            "rateCard: " + other,
            USUAL));
    LivePrometheus shared =
        prometheus(
            history -> {
              ofTheCurious(history);
              ofTheOther(history);
            });
    Told with =
        told(
            shared,
            "  %s: {url: \"%s\", allowedNamespaces: [%s]}\n"
                .formatted(sourceOfTheOther(), shared.url(), other));

    // There was something to learn.
    assertThat(verdict(other, "secret")).isNotEqualTo("Inconclusive");
    assertThat(verdict(other, "own-source")).isNotEqualTo("Inconclusive");
    assertThat(hourlyPrice(other, "opencost")).isEqualTo("7.77");
    assertThat(hourlyPrice(curious, "opencost")).isEqualTo("1.11");
    assertThat(hourlyPrice(curious, "opencost-reaching")).isNull();
    assertThat(verdict(curious, "honest")).isNotEqualTo("Inconclusive");
    assertThat(without.statuses()).hasSizeGreaterThan(15);
    assertThat(with.statuses()).containsOnlyKeys(without.statuses().keySet());
    without
        .statuses()
        .forEach(
            (name, status) -> assertThat(with.statuses().get(name)).as(name).isEqualTo(status));
    assertThat(with.events()).isEqualTo(without.events());
    assertThat(with.metrics()).isEqualTo(without.metrics());
  }

  /** All that a tenant can see of the operator, without the times. */
  private record Told(Map<String, String> statuses, List<String> events, List<String> metrics) {}

  /** Runs an operator over this Prometheus until it has said all it has to say. */
  private Told told(LivePrometheus prometheus, String moreSources) throws Exception {
    OperatorConfiguration configuration =
        ConfigurationFile.parse(
            "operator.yaml",
            """
            cycle: 1s
            listen: 127.0.0.1:0
            watchNamespaces: [%s, %s]
            sources:
              default: {url: "%s", gateway: litellm, opencostCurrencyCode: USD}
            %s\
            """
                .formatted(curious, other, prometheus.url(), moreSources));
    client().v1().events().inNamespace(curious).delete();
    applyCuriousPolicies();
    try (RunningOperator operator =
        RunningOperator.start(
            configuration,
            client(),
            Clock.fixed(now, ZoneOffset.UTC),
            cycle -> RunningOperator.readThePast(cycle, allPolicies(), now))) {
      String metrics = "http://127.0.0.1:" + operator.monitoringAddress().getPort() + "/metrics";
      Told before = told(metrics);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (true) {
        awaitCycles(metrics, 4);
        Told told = told(metrics);
        boolean allAnswered =
            told.statuses().values().stream().noneMatch(s -> s.equals("null"))
                && allPolicies().stream().allMatch(p -> p.getStatus() != null);
        if (allAnswered && told.equals(before)) {
          return told;
        }
        assertThat(System.nanoTime()).as("settled in time").isLessThan(deadline);
        before = told;
      }
    }
  }

  private Told told(String metrics) throws JsonProcessingException {
    Map<String, String> statuses = new TreeMap<>();
    for (CostPolicy policy :
        client().resources(CostPolicy.class).inNamespace(curious).list().getItems()) {
      statuses.put(
          policy.getMetadata().getName(),
          timeless(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(policy.getStatus())));
    }
    return new Told(
        statuses,
        client().v1().events().inNamespace(curious).list().getItems().stream()
            .map(
                e ->
                    e.getInvolvedObject().getName()
                        + " "
                        + e.getReason()
                        + " "
                        + timeless(e.getMessage()))
            .sorted()
            .toList(),
        Loopback.textAt(metrics)
            .lines()
            .filter(line -> line.contains("namespace=\"" + curious + "\""))
            .filter(line -> !line.contains("_timestamp_") && !line.contains("_age_"))
            .sorted()
            .toList());
  }

  private static void awaitCycles(String metrics, int more) {
    double until = cycles(metrics) + more;
    while (cycles(metrics) < until) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
  }

  private static double cycles(String metrics) {
    return Loopback.textAt(metrics)
        .lines()
        .filter(line -> line.startsWith("breakeven_cycle_duration_seconds_count"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static String timeless(String text) {
    return TIME.matcher(text).replaceAll("TIME");
  }

  // ---- what the curious tenant tries; no two claim the same, which both would be told ----

  /** A name beyond the CRD's alphabet is refused, which says nothing of anybody. */
  private static void tried(HasMetadata policy) {
    try {
      apply(policy);
    } catch (KubernetesClientException e) {
      assertThat(e.getCode()).isEqualTo(422);
    }
  }

  private void applyCuriousPolicies() {
    apply(policy(curious, "honest", "model: acme/chat", "workloads: [{name: chat}]", USUAL));
    int number = 0;
    for (String model : MODELS) {
      String quoted = "'" + model.replace("'", "''") + "'";
      tried(
          policy(
              curious, "model-" + number, "model: " + quoted, "workloads: [{name: chat}]", USUAL));
      tried(
          policy(
              curious,
              "engine-" + number,
              "model: acme/engine-" + number,
              "engineModelName: " + quoted,
              "workloads: [{name: chat}]",
              USUAL));
      tried(
          policy(
              curious,
              "gateway-" + number,
              "model: acme/chat",
              "gatewayModelName: " + quoted,
              USUAL));
      number++;
    }
    apply(policy(curious, "workload", "model: acme/secret", "workloads: [{name: secret}]", USUAL));
    apply(
        policy(
            curious,
            "set",
            "model: acme/secret",
            "workloads: [{kind: StatefulSet, name: secret}]",
            USUAL));
    apply(
        policy(
            curious,
            "source",
            "model: acme/source",
            "engineModelName: acme/secret",
            "workloads: [{name: chat}]",
            "source: " + sourceOfTheOther(),
            USUAL));
    apply(policy(curious, "card", "model: acme/secret", "rateCard: " + other));
    apply(
        policy(
            curious,
            "offer",
            "model: acme/offer",
            "engineModelName: acme/chat",
            "workloads: [{name: chat}]",
            "rateCard: " + other,
            "api: {offer: negotiated}"));
    apply(
        policy(
            curious,
            "opencost",
            "model: acme/priced",
            "engineModelName: acme/chat",
            "workloads: [{name: chat}]",
            OPENCOST));
    apply(
        policy(
            curious,
            "opencost-reaching",
            "model: acme/reaching",
            "workloads: [{name: reaching}]",
            OPENCOST));
    apply(
        policy(
            curious,
            "engine-profile",
            "model: acme/profile",
            "engineModelName: acme/secret",
            "workloads: [{name: chat}]",
            "engine: sglang",
            USUAL));
  }

  private static String sourceOfTheOther() {
    return "theirs";
  }

  // ---- what there is to see ----

  private void ofTheCurious(OpenMetrics history) {
    traffic(curious, "chat", "acme/chat", 3_000).into(history, now);
    price(history, nodeOf(curious), 1.11);
  }

  /** As OpenCost says it, in the step that has not ended and the one before it. */
  private void price(OpenMetrics history, String node, double perHour) {
    history.gauge(
        "node_gpu_hourly_cost",
        Map.of("job", "opencost", "namespace", "opencost", "node", node, "instance", node),
        now.getEpochSecond() / 600 * 600 - 600,
        600,
        new double[] {perHour, perHour});
  }

  private void ofTheOther(OpenMetrics history) {
    // The same names of workload, pods and model, and such as only they have.
    for (SteadyTraffic theirs :
        List.of(
            traffic(other, "chat", "acme/chat", 1_234),
            traffic(other, "secret", "acme/secret", 123_400))) {
      theirs.into(history, now);
      theirs.gpusInto(history, now, 12.34);
    }
    price(history, nodeOf(other), 7.77);
    long end = now.getEpochSecond() / 600 * 600;
    long start = end - 1_010L * 600;
    double[] busy = new double[1_010];
    java.util.Arrays.fill(busy, 12.34);
    // Their gateway, and one that several namespaces use.
    for (String namespace : List.of(other, "gateways")) {
      for (String model : List.of("acme/chat", "acme/secret")) {
        for (String kind : List.of("input", "output")) {
          history.counter(
              "litellm_" + kind + "_tokens_metric_total",
              Map.of(
                  "job",
                  "litellm",
                  "namespace",
                  namespace,
                  "pod",
                  "gw-0",
                  "model",
                  model,
                  "instance",
                  "10.2.0.1:4000"),
              start,
              600,
              busy);
        }
      }
    }
    // An engine of theirs whose labels Prometheus did not set.
    Map<String, String> claimed =
        Map.of(
            "job",
            "own",
            "instance",
            "10.3.0.1:8000",
            "namespace",
            other,
            "pod",
            pod("secret", 'd'),
            "model_name",
            "acme/secret");
    history.counter("vllm:prompt_tokens_total", claimed, start, 600, busy);
    history.counter("vllm:generation_tokens_total", claimed, start, 600, busy);
    double[] up = new double[1_010];
    java.util.Arrays.fill(up, 1);
    history.gauge(
        "up",
        Map.of("job", "own", "instance", "10.3.0.1:8000", "namespace", "elsewhere", "pod", "x"),
        start,
        600,
        up);
  }

  private static SteadyTraffic traffic(
      String namespace, String workload, String model, double inputPerSecond) {
    return new SteadyTraffic(
        namespace,
        workload,
        List.of(pod(workload, 'b'), pod(workload, 'c')),
        model,
        inputPerSecond,
        inputPerSecond / 6);
  }

  private static String pod(String workload, char last) {
    return workload + "-7d4b9c6f85-x2k9" + last;
  }

  private LivePrometheus prometheus(java.util.function.Consumer<OpenMetrics> history) {
    LivePrometheus running = LivePrometheus.scrapingNothing().holding(history).start();
    started.add(running);
    return running;
  }

  private static HasMetadata policy(String namespace, String name, String... lines) {
    StringBuilder yaml =
        new StringBuilder(
            "apiVersion: breakeven.dev/v1alpha1\nkind: CostPolicy\nmetadata: {name: %s, namespace: %s}\nspec:\n"
                .formatted(name, namespace));
    for (String line : lines) {
      yaml.append("  ").append(line.strip().replace("\n", "\n  ")).append('\n');
    }
    return load(yaml.toString()).get(0);
  }

  private static void apply(String yaml) {
    load(yaml).forEach(TenantsIT::apply);
  }

  private static void apply(HasMetadata resource) {
    client().resource(resource).forceConflicts().serverSideApply();
  }

  private static List<HasMetadata> load(String yaml) {
    return client().load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
  }

  private List<CostPolicy> allPolicies() {
    List<CostPolicy> all = new ArrayList<>();
    for (String namespace : List.of(curious, other)) {
      all.addAll(client().resources(CostPolicy.class).inNamespace(namespace).list().getItems());
    }
    return all;
  }

  private void removePolicies() {
    client().resources(CostPolicy.class).inNamespace(curious).delete();
  }

  private static String verdict(String namespace, String name) {
    CostPolicy policy =
        client().resources(CostPolicy.class).inNamespace(namespace).withName(name).get();
    return Objects.requireNonNull(
        Objects.requireNonNull(Objects.requireNonNull(policy.getStatus()).advice()).verdict());
  }

  private static @Nullable String hourlyPrice(String namespace, String name) {
    CostPolicy policy =
        client().resources(CostPolicy.class).inNamespace(namespace).withName(name).get();
    return Objects.requireNonNull(policy.getStatus()).workloads().get(0).hourlyPrice();
  }

  private static KubernetesClient client() {
    return cluster.client();
  }

  private static final String USUAL =
      """
      selfHost:
        gpu: {hourlyPrice: "2.50"}
        capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "2500"}
      api: {prices: {inputPerMillion: "0.60", outputPerMillion: "2.40"}}
      """;

  private static final String OPENCOST =
      """
      selfHost: {capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "2500"}}
      api: {prices: {inputPerMillion: "0.60", outputPerMillion: "2.40"}}
      """;

  private static final String NODE =
      """
      apiVersion: v1
      kind: Node
      metadata: {name: %s}
      """;

  private static final String CARD =
      """
      apiVersion: breakeven.dev/v1alpha1
      kind: RateCard
      metadata: {name: %s}
      spec:
        allowedNamespaces: [%s]
        gpus: [{product: H100, hourlyPrice: "1.25"}]
        offers:
        - name: negotiated
          model: acme/secret
          prices: {inputPerMillion: "0.11", outputPerMillion: "0.22"}
      """;
}
