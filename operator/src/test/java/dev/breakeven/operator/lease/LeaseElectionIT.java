package dev.breakeven.operator.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakeven.cluster.OutageLog;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.SetClock;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Turns are taken by hand; a lease lasts 12 s, and is looked at every 2 s. */
class LeaseElectionIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private final SetClock clock = new SetClock();
  private final List<String> told = new ArrayList<>();
  private long nanos = 1;
  private String namespace = "";

  @BeforeEach
  void inANamespace() {
    namespace = cluster.freshNamespace();
  }

  @Test
  void whoFindsNoLeaseMakesOneAndLeads() {
    LeaseElection ours = election(cluster.client());
    ours.step();

    assertThat(ours.isOurs()).isTrue();
    assertThat(holder()).isEqualTo("we");
    assertThat(told).containsExactly("leads");
  }

  @Test
  void aLeaseThatIsDeletedIsMadeAgainByItsHolder() {
    LeaseElection ours = election(cluster.client());
    ours.step();
    lease().delete();
    pass(Duration.ofSeconds(2));
    ours.step();

    assertThat(ours.isOurs()).isTrue();
    assertThat(holder()).isEqualTo("we");
    assertThat(told).containsExactly("leads");
  }

  @Test
  void oneThatStoodStillWhileAnotherTookTheLeaseKnowsItBeforeItWrites() {
    LeaseElection ours = election(cluster.client());
    ours.step();
    takenBy("another");

    pass(Duration.ofMillis(1_999));
    assertThat(ours.isOurs()).as("renewed two seconds ago").isTrue();
    pass(Duration.ofMillis(1));
    assertThat(ours.isOurs()).isFalse();
    assertThat(told).containsExactly("leads", "stands by");
  }

  @Test
  void aClockThatGoesBackIsNoReasonToTrustAnOldAnswer() {
    LeaseElection ours = election(cluster.client());
    ours.step();
    takenBy("another");
    clock.advance(Duration.ofHours(-1));

    assertThat(ours.isOurs()).isFalse();
  }

  @Test
  void whoLostTheLeaseStandsByAndTakesItOnceItsHolderHasSaidNothingForAsLongAsItLasts() {
    LeaseElection ours = election(cluster.client());
    ours.step();
    takenBy("another");
    ours.step();
    assertThat(ours.leads()).isFalse();

    pass(Duration.ofSeconds(12));
    ours.step();
    assertThat(ours.leads()).as("it may be renewed yet").isFalse();
    pass(Duration.ofSeconds(1));
    ours.step();

    assertThat(ours.isOurs()).isTrue();
    assertThat(told).containsExactly("leads", "stands by", "leads");
  }

  @Test
  void aLeaseThatWasGivenBackIsTakenAtOnce() {
    takenBy("");
    LeaseElection ours = election(cluster.client());
    ours.step();

    assertThat(ours.isOurs()).isTrue();
  }

  @Test
  void whoMayNotLookAtTheLeaseDoesNotLead() {
    try (KubernetesClient stranger = cluster.clientAs(namespace, "stranger")) {
      LeaseElection theirs = election(stranger);
      assertThatThrownBy(theirs::step).isInstanceOf(KubernetesClientException.class);
      assertThat(theirs.isOurs()).isFalse();
    }
  }

  @Test
  void ourLeaseIsGivenBackAtTheEnd() {
    LeaseElection ours = election(cluster.client());
    ours.step();
    ours.close();

    assertThat(holder()).isNullOrEmpty();
  }

  @Test
  void theLeaseOfAnotherIsLeftAloneAtTheEnd() {
    LeaseElection ours = election(cluster.client());
    ours.step();
    takenBy("another");
    ours.close();

    assertThat(holder()).isEqualTo("another");
  }

  private LeaseElection election(KubernetesClient client) {
    return new LeaseElection(
        client,
        namespace,
        "breakeven",
        "we",
        Duration.ofSeconds(12),
        Duration.ofSeconds(2),
        new LeaseElection.Listener() {
          @Override
          public void startedLeading() {
            told.add("leads");
          }

          @Override
          public void stoppedLeading() {
            told.add("stands by");
          }
        },
        new OutageLog(clock),
        clock,
        () -> nanos);
  }

  private void pass(Duration time) {
    clock.advance(time);
    nanos += time.toNanos();
  }

  private void takenBy(String identity) {
    Lease before = lease().get();
    if (before == null) {
      cluster
          .client()
          .resource(
              new LeaseBuilder()
                  .withNewMetadata()
                  .withName("breakeven")
                  .withNamespace(namespace)
                  .endMetadata()
                  .withNewSpec()
                  .withHolderIdentity(identity)
                  .withLeaseDurationSeconds(12)
                  .endSpec()
                  .build())
          .create();
    } else {
      before.getSpec().setHolderIdentity(identity);
      cluster.client().resource(before).update();
    }
  }

  private String holder() {
    return lease().get().getSpec().getHolderIdentity();
  }

  private Resource<Lease> lease() {
    return cluster.client().leases().inNamespace(namespace).withName("breakeven");
  }
}
