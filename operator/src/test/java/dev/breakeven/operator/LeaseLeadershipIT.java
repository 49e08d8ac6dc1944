package dev.breakeven.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.SetClock;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LeaseLeadershipIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private final SetClock clock = new SetClock();
  private String namespace = "";

  @BeforeEach
  void aLeaseThatIsOurs() {
    namespace = cluster.freshNamespace();
    cluster
        .client()
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withName("breakeven")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity("we")
                .withLeaseDurationSeconds(12)
                .endSpec()
                .build())
        .create();
  }

  @Test
  void oneThatStoodStillWhileAnotherTookTheLeaseKnowsItBeforeItWrites() {
    Leadership ours = leadership(cluster.client());
    assertThat(ours.isOurs()).isTrue();

    holder("another");

    clock.advance(Duration.ofMillis(1_999));
    assertThat(ours.isOurs()).as("asked two seconds ago").isTrue();
    clock.advance(Duration.ofMillis(1));
    assertThat(ours.isOurs()).isFalse();
    assertThat(ours.isOurs()).isFalse();
  }

  @Test
  void aClockThatGoesBackIsNoReasonToTrustAnOldAnswer() {
    Leadership ours = leadership(cluster.client());
    assertThat(ours.isOurs()).isTrue();

    holder("another");
    clock.advance(Duration.ofHours(-1));

    assertThat(ours.isOurs()).isFalse();
  }

  @Test
  void withoutALeaseNobodyLeads() {
    lease().delete();

    assertThat(leadership(cluster.client()).isOurs()).isFalse();
  }

  @Test
  void whoMayNotLookAtTheLeaseDoesNotTakeItForHisOwn() {
    try (KubernetesClient stranger = cluster.clientAs(namespace, "stranger")) {
      assertThatThrownBy(() -> leadership(stranger).isOurs())
          .isInstanceOf(KubernetesClientException.class);
    }
  }

  @Test
  void ourLeaseIsGivenBackAndThatOfAnotherIsLeftAlone() {
    leadership(cluster.client()).giveBack();
    assertThat(lease().get().getSpec().getHolderIdentity()).isNullOrEmpty();

    holder("another");
    leadership(cluster.client()).giveBack();
    assertThat(lease().get().getSpec().getHolderIdentity()).isEqualTo("another");
  }

  private Leadership leadership(KubernetesClient client) {
    return new LeaseLeadership(client, namespace, "breakeven", "we", Duration.ofSeconds(2), clock);
  }

  private void holder(String identity) {
    lease()
        .edit(
            lease -> {
              lease.getSpec().setHolderIdentity(identity);
              return lease;
            });
  }

  private io.fabric8.kubernetes.client.dsl.Resource<Lease> lease() {
    return cluster.client().leases().inNamespace(namespace).withName("breakeven");
  }
}
