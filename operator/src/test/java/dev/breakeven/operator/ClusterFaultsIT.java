package dev.breakeven.operator;

import static dev.breakeven.operator.ChatPolicies.CHEAP;
import static dev.breakeven.operator.ChatPolicies.DEAR;
import static dev.breakeven.operator.ChatPolicies.await;
import static dev.breakeven.operator.ChatPolicies.readiness;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.configuration.ConfigurationFile;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.operator.client.OperatorClient;
import dev.breakeven.testing.ChatWorkload;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.SteadyTraffic;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What can be wrong with a cluster and not with a call: a store that was put back to what it was,
 * definitions that come later than the operator, and another operator beside it. It goes on by
 * itself, and says what it waits for.
 */
@SuppressWarnings("try") // operators run while their block does
class ClusterFaultsIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static final ChatPolicies policies = new ChatPolicies(cluster);

  private static String namespace = "";
  private static LivePrometheus prometheus = LivePrometheus.scrapingNothing();
  private static LivePrometheus empty = LivePrometheus.scrapingNothing();

  @BeforeAll
  static void workloadsWithTraffic() {
    cluster.installDefinitions();
    namespace = cluster.freshNamespace();
    ChatWorkload.create(cluster.client(), namespace);
    prometheus =
        LivePrometheus.scrapingNothing().holding(SteadyTraffic.ofChat(namespace)::into).start();
    empty = LivePrometheus.scrapingNothing().start();
  }

  @AfterAll
  static void endPrometheus() {
    prometheus.close();
    empty.close();
  }

  @AfterEach
  void removePolicies() {
    cluster.installDefinitions();
    policies.removeFrom(namespace);
  }

  @Test
  void afterTheStoreWasPutBackToABackupWhatIsThereIsListedAnew() throws IOException {
    if (cluster.apiServerSwitch().isEmpty()) {
      return; // of a cluster that is not ours nothing is put back
    }
    ControlPlane.ApiServerSwitch store = cluster.apiServerSwitch().get();
    policies.apply(namespace, DEAR);
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      await("answered", () -> policies.isAnswered(namespace, "SelfHost"));
      store.backUp();
      await("ready again", operator::isReady);
      for (int i = 0; i < 10; i++) {
        policies.apply(namespace, i % 2 == 0 ? CHEAP : DEAR);
        String expected = i % 2 == 0 ? "API" : "SelfHost";
        await("answered", () -> policies.isAnswered(namespace, expected));
      }

      store.restore();
      policies.apply(namespace, CHEAP);

      await("answered after the backup was put back", () -> policies.isAnswered(namespace, "API"));
      await("ready again", operator::isReady);
      policies.apply(namespace, DEAR);
      await("and goes on", () -> policies.isAnswered(namespace, "SelfHost"));
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
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      await(
          "says what it waits for", () -> readiness(operator).contains("reading of costpolicies"));
      assertThat(operator.isReady()).isFalse();

      cluster.installDefinitions();
      policies.apply(namespace, DEAR);

      await("answered", () -> policies.isAnswered(namespace, "SelfHost"));
      await("ready", operator::isReady);
    }
  }

  /**
   * Where somebody else applies the CRDs, a newer operator may meet those of the version before.
   */
  @Test
  void overAnOlderVersionsDefinitionsItAnswersWithItsOwnDefaults() throws IOException {
    policies.apply(namespace, DEAR);
    client()
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("costpolicies.breakeven.dev")
        .edit(ClusterFaultsIT::ofTheVersionBefore);
    await("the field is gone", () -> policies.in(namespace).getSpec().planning().scaling() == null);
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      await("answered", () -> policies.isAnswered(namespace, "SelfHost"));
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
  void whatASecondOperatorWithoutLeaseAndTrafficWroteIsPutRight() throws IOException {
    policies.apply(namespace, DEAR);
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      await("answered", () -> policies.isAnswered(namespace, "SelfHost"));
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
        await("it writes", () -> !policies.isAnswered(namespace, "SelfHost"));
      }
      await("put right", () -> policies.isAnswered(namespace, "SelfHost"));
      assertThat(operator.isReady()).isTrue();
    }
  }

  private static OperatorClient operatorClient() {
    return ChatPolicies.operatorClient(cluster.kubeconfig());
  }

  private static OperatorConfiguration configuration() {
    return ChatPolicies.configuration(namespace, namespace, prometheus);
  }

  private static KubernetesClient client() {
    return cluster.client();
  }
}
