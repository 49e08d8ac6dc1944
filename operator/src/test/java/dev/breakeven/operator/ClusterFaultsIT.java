package dev.breakeven.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.configuration.ConfigurationFile;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.operator.client.OperatorClient;
import dev.breakeven.testing.ChatWorkload;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.FaultProxy;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.SteadyTraffic;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What can be wrong with a cluster and not with a call: a store that was put back to what it was,
 * definitions that come later than the operator, rights that it has in one namespace alone, and
 * another operator beside it. It goes on by itself, and says what it waits for.
 */
@SuppressWarnings("try") // operators run while their block does
class ClusterFaultsIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static final String DEAR = "0.60";
  private static final String CHEAP = "0.06";
  private static final int PATIENCE_SECONDS = 90;

  private static String namespace = "";
  private static String other = "";
  private static LivePrometheus prometheus = LivePrometheus.scrapingNothing();
  private static LivePrometheus empty = LivePrometheus.scrapingNothing();

  @BeforeAll
  static void workloadsWithTraffic() {
    cluster.installDefinitions();
    namespace = cluster.freshNamespace();
    other = cluster.freshNamespace();
    List<String> all = List.of(namespace, other);
    all.forEach(its -> ChatWorkload.create(cluster.client(), its));
    prometheus =
        LivePrometheus.scrapingNothing()
            .holding(history -> all.forEach(its -> SteadyTraffic.ofChat(its).into(history)))
            .start();
    empty = LivePrometheus.scrapingNothing().start();
  }

  @AfterAll
  static void endPrometheus() {
    prometheus.close();
    empty.close();
  }

  private final OperatorLog log = new OperatorLog();

  @AfterEach
  void removePolicies() {
    log.close();
    cluster.installDefinitions();
    for (String its : List.of(namespace, other)) {
      client().resources(CostPolicy.class).inNamespace(its).delete();
      client().leases().inNamespace(its).delete();
    }
  }

  @Test
  void afterTheStoreWasPutBackToABackupWhatIsThereIsListedAnew() throws IOException {
    if (cluster.apiServerSwitch().isEmpty()) {
      return; // of a cluster that is not ours nothing is put back
    }
    ControlPlane.ApiServerSwitch store = cluster.apiServerSwitch().get();
    apply(namespace, DEAR);
    try (OperatorClient api = operatorClient();
        RunningOperator operator =
            RunningOperator.start(configuration(namespace, prometheus), api)) {
      await("answered", () -> isRight(namespace, "SelfHost"));
      store.backUp();
      await("ready again", operator::isReady);
      for (int i = 0; i < 10; i++) {
        apply(namespace, i % 2 == 0 ? CHEAP : DEAR);
        String expected = i % 2 == 0 ? "API" : "SelfHost";
        await("answered", () -> isRight(namespace, expected));
      }

      store.restore();
      apply(namespace, CHEAP);

      await("answered after the backup was put back", () -> isRight(namespace, "API"));
      await("ready again", operator::isReady);
      apply(namespace, DEAR);
      await("and goes on", () -> isRight(namespace, "SelfHost"));
    }
  }

  @Test
  void definitionsThatComeAfterTheOperatorAreWaitedFor() throws IOException {
    for (String plural : List.of("costpolicies", "ratecards")) {
      client()
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .withName(plural + ".breakeven.dev")
          .withTimeout(30, TimeUnit.SECONDS)
          .delete();
    }
    try (OperatorClient api = operatorClient();
        RunningOperator operator =
            RunningOperator.start(configuration(namespace, prometheus), api)) {
      await(
          "says what it waits for", () -> readiness(operator).contains("reading of costpolicies"));
      assertThat(operator.isReady()).isFalse();

      cluster.installDefinitions();
      apply(namespace, DEAR);

      await("answered", () -> isRight(namespace, "SelfHost"));
      await("ready", operator::isReady);
    }
  }

  /**
   * Where somebody else applies the CRDs, a newer operator may meet those of the version before.
   */
  @Test
  void overAnOlderVersionsDefinitionsItAnswersWithItsOwnDefaults() throws IOException {
    apply(namespace, DEAR);
    client()
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("costpolicies.breakeven.dev")
        .edit(ClusterFaultsIT::ofTheVersionBefore);
    await("the field is gone", () -> policy(namespace).getSpec().planning().scaling() == null);
    try (OperatorClient api = operatorClient();
        RunningOperator operator =
            RunningOperator.start(configuration(namespace, prometheus), api)) {
      await("answered", () -> isRight(namespace, "SelfHost"));
      assertThat(api.outages().failing())
          .containsEntry(
              "CRD costpolicies.breakeven.dev",
              "it is an older version's, without spec.planning.scaling: apply this version's CRDs");
      assertThat(operator.isReady()).isTrue();
    }
  }

  private static CustomResourceDefinition ofTheVersionBefore(CustomResourceDefinition current) {
    JSONSchemaProps root = current.getSpec().getVersions().get(0).getSchema().getOpenAPIV3Schema();
    property(property(root, "spec"), "planning").getProperties().remove("scaling");
    property(root, "status").getProperties().remove("scenario");
    return current;
  }

  private static JSONSchemaProps property(JSONSchemaProps of, String name) {
    return Objects.requireNonNull(of.getProperties().get(name), name);
  }

  @Test
  void whereItHasRightsInOneOfTwoNamespacesThatOneIsAnsweredAndTheOtherNamed() throws IOException {
    String account = "one-of-two";
    grantAllBut(account);
    apply(namespace, DEAR);
    apply(other, DEAR);
    try (OperatorClient api = operatorClient(cluster.kubeconfigAs(namespace, account));
        RunningOperator operator =
            RunningOperator.start(configuration(namespace + ", " + other, prometheus), api)) {
      await("the permitted one is answered", () -> isRight(namespace, "SelfHost"));
      await("the other is named", () -> readiness(operator).contains(other));
      assertThat(readiness(operator)).contains("403");
      assertThat(status(other)).isNull();

      grant(account, other);

      await("answered once it may", () -> isRight(other, "SelfHost"));
      await("ready", operator::isReady);
    }
  }

  @Test
  void whatASecondOperatorWithoutLeaseAndTrafficWroteIsPutRight() throws IOException {
    apply(namespace, DEAR);
    try (OperatorClient api = operatorClient();
        RunningOperator operator =
            RunningOperator.start(configuration(namespace, prometheus), api)) {
      await("answered", () -> isRight(namespace, "SelfHost"));
      try (OperatorClient second = operatorClient();
          RunningOperator stranger =
              RunningOperator.start(
                  ConfigurationFile.parse(
                      "stranger.yaml",
                      """
                      cycle: 1s
                      listen: 127.0.0.1:0
                      watchNamespaces: [%s]
                      leaderElection: {enabled: false}
                      sources: {default: {url: "%s"}}
                      """
                          .formatted(namespace, empty.url())),
                  second)) {
        await("it writes", () -> !isRight(namespace, "SelfHost"));
      }
      await("put right", () -> isRight(namespace, "SelfHost"));
      assertThat(operator.isReady()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Forbidden", "Invalid"})
  void aStatusThatAnAdmissionPolicyRefusesIsSaidOnceAndWrittenWhenItMay(String reason)
      throws IOException {
    apply(namespace, DEAR);
    apply(other, DEAR);
    try (OperatorClient api = operatorClient();
        RunningOperator operator =
            RunningOperator.start(configuration(namespace + ", " + other, prometheus), api)) {
      await("answered", () -> isRight(namespace, "SelfHost") && isRight(other, "SelfHost"));
      List<HasMetadata> refusal =
          client().load(refusalOfStatuses(other, reason)).forceConflicts().serverSideApply();
      try {
        await("in force", () -> isRefused(other));
        log.clear();
        apply(namespace, CHEAP);
        apply(other, CHEAP);
        await("the other one is answered", () -> isRight(namespace, "API"));
        await("said", () -> !log.saying("status of " + other + "/chat: not written").isEmpty());
        apply(namespace, DEAR);
        await("and goes on", () -> isRight(namespace, "SelfHost"));
      } finally {
        client().resourceList(refusal).delete();
      }
      await("written when it may", () -> isRight(other, "API"));
      assertThat(log.saying("status of " + other + "/chat: not written: HTTP")).hasSize(1);
      assertThat(log.traces()).isEmpty();
      assertThat(operator.isReady()).isTrue();
    }
  }

  @Test
  void aRightThatIsTakenAwayForAWhileIsSaidAndUsedAgain() throws IOException {
    String account = "for-a-while";
    grantAllBut(account);
    apply(namespace, DEAR);
    try (FaultProxy proxy = FaultProxy.before(cluster.kubeconfigAs(namespace, account));
        OperatorClient api =
            OperatorClient.of(proxy.config(), "cluster-faults", Clock.systemUTC());
        RunningOperator operator =
            RunningOperator.start(configuration(namespace, prometheus), api)) {
      await("answered", () -> isRight(namespace, "SelfHost"));

      client().rbac().roleBindings().inNamespace(namespace).withName(account).delete();
      proxy.cutConnections();
      await("said", () -> readiness(operator).contains("HTTP 403 Forbidden"));
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
      grant(account, namespace);
      apply(namespace, CHEAP);

      await("answered once it may", () -> isRight(namespace, "API"));
      await("ready", operator::isReady);
      assertThat(log.traces()).isEmpty();
      assertThat(log.saidAgain()).isEmpty();
    }
  }

  private static ByteArrayInputStream refusalOfStatuses(String where, String reason) {
    return new ByteArrayInputStream(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: breakeven-test-no-status}
        spec:
          failurePolicy: Fail
          matchConstraints:
            resourceRules:
            - {apiGroups: [breakeven.dev], apiVersions: ["*"], operations: [UPDATE],
               resources: [costpolicies/status]}
          validations:
          - {expression: "object.metadata.namespace != '%s'", reason: %s}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: breakeven-test-no-status}
        spec: {policyName: breakeven-test-no-status, validationActions: [Deny]}
        """
            .formatted(where, reason)
            .getBytes(StandardCharsets.UTF_8));
  }

  /** Whether the API server refuses a status by now; one that is taken changes nothing. */
  private static boolean isRefused(String where) {
    try {
      client()
          .resource(policy(where))
          .subresource("status")
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\": {}}");
      return false;
    } catch (KubernetesClientException e) {
      return e.getCode() == 403 || e.getCode() == 422;
    }
  }

  // ---- the stage ----

  private static OperatorClient operatorClient() {
    return operatorClient(cluster.kubeconfig());
  }

  private static OperatorClient operatorClient(Path kubeconfig) {
    return OperatorClient.of(
        Config.fromKubeconfig(kubeconfig.toFile()), "cluster-faults", Clock.systemUTC());
  }

  private static OperatorConfiguration configuration(String watched, LivePrometheus source) {
    return ConfigurationFile.parse(
        "operator.yaml",
        """
        cycle: 1s
        listen: 127.0.0.1:0
        watchNamespaces: [%s]
        leaderElection: {enabled: true, leaseNamespace: %s, leaseDuration: 3s}
        sources: {default: {url: "%s"}}
        """
            .formatted(watched, namespace, source.url()));
  }

  /** An account that may do what an operator does in the first namespace, and rate cards. */
  private static void grantAllBut(String account) {
    cluster.tokenOf(namespace, account);
    client()
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(account + "-all")
                .endMetadata()
                .addNewRule()
                .withApiGroups("*")
                .withResources("*")
                .withVerbs("*")
                .endRule()
                .build())
        .forceConflicts()
        .serverSideApply();
    client()
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(account + "-cards")
                .endMetadata()
                .addNewRule()
                .withApiGroups("breakeven.dev")
                .withResources("ratecards")
                .withVerbs("get", "list", "watch")
                .endRule()
                .addNewRule()
                .withApiGroups("")
                .withResources("nodes")
                .withVerbs("get", "list", "watch")
                .endRule()
                .build())
        .forceConflicts()
        .serverSideApply();
    client()
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(account + "-cards")
                .endMetadata()
                .withNewRoleRef()
                .withApiGroup("rbac.authorization.k8s.io")
                .withKind("ClusterRole")
                .withName(account + "-cards")
                .endRoleRef()
                .addNewSubject()
                .withKind("ServiceAccount")
                .withName(account)
                .withNamespace(namespace)
                .endSubject()
                .build())
        .forceConflicts()
        .serverSideApply();
    grant(account, namespace);
  }

  private static void grant(String account, String where) {
    client()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName(account)
                .withNamespace(where)
                .endMetadata()
                .withNewRoleRef()
                .withApiGroup("rbac.authorization.k8s.io")
                .withKind("ClusterRole")
                .withName(account + "-all")
                .endRoleRef()
                .addNewSubject()
                .withKind("ServiceAccount")
                .withName(account)
                .withNamespace(namespace)
                .endSubject()
                .build())
        .forceConflicts()
        .serverSideApply();
  }

  private static void apply(String where, String price) {
    client()
        .resource(
            Manifests.parse("policy.yaml", ChatWorkload.policy(where, "chat", "acme/chat", price))
                .policies()
                .get(0))
        .forceConflicts()
        .serverSideApply();
  }

  private static CostPolicy policy(String where) {
    return client().resources(CostPolicy.class).inNamespace(where).withName("chat").get();
  }

  private static CostPolicyStatus status(String where) {
    return policy(where).getStatus();
  }

  private static boolean isRight(String where, String verdict) {
    CostPolicy policy = policy(where);
    CostPolicyStatus status = policy.getStatus();
    return status != null
        && status.advice() != null
        && Objects.equals(status.observedGeneration(), policy.getMetadata().getGeneration())
        && verdict.equals(status.advice().verdict());
  }

  /** What it answers when it is asked whether it is ready. */
  private static String readiness(RunningOperator operator) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:%d/readyz"
                              .formatted(operator.monitoringAddress().getPort())))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private static KubernetesClient client() {
    return cluster.client();
  }
}
