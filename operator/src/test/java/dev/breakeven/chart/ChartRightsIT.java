package dev.breakeven.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.RateCard;
import dev.breakeven.configuration.ConfigurationFile;
import dev.breakeven.configuration.ListenAddress;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.operator.RunningOperator;
import dev.breakeven.testing.ChatWorkload;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.Repository;
import dev.breakeven.testing.ServingPods;
import dev.breakeven.testing.SteadyTraffic;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the operator asks of an API server, beside what the chart lets it ask: the chart is
 * installed, the operator runs with the configuration and the service account that it made, and
 * does everything it ever does, from the first answer to giving its lease back. Then every request
 * must have been allowed, and every grant must have been used.
 */
@SuppressWarnings("try") // the operator runs while its block does
class ChartRightsIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static final Chart CHART = new Chart();
  private static final String RELEASE = "breakeven-rights";
  private static final String MODEL = "acme/chat";
  private static final long PATIENCE_SECONDS = 60;

  /** What any account may ask, by the roles that every cluster has for all who are known to it. */
  private static final Set<String> WHAT_EVERY_ACCOUNT_MAY =
      Set.of(
          "create authorization.k8s.io/selfsubjectrulesreviews",
          "get /apis/serving.example.com/v1");

  private String home = "";
  private String one = "";
  private String two = "";
  private LivePrometheus prometheus = LivePrometheus.scrapingNothing();

  @BeforeAll
  static void aKindOfWorkloadThatSomebodyHasAdded() throws IOException {
    cluster.apply(
        Files.writeString(Repository.scratch("kind").resolve("kind.yaml"), MODEL_SERVERS));
  }

  @AfterAll
  static void theKindGoes() {
    cluster
        .client()
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("modelservers.serving.example.com")
        .delete();
  }

  @BeforeEach
  void aClusterWithWorkloadsAndTraffic() {
    cluster.installDefinitions();
    home = cluster.freshNamespace();
    one = cluster.freshNamespace();
    two = cluster.freshNamespace();
    cluster.client().resource(node()).create();
    for (String namespace : List.of(one, two)) {
      ChatWorkload.create(cluster.client(), namespace);
      apply(STATEFUL_SET.formatted(namespace));
      apply(MODEL_SERVER.formatted(namespace));
      new ServingPods(cluster, namespace, "chat").readyOn(List.of(nodeName(), nodeName()));
    }
    prometheus =
        LivePrometheus.scrapingNothing()
            .holding(
                history -> {
                  for (String namespace : List.of(one, two)) {
                    SteadyTraffic.ofChat(namespace).into(history);
                  }
                })
            .start();
  }

  @AfterEach
  void leaveNothing() {
    CHART.helm(
        cluster.kubeconfig(), "uninstall", RELEASE, "--namespace=" + home, "--ignore-not-found");
    prometheus.close();
    cluster.client().nodes().withName(nodeName()).delete();
    cluster.client().resources(RateCard.class).withName(home).delete();
  }

  @Test
  void withTheStandardValuesEveryRequestIsAllowedAndEveryGrantIsUsed() throws IOException {
    install();
    apply(RATE_CARD.formatted(home));

    walk(List.of(one), "rateCard: " + home);
  }

  @Test
  void inNamedNamespacesEveryRequestIsAllowedAndEveryGrantIsUsedInEach() throws IOException {
    install(
        "--set=watchNamespaces={" + one + "," + two + "}",
        "--set-json=workloadKinds=" + KINDS,
        "--set=rateCard.create=false");
    apply(RATE_CARD.formatted(home));

    walk(List.of(one, two), "rateCard: " + home);
  }

  @Test
  void withoutRateCardsAndNodesNothingOfThemIsGrantedNorAsked() throws IOException {
    install("--set=watchNamespaces={" + one + "}", "--set=rateCards=false", "--set=nodes=false");

    Set<ApiCall> made = walk(List.of(one), "selfHost: {gpu: {hourlyPrice: \"2.50\"}}");

    assertThat(made).extracting(ApiCall::resource).doesNotContain("ratecards", "nodes", "pods");
    assertThat(cluster.client().rbac().clusterRoleBindings().list().getItems())
        .extracting(binding -> binding.getMetadata().getName())
        .doesNotContain(home + "-" + RELEASE);
  }

  @Test
  void itMayNotDoWhatItMustNot() {
    install("--set=watchNamespaces={" + one + "}");

    try (KubernetesClient operator = cluster.clientAs(home, RELEASE)) {
      // To see that the question is asked rightly: what it may, it may.
      assertThat(may(operator, one, "patch", "breakeven.dev", "costpolicies", "status")).isTrue();
      for (String verb : List.of("create", "update", "patch", "delete", "deletecollection")) {
        assertThat(may(operator, one, verb, "apps", "deployments", "")).as(verb).isFalse();
        assertThat(may(operator, one, verb, "apps", "statefulsets", "")).as(verb).isFalse();
        assertThat(may(operator, one, verb, "breakeven.dev", "costpolicies", "")).isFalse();
        assertThat(may(operator, "", verb, "breakeven.dev", "ratecards", "")).isFalse();
        assertThat(may(operator, one, verb, "", "pods", "")).as(verb).isFalse();
        assertThat(may(operator, "", verb, "", "nodes", "")).as(verb).isFalse();
        assertThat(may(operator, one, verb, "coordination.k8s.io", "leases", "")).isFalse();
      }
      for (String verb : List.of("get", "update", "patch")) {
        assertThat(may(operator, one, verb, "apps", "deployments", "scale")).as(verb).isFalse();
        assertThat(may(operator, one, verb, "apps", "deployments", "status")).as(verb).isFalse();
        assertThat(may(operator, home, verb, "coordination.k8s.io", "leases", "")).isFalse();
      }
      for (String namespace : List.of(home, one, two, "kube-system")) {
        assertThat(may(operator, namespace, "get", "", "secrets", "")).as(namespace).isFalse();
        assertThat(may(operator, namespace, "list", "", "secrets", "")).as(namespace).isFalse();
        assertThat(may(operator, namespace, "list", "", "configmaps", "")).isFalse();
        assertThat(may(operator, namespace, "create", "", "pods", "exec")).isFalse();
        assertThat(may(operator, namespace, "create", "", "serviceaccounts", "token")).isFalse();
      }
      // Of a namespace that it is not to watch, nothing at all.
      assertThat(may(operator, two, "list", "breakeven.dev", "costpolicies", "")).isFalse();
      assertThat(may(operator, two, "patch", "breakeven.dev", "costpolicies", "status")).isFalse();
      assertThat(may(operator, two, "list", "", "pods", "")).isFalse();
      assertThat(may(operator, two, "create", "", "events", "")).isFalse();

      assertThatThrownBy(
              () -> operator.apps().deployments().inNamespace(one).withName("chat").scale(0))
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
      assertThatThrownBy(
              () ->
                  operator
                      .resource(policy(one, "chat", "0.60", "rateCard: none"))
                      .forceConflicts()
                      .serverSideApply())
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
    }
  }

  /** Runs the operator through everything it does in these namespaces. */
  @SuppressWarnings("try") // the operator runs while the block does
  private Set<ApiCall> walk(List<String> namespaces, String prices) throws IOException {
    CallRecorder calls = new CallRecorder();
    try (KubernetesClient client =
        cluster.clientAs(home, RELEASE, http -> http.addOrReplaceInterceptor("calls", calls))) {
      try (RunningOperator operator = RunningOperator.start(configuration(), client)) {
        for (String namespace : namespaces) {
          apply(policy(namespace, "chat", "0.60", prices));
          String before = awaitVerdict(namespace, verdict -> !verdict.equals("Inconclusive"));
          apply(policy(namespace, "chat", "0.06", prices));
          awaitVerdict(namespace, verdict -> !verdict.equals(before));
          awaitEvents(namespace, 1);
          strangersFieldIsReplaced(namespace);
        }
        awaitRenewedLease();
        assertThat(operator.isReady()).isTrue();
      }
    }
    assertThat(holder()).as("the lease is given back").isEmpty();

    Set<Grant> grants = Grant.of(cluster.client(), home, RELEASE);
    assertThat(grants).isNotEmpty();
    assertThat(calls.refused()).as("refused").isEmpty();
    assertThat(
            calls.made().stream()
                .filter(call -> grants.stream().noneMatch(grant -> grant.allows(call)))
                .map(ChartRightsIT::inShort))
        .as("asked by no grant of the chart")
        .isSubsetOf(WHAT_EVERY_ACCOUNT_MAY);
    assertThat(
            grants.stream()
                .filter(grant -> calls.made().stream().noneMatch(grant::allows))
                .toList())
        .as("granted and never used")
        .isEmpty();
    return calls.made();
  }

  private static String inShort(ApiCall call) {
    return call.resource().equals(ApiCall.NO_RESOURCE)
        ? call.verb() + " " + call.name()
        : call.verb() + " " + call.group() + "/" + call.resource();
  }

  // ---- the stage ----

  private void install(String... values) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "install",
                RELEASE,
                CHART.directory().toString(),
                "--namespace=" + home,
                "--set=crds.install=false",
                "--set=cycle=1s",
                "--set=sources.default.url=" + prometheus.url()));
    arguments.addAll(List.of(values));
    CHART.helm(cluster.kubeconfig(), arguments.toArray(new String[0])).orFail();
  }

  /** The one that the chart made, but for the port: another process may have it here. */
  private OperatorConfiguration configuration() {
    String yaml =
        cluster
            .client()
            .configMaps()
            .inNamespace(home)
            .withName(RELEASE)
            .get()
            .getData()
            .get("operator.yaml");
    return ConfigurationFile.parse("operator.yaml", Objects.requireNonNull(yaml))
        .withListen(ListenAddress.parse("127.0.0.1:0"))
        .checked();
  }

  private static boolean may(
      KubernetesClient client,
      String namespace,
      String verb,
      String group,
      String resource,
      String subresource) {
    ResourceAttributes asked =
        new ResourceAttributesBuilder()
            .withNamespace(namespace)
            .withVerb(verb)
            .withGroup(group)
            .withResource(resource)
            .withSubresource(subresource)
            .build();
    return client
        .authorization()
        .v1()
        .selfSubjectAccessReview()
        .create(
            new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withResourceAttributes(asked)
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }

  private static String awaitVerdict(String namespace, Predicate<String> condition) {
    CostPolicy policy =
        cluster
            .client()
            .resources(CostPolicy.class)
            .inNamespace(namespace)
            .withName("chat")
            .waitUntilCondition(
                p -> verdictOf(p).filter(condition).isPresent(),
                PATIENCE_SECONDS,
                TimeUnit.SECONDS);
    return verdictOf(policy).orElseThrow();
  }

  private static java.util.Optional<String> verdictOf(CostPolicy policy) {
    CostPolicyStatus status = policy == null ? null : policy.getStatus();
    return status == null || status.advice() == null
        ? java.util.Optional.empty()
        : java.util.Optional.ofNullable(status.advice().verdict());
  }

  /**
   * Somebody else's field is put right by a write of the whole status, another call than before.
   */
  private static void strangersFieldIsReplaced(String namespace) {
    Resource<CostPolicy> policy =
        cluster.client().resources(CostPolicy.class).inNamespace(namespace).withName("chat");
    policy
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"status": {"observed": {"message": "a stranger's"}}}
            """);
    policy.waitUntilCondition(
        p -> !String.valueOf(p.getStatus().observed()).contains("a stranger's"),
        PATIENCE_SECONDS,
        TimeUnit.SECONDS);
  }

  private static void awaitEvents(String namespace, int changes) {
    cluster
        .client()
        .v1()
        .events()
        .inNamespace(namespace)
        .informOnCondition(
            events -> events.stream().filter(ChartRightsIT::isOfVerdict).count() >= changes)
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  private static boolean isOfVerdict(Event event) {
    return "VerdictChanged".equals(event.getReason());
  }

  private void awaitRenewedLease() {
    cluster
        .client()
        .leases()
        .inNamespace(home)
        .withName(RELEASE)
        .waitUntilCondition(
            lease ->
                lease != null
                    && lease.getSpec().getRenewTime().isAfter(lease.getSpec().getAcquireTime()),
            PATIENCE_SECONDS,
            TimeUnit.SECONDS);
  }

  private String holder() {
    return Objects.requireNonNullElse(
        cluster
            .client()
            .leases()
            .inNamespace(home)
            .withName(RELEASE)
            .get()
            .getSpec()
            .getHolderIdentity(),
        "");
  }

  private static void apply(HasMetadata resource) {
    cluster.client().resource(resource).forceConflicts().serverSideApply();
  }

  private static void apply(String yaml) {
    cluster
        .client()
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .items()
        .forEach(ChartRightsIT::apply);
  }

  private String nodeName() {
    return home + "-node";
  }

  private io.fabric8.kubernetes.api.model.Node node() {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(nodeName())
        .withLabels(Map.of("nvidia.com/gpu.product", "H100"))
        .endMetadata()
        .build();
  }

  private static HasMetadata policy(
      String namespace, String name, String inputPrice, String prices) {
    String yaml =
        """
        apiVersion: breakeven.dev/v1alpha1
        kind: CostPolicy
        metadata: {name: %s, namespace: %s}
        spec:
          model: %s
          workloads: [{name: chat}]
          api: {prices: {inputPerMillion: "%s", outputPerMillion: "%s"}}
        """
            .formatted(name, namespace, MODEL, inputPrice, inputPrice);
    String capacity =
        "capacityPerReplica: {inputTokensPerSecond: \"10000\", outputTokensPerSecond: \"2500\"}";
    yaml +=
        prices.startsWith("selfHost: {")
            ? "  " + prices.replace("selfHost: {", "selfHost: {" + capacity + ", ") + "\n"
            : "  " + prices + "\n  selfHost: {" + capacity + "}\n";
    return cluster
        .client()
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .items()
        .get(0);
  }

  private static final String RATE_CARD =
      """
      apiVersion: breakeven.dev/v1alpha1
      kind: RateCard
      metadata: {name: %s}
      spec: {gpus: [{product: H100, hourlyPrice: "2.50"}]}
      """;

  private static final String KINDS =
      """
      [{"apiVersion":"apps/v1","kind":"Deployment"},{"apiVersion":"apps/v1","kind":"StatefulSet"},\
      {"apiVersion":"serving.example.com/v1","kind":"ModelServer"}]\
      """;

  private static final String STATEFUL_SET =
      """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: embed, namespace: %s}
      spec:
        replicas: 1
        serviceName: embed
        selector: {matchLabels: {app: embed}}
        template:
          metadata: {labels: {app: embed}}
          spec:
            containers:
            - {name: engine, image: engine, resources: {limits: {nvidia.com/gpu: "1"}}}
      """;

  private static final String MODEL_SERVERS =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: modelservers.serving.example.com}
      spec:
        group: serving.example.com
        scope: Namespaced
        names: {kind: ModelServer, plural: modelservers, singular: modelserver}
        versions:
        - name: v1
          served: true
          storage: true
          subresources: {scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}
          schema:
            openAPIV3Schema:
              type: object
              x-kubernetes-preserve-unknown-fields: true
      """;

  private static final String MODEL_SERVER =
      """
      apiVersion: serving.example.com/v1
      kind: ModelServer
      metadata: {name: rank, namespace: %s}
      spec: {replicas: 1}
      """;
}
