package dev.breakeven.prometheus.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.attribution.PodOwners.Belonging;
import dev.breakeven.prometheus.attribution.PodOwners.Owner;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodOwnersTest {

  private static final WorkloadRef CHAT = new WorkloadRef("Deployment", "chat");
  private static final WorkloadRef CODE = new WorkloadRef("StatefulSet", "code");
  private static final WorkloadRef GROUP = new WorkloadRef("LeaderWorkerSet", "big");
  private static final List<WorkloadRef> ALL = List.of(CHAT, CODE, GROUP);

  private final PodOwners owners = new PodOwners();

  private static Pod pod(String name) {
    return new Pod("a", name);
  }

  @Test
  void aRecordedOwnerCountsMoreThanAName() {
    owners.learnPod(pod("chat-6d4cf56db6-2k4vw"), new Owner("ReplicaSet", "other-6d4cf56db6"));
    owners.learnReplicaSet("a", "other-6d4cf56db6", new Owner("Deployment", "other"));
    assertThat(owners.belonging(pod("chat-6d4cf56db6-2k4vw"), ALL))
        .isEqualTo(new Belonging.Elsewhere());
  }

  @Test
  void aPodOfAnyNameBelongsToItsReplicaSetsDeployment() {
    owners.learnPod(pod("x"), new Owner("ReplicaSet", "rs"));
    owners.learnReplicaSet("a", "rs", new Owner("Deployment", "chat"));
    assertThat(owners.belonging(pod("x"), ALL)).isEqualTo(new Belonging.To(CHAT));
  }

  @Test
  void aReplicaSetOfUnknownOwnerIsKnownByItsName() {
    owners.learnPod(pod("x"), new Owner("ReplicaSet", "chat-6d4cf56db6"));
    assertThat(owners.belonging(pod("x"), ALL)).isEqualTo(new Belonging.To(CHAT));
  }

  @Test
  void aReplicaSetWithoutAnOwnerIsItsOwnWorkload() {
    WorkloadRef bare = new WorkloadRef("ReplicaSet", "bare");
    owners.learnPod(pod("x"), new Owner("ReplicaSet", "bare"));
    owners.learnReplicaSet("a", "bare", new Owner("<none>", "<none>"));
    assertThat(owners.belonging(pod("x"), List.of(bare))).isEqualTo(new Belonging.To(bare));
  }

  @Test
  void statefulSetsOwnTheirPodsThemselvesAndStandForLeaderWorkerSets() {
    owners.learnPod(pod("x"), new Owner("StatefulSet", "code"));
    owners.learnPod(pod("y"), new Owner("StatefulSet", "big"));
    owners.learnPod(pod("z"), new Owner("StatefulSet", "big-3"));
    assertThat(owners.belonging(pod("x"), ALL)).isEqualTo(new Belonging.To(CODE));
    assertThat(owners.belonging(pod("y"), ALL)).isEqualTo(new Belonging.To(GROUP));
    assertThat(owners.belonging(pod("z"), ALL)).isEqualTo(new Belonging.To(GROUP));
  }

  @Test
  void aPodNobodyRecordedIsKnownByItsName() {
    assertThat(owners.belonging(pod("chat-6d4cf56db6-2k4vw"), ALL))
        .isEqualTo(new Belonging.To(CHAT));
    assertThat(owners.belonging(pod("mail-6d4cf56db6-2k4vw"), ALL))
        .isEqualTo(new Belonging.Elsewhere());
  }

  @Test
  void aPodOfTheSameNameInAnotherNamespaceIsAnotherPod() {
    owners.learnPod(new Pod("b", "x"), new Owner("StatefulSet", "code"));
    assertThat(owners.belonging(pod("x"), ALL)).isEqualTo(new Belonging.Elsewhere());
  }

  @Test
  void aPodWhoseOwnerIsNotFoundIsAskedForOncePerChunk() {
    Pod x = pod("x");
    assertThat(owners.isToBeAsked(x, 7)).isTrue();
    owners.markAsked(x, 7);
    assertThat(owners.isToBeAsked(x, 7)).isFalse();
    assertThat(owners.isToBeAsked(x, 8)).isTrue();
    owners.learnPod(x, new Owner("StatefulSet", "code"));
    assertThat(owners.isToBeAsked(x, 9)).isFalse();
  }

  @Test
  void aReplicaSetWhoseOwnerIsNotFoundIsAskedForOncePerChunk() {
    Pod x = pod("x");
    assertThat(owners.unknownReplicaSetOf(x, 7)).isEmpty();
    owners.learnPod(x, new Owner("ReplicaSet", "rs"));
    assertThat(owners.unknownReplicaSetOf(x, 7)).contains("rs");
    owners.markReplicaSetAsked(x.namespace(), "rs", 7);
    assertThat(owners.unknownReplicaSetOf(x, 7)).isEmpty();
    assertThat(owners.unknownReplicaSetOf(x, 8)).contains("rs");
    owners.learnReplicaSet("a", "rs", new Owner("Deployment", "chat"));
    assertThat(owners.unknownReplicaSetOf(x, 9)).isEmpty();
  }

  @Test
  void whatIsKnownOfPodsThatWereNotSeenForLongIsForgotten() {
    owners.isToBeAsked(pod("x"), 7);
    owners.learnPod(pod("x"), new Owner("StatefulSet", "code"));
    owners.forgetBefore(7);
    assertThat(owners.isToBeAsked(pod("x"), 7)).isFalse();
    owners.forgetBefore(8);
    assertThat(owners.isToBeAsked(pod("x"), 8)).isTrue();
  }

  @Test
  void everyRevisionOfAKnativeServiceCountsForTheOneThatIsNamed() {
    WorkloadRef newest = new WorkloadRef("Deployment", "mistral-00003-deployment");
    owners.learnPod(pod("x"), new Owner("Deployment", "mistral-00002-deployment"));
    owners.learnPod(pod("y"), new Owner("Deployment", "other-00002-deployment"));

    assertThat(owners.belonging(pod("x"), List.of(newest))).isEqualTo(new Belonging.To(newest));
    assertThat(owners.belonging(pod("y"), List.of(newest))).isEqualTo(new Belonging.Elsewhere());
    assertThat(PodOwners.hasReplicasOf(new Owner("Deployment", "mistral-00002-deployment"), newest))
        .isTrue();
  }

  @Test
  void aRevisionThatAPolicyNamesItselfIsItsOwn() {
    WorkloadRef before = new WorkloadRef("Deployment", "mistral-00002-deployment");
    WorkloadRef newest = new WorkloadRef("Deployment", "mistral-00003-deployment");
    owners.learnPod(pod("x"), new Owner("Deployment", "mistral-00003-deployment"));

    assertThat(owners.belonging(pod("x"), List.of(before, newest)))
        .isEqualTo(new Belonging.To(newest));
  }
}
