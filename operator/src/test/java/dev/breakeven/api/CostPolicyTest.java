package dev.breakeven.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class CostPolicyTest {

  @Test
  void whoLastWroteWhichFieldIsNotKept() {
    CostPolicy read =
        new KubernetesSerialization()
            .unmarshal(
                """
                apiVersion: breakeven.dev/v1alpha1
                kind: CostPolicy
                metadata:
                  name: chat
                  namespace: inference
                  resourceVersion: "7"
                  managedFields:
                  - {manager: kubectl, operation: Apply, fieldsV1: {"f:spec": {"f:model": {}}}}
                spec: {model: acme/chat}
                """,
                CostPolicy.class);

    assertThat(read.getMetadata().getManagedFields()).isEmpty();
    assertThat(read.getMetadata().getResourceVersion()).isEqualTo("7");
    assertThat(read.getSpec().model()).isEqualTo("acme/chat");
  }
}
