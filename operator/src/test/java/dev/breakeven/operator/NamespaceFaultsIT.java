package dev.breakeven.operator;

import static dev.breakeven.operator.ChatPolicies.CHEAP;
import static dev.breakeven.operator.ChatPolicies.DEAR;
import static dev.breakeven.operator.ChatPolicies.await;
import static dev.breakeven.operator.ChatPolicies.readiness;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.operator.client.OperatorClient;
import dev.breakeven.testing.ChatWorkload;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.FaultProxy;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.SteadyTraffic;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What goes wrong in one namespace alone: rights that are missing or taken away, statuses or events
 * that an admission policy refuses, a namespace that ends, a policy made anew under its name. The
 * other namespace is answered all the time.
 */
@SuppressWarnings("try") // operators run while their block does
class NamespaceFaultsIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static final ChatPolicies policies = new ChatPolicies(cluster);
  private static final String EVENTS = "writing of events in namespace ";

  private static LivePrometheus prometheus = LivePrometheus.scrapingNothing();

  private final OperatorLog log = new OperatorLog();
  private String namespace = "";
  private String other = "";

  @BeforeEach
  void workloadsWithTraffic() {
    cluster.installDefinitions();
    namespace = cluster.freshNamespace();
    other = cluster.freshNamespace();
    List<String> all = List.of(namespace, other);
    all.forEach(its -> ChatWorkload.create(client(), its));
    prometheus.close();
    prometheus =
        LivePrometheus.scrapingNothing()
            .holding(history -> all.forEach(its -> SteadyTraffic.ofChat(its).into(history)))
            .start();
    all.forEach(its -> policies.apply(its, DEAR));
  }

  @AfterEach
  void end() {
    log.close();
  }

  @AfterAll
  static void endPrometheus() {
    prometheus.close();
  }

  @Test
  void whereItHasRightsInOneOfTwoNamespacesThatOneIsAnsweredAndTheOtherNamed() throws IOException {
    String account = "one-of-two";
    grantAllBut(account);
    try (OperatorClient api =
            ChatPolicies.operatorClient(cluster.kubeconfigAs(namespace, account));
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      await("the permitted one is answered", () -> isAnswered(namespace, "SelfHost"));
      await("the other is named", () -> readiness(operator).contains(other));
      assertThat(readiness(operator)).contains("403");
      assertThat(policies.in(other).getStatus()).isNull();

      grant(account, other);

      await("answered once it may", () -> isAnswered(other, "SelfHost"));
      await("ready", operator::isReady);
    }
  }

  @Test
  void aRightThatIsTakenAwayForAWhileIsSaidAndUsedAgain() throws IOException {
    String account = "for-a-while";
    grantAllBut(account);
    try (FaultProxy proxy = FaultProxy.before(cluster.kubeconfigAs(namespace, account));
        OperatorClient api =
            OperatorClient.of(proxy.config(), "cluster-faults", Clock.systemUTC());
        RunningOperator operator =
            RunningOperator.start(
                ChatPolicies.configuration(namespace, namespace, prometheus), api)) {
      await("answered", () -> isAnswered(namespace, "SelfHost"));

      client().rbac().roleBindings().inNamespace(namespace).withName(account).delete();
      proxy.cutConnections();
      await("said", () -> readiness(operator).contains("HTTP 403 Forbidden"));
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
      grant(account, namespace);
      policies.apply(namespace, CHEAP);

      await("answered once it may", () -> isAnswered(namespace, "API"));
      await("ready", operator::isReady);
      assertThat(log.traces()).isEmpty();
      assertThat(log.saidAgain()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Forbidden", "Invalid"})
  void aStatusThatAnAdmissionPolicyRefusesIsSaidOnceAndWrittenWhenItMay(String reason)
      throws IOException {
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      await("answered", this::areBothAnswered);
      try (Refusal refusal = refusal("breakeven.dev", "UPDATE", "costpolicies/status", reason)) {
        await("in force", () -> isRefused(this::writeNothing));
        changeBoth();
        await("said", () -> !log.saying("status of " + other + "/chat: not written").isEmpty());
        policies.apply(namespace, DEAR);
        await("and goes on", () -> isAnswered(namespace, "SelfHost"));
      }
      await("written when it may", () -> isAnswered(other, "API"));
      assertThat(log.saying("status of " + other + "/chat: not written: HTTP")).hasSize(1);
      assertThat(log.traces()).isEmpty();
      assertThat(operator.isReady()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Forbidden", "Invalid"})
  void eventsThatAreRefusedInOneNamespaceAreSaidOnceAndRecordedWhenTheyMay(String reason)
      throws IOException {
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      await("answered", this::areBothAnswered);
      try (Refusal refusal = refusal("", "CREATE", "events", reason)) {
        await("in force", () -> isRefused(this::makeAnEvent));
        changeBoth();
        await("the statuses are right all the same", () -> isAnswered(other, "API"));
        await("the other one has its event", () -> eventsIn(namespace) == 1);
        await("said", () -> !log.saying(EVENTS + other + ": HTTP").isEmpty());
        assertThat(eventsIn(other)).isZero();
      }
      await("recorded when it may", () -> eventsIn(other) == 1);
      assertThat(log.saying(EVENTS + other + ": HTTP")).hasSize(1);
      assertThat(log.saying(EVENTS + other + ": works again")).hasSize(1);
      assertThat(log.saying(EVENTS + namespace)).isEmpty();
      assertThat(log.traces()).isEmpty();
      assertThat(operator.isReady()).isTrue();
    }
  }

  @Test
  void aPolicyOfANamespaceThatEndsIsAnsweredAsLongAsItIsThere() throws IOException {
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      await("answered", this::areBothAnswered);

      client().namespaces().withName(other).delete();
      if (!cluster.hasControllers()) { // which would take the policy away at once
        changeBoth();
        await("answered", () -> isAnswered(other, "API"));
        await("its events are refused", () -> !log.saying(EVENTS + other + ": HTTP").isEmpty());
      }
      policies.removeFrom(other);
      policies.apply(namespace, CHEAP);

      await("goes on", () -> isAnswered(namespace, "API"));
      await("nothing of it is left", () -> isForgotten(api, other));
      assertThat(log.saying(EVENTS + other + ": HTTP")).hasSizeLessThanOrEqualTo(1);
      assertThat(log.traces()).isEmpty();
      assertThat(operator.isReady()).isTrue();
    }
  }

  @Test
  void aPolicyMadeAnewUnderItsNameInheritsNothing() throws IOException {
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      await("answered", this::areBothAnswered);
      for (int i = 0; i < 6; i++) {
        String before = policies.in(namespace).getMetadata().getUid();
        client().resources(CostPolicy.class).inNamespace(namespace).withName("chat").delete();
        policies.apply(namespace, i % 2 == 0 ? CHEAP : DEAR);
        String verdict = i % 2 == 0 ? "API" : "SelfHost";
        await("answered anew", () -> isAnswered(namespace, verdict));
        CostPolicy anew = policies.in(namespace);
        assertThat(anew.getMetadata().getUid()).isNotEqualTo(before);
        assertThat(Objects.requireNonNull(anew.getStatus()).recentChanges()).isEmpty();
      }
      assertThat(eventsIn(namespace)).isZero();
      assertThat(log.traces()).isEmpty();
      assertThat(log.saidAgain()).isEmpty();
      assertThat(operator.isReady()).isTrue();
    }
  }

  private void changeBoth() {
    log.clear();
    policies.apply(namespace, CHEAP);
    policies.apply(other, CHEAP);
    await("the permitted one is answered", () -> isAnswered(namespace, "API"));
  }

  private boolean areBothAnswered() {
    return isAnswered(namespace, "SelfHost") && isAnswered(other, "SelfHost");
  }

  private static boolean isAnswered(String where, String verdict) {
    return policies.isAnswered(where, verdict);
  }

  private static boolean isForgotten(OperatorClient api, String where) {
    return api.outages().failing().keySet().stream().noneMatch(what -> what.contains(where));
  }

  /** Events of changed verdicts. */
  private static long eventsIn(String where) {
    return client().v1().events().inNamespace(where).list().getItems().stream()
        .map(Event::getReason)
        .filter("VerdictChanged"::equals)
        .count();
  }

  // ---- what an admission policy refuses ----

  private interface Refusal extends AutoCloseable {
    @Override
    void close();
  }

  private Refusal refusal(String group, String operation, String resource, String reason) {
    List<HasMetadata> applied =
        apply(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: breakeven-test-refusal}
            spec:
              failurePolicy: Fail
              matchConstraints:
                resourceRules:
                - {apiGroups: ["%s"], apiVersions: ["*"], operations: [%s], resources: [%s]}
              validations:
              - {expression: "object.metadata.namespace != '%s'", reason: %s}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: breakeven-test-refusal}
            spec: {policyName: breakeven-test-refusal, validationActions: [Deny]}
            """
                .formatted(group, operation, resource, other, reason));
    return () -> client().resourceList(applied).delete();
  }

  private static boolean isRefused(Runnable call) {
    try {
      call.run();
      return false;
    } catch (KubernetesClientException e) {
      return e.getCode() == 403 || e.getCode() == 422;
    }
  }

  /** A status that changes nothing. */
  private void writeNothing() {
    client()
        .resource(policies.in(other))
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\": {}}");
  }

  private void makeAnEvent() {
    client()
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withGenerateName("a-try-")
                .withNamespace(other)
                .endMetadata()
                .withNewInvolvedObject()
                .withNamespace(other)
                .endInvolvedObject()
                .build())
        .create();
  }

  // ---- what an account may do ----

  /** An account that may do what an operator does in the first namespace, and rate cards. */
  private void grantAllBut(String account) {
    cluster.tokenOf(namespace, account);
    apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: %1$s-all}
        rules:
        - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: %1$s-cards}
        rules:
        - {apiGroups: [breakeven.dev], resources: [ratecards], verbs: [get, list, watch]}
        - {apiGroups: [""], resources: [nodes], verbs: [get, list, watch]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: %1$s-cards}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %1$s-cards}
        subjects: [{kind: ServiceAccount, name: %1$s, namespace: %2$s}]
        """
            .formatted(account, namespace));
    grant(account, namespace);
  }

  private void grant(String account, String where) {
    apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: %1$s, namespace: %3$s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %1$s-all}
        subjects: [{kind: ServiceAccount, name: %1$s, namespace: %2$s}]
        """
            .formatted(account, namespace, where));
  }

  private static List<HasMetadata> apply(String yaml) {
    return client()
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .forceConflicts()
        .serverSideApply();
  }

  // ---- the stage ----

  private static OperatorClient operatorClient() {
    return ChatPolicies.operatorClient(cluster.kubeconfig());
  }

  private OperatorConfiguration configuration() {
    return ChatPolicies.configuration(namespace + ", " + other, namespace, prometheus);
  }

  private static KubernetesClient client() {
    return cluster.client();
  }
}
