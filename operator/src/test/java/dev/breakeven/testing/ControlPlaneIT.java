package dev.breakeven.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ControlPlaneIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static String namespaceOfTheFirstTest = "";

  @Test
  @Order(1)
  void anAdministratorMayWriteAndReadBack() {
    namespaceOfTheFirstTest = cluster.freshNamespace();
    cluster
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespaceOfTheFirstTest)
                .withName("kept")
                .endMetadata()
                .addToData("key", "value")
                .build())
        .create();

    assertThat(
            cluster
                .client()
                .configMaps()
                .inNamespace(namespaceOfTheFirstTest)
                .withName("kept")
                .get()
                .getData())
        .containsEntry("key", "value");
  }

  @Test
  @Order(2)
  void theNamespaceOfAnEarlierTestIsGoneOrGoing() {
    var namespace = cluster.client().namespaces().withName(namespaceOfTheFirstTest).get();

    assertThat(namespace == null || namespace.getMetadata().getDeletionTimestamp() != null)
        .isTrue();
  }

  @Test
  @Order(3)
  void aServiceAccountWithoutRolesMayReadNothing() {
    String namespace = cluster.freshNamespace();
    try (KubernetesClient nobody = cluster.clientAs(namespace, "nobody")) {
      assertThatThrownBy(() -> nobody.configMaps().inNamespace(namespace).list())
          .isInstanceOfSatisfying(
              KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
    }
  }

  @Test
  @Order(4)
  void kubectlIsThatServiceAccountToo() {
    String namespace = cluster.freshNamespace();

    Finished whoami =
        Tool.KUBECTL.run(
            "--kubeconfig=" + cluster.kubeconfigAs(namespace, "somebody"),
            "auth",
            "whoami",
            "-o",
            "jsonpath={.status.userInfo.username}");

    assertThat(whoami.orFail()).isEqualTo("system:serviceaccount:" + namespace + ":somebody");
  }

  @Test
  @Order(5)
  void whatWasWrittenOutlivesACrashOfTheApiServer() {
    String namespace = cluster.freshNamespace();

    cluster
        .apiServerSwitch()
        .ifPresent(
            server -> {
              server.kill();
              server.startAgain();
            });

    assertThat(cluster.client().namespaces().withName(namespace).get()).isNotNull();
  }

  @AfterEach
  void theServerAnswers() {
    assertThat(cluster.client().raw("/readyz")).isEqualTo("ok");
  }
}
