package dev.breakeven.operator.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.testing.ChatWorkload;
import dev.breakeven.testing.ControlPlane;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StatusWriterIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  @Test
  void aPolicyMadeAnewDoesNotGetTheAnswerToItsPredecessor() throws Exception {
    cluster.installDefinitions();
    String namespace = cluster.freshNamespace();
    CostPolicy first = made(namespace);
    CostPolicyStatus status =
        new ObjectMapper().readValue("{\"observedGeneration\": 1}", CostPolicyStatus.class);
    assertThat(StatusWriter.write(first, status, cluster.client()).status()).isEqualTo(status);

    cluster.client().resource(first).delete();
    CostPolicy second = made(namespace);

    assertThatThrownBy(() -> StatusWriter.write(first, status, cluster.client()))
        .isInstanceOf(KubernetesClientException.class);
    assertThat(cluster.client().resource(second).get().getStatus()).isNull();
  }

  private static CostPolicy made(String namespace) {
    return cluster
        .client()
        .resource(
            Manifests.parse("policy.yaml", ChatWorkload.policy(namespace, "chat", "acme/chat", "1"))
                .policies()
                .get(0))
        .create();
  }
}
