package dev.breakeven.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.operator.evaluation.PolicyKey;
import dev.breakeven.operator.status.StatusCache.ForeignWrite;
import dev.breakeven.operator.status.StatusCache.WriteState;
import dev.breakeven.render.status.StatusChange;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Statuses are told apart by their generation, which is all that they hold here. */
class StatusCacheTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Instant LATER = NOW.plus(StatusEntry.SHOWN_WITHIN);

  private final KubernetesSerialization serialization = new KubernetesSerialization();
  private final StatusCache statuses = new StatusCache(serialization);
  private final CostPolicy policy = policy(null);

  @Test
  void aStatusThatWasFoundStandsAndMayBeWrittenOverAtOnce() {
    statuses.seen(policy(7), true, NOW);

    assertThat(statuses.of(policy)).isEqualTo(status(7));
    assertThat(statuses.writeState(policy, NOW)).isEqualTo(WriteState.SHOWN);
    assertThat(statuses.sinceWritten(policy, NOW)).isEqualTo(StatusChange.SETTLING_TIME);
  }

  @Test
  void whatWeWroteStandsThoughTheWatchStillShowsWhatWasThereBefore() {
    statuses.seen(policy(7), true, NOW);
    wrote(8, 8, NOW);

    assertThat(statuses.seen(policy(7), true, NOW)).isFalse();
    assertThat(statuses.of(policy)).isEqualTo(status(8));
    assertThat(statuses.writeState(policy, NOW)).isEqualTo(WriteState.UNDER_WAY);
    assertThat(statuses.sinceWritten(policy, NOW.plusSeconds(30)))
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aWriteIsDoneWhenTheWatchShowsIt() {
    wrote(8, 8, NOW);

    assertThat(statuses.seen(policy(8), true, NOW)).isFalse();
    assertThat(statuses.writeState(policy, NOW)).isEqualTo(WriteState.SHOWN);
    assertThat(statuses.overdue(LATER)).isEmpty();
  }

  @Test
  void aWriteWhoseAnswerDoesNotShowItIsToBeWrittenAgainSooner() {
    wrote(8, null, NOW);

    assertThat(statuses.overdue(NOW.plusMillis(999))).isEmpty();
    assertThat(statuses.overdue(NOW.plusSeconds(1))).containsExactly(PolicyKey.of(policy));
  }

  @Test
  void aWriteThatWasAcknowledgedAndIsNotShownInTimeIsToBeWrittenAgain() {
    wrote(8, 8, NOW);

    assertThat(statuses.overdue(LATER.minusMillis(1))).isEmpty();
    assertThat(statuses.overdue(LATER)).containsExactly(PolicyKey.of(policy));
    assertThat(statuses.writeState(policy, LATER)).isEqualTo(WriteState.TO_BE_WRITTEN);
  }

  @Test
  void eachFurtherWriteThatIsNotShownWaitsLonger() {
    wrote(8, null, NOW);
    wrote(8, null, LATER);

    // A second, and between half of that and all of it.
    assertThat(statuses.untilNextWrite(policy, false, LATER))
        .isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
    wrote(8, null, LATER.plusSeconds(5));
    assertThat(statuses.untilNextWrite(policy, false, LATER.plusSeconds(5)))
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  @Test
  void somethingNewDoesNotWaitForWhatWasUndone() {
    wrote(8, null, NOW);
    wrote(8, null, LATER);

    assertThat(statuses.untilNextWrite(policy, false, LATER)).isPositive();
    assertThat(statuses.untilNextWrite(policy, true, LATER)).isZero();
    refused(9, LATER);
    assertThat(statuses.untilNextWrite(policy, true, LATER)).as("refused").isPositive();
  }

  @Test
  void aStatusThatAStrangerWroteOverIsWrittenAgain() {
    wrote(8, 8, NOW);
    statuses.seen(policy(8), true, NOW);

    assertThat(statuses.seen(policy(99), true, NOW)).isTrue();
    assertThat(statuses.writeState(policy, NOW)).isEqualTo(WriteState.TO_BE_WRITTEN);
    assertThat(statuses.of(policy)).as("the memory stays ours").isEqualTo(status(8));
  }

  @Test
  void aStatusThatSomebodyTookAwayIsWrittenAgain() {
    wrote(8, 8, NOW);
    statuses.seen(policy(8), true, NOW);

    assertThat(statuses.seen(policy(null), true, LATER)).isTrue();
    assertThat(statuses.writeState(policy, LATER)).isEqualTo(WriteState.TO_BE_WRITTEN);
    assertThat(statuses.of(policy)).isEqualTo(status(8));
  }

  @Test
  void aRefusedWriteIsTriedAgainAfterAWaitThatGrows() {
    statuses.seen(policy(7), true, NOW);
    refused(8, NOW);

    assertThat(statuses.overdue(NOW)).isEmpty();
    assertThat(statuses.overdue(NOW.plusSeconds(1))).containsExactly(PolicyKey.of(policy));
    assertThat(statuses.of(policy)).as("what was refused is no memory").isEqualTo(status(7));
  }

  @Test
  void aWriteWhoseAnswerWasLostCountsWhenTheWatchShowsIt() {
    statuses.seen(policy(7), true, NOW);
    refused(8, NOW);

    assertThat(statuses.seen(policy(8), true, NOW)).as("its event is to be told").isTrue();
    assertThat(statuses.of(policy)).isEqualTo(status(8));
    assertThat(statuses.writeState(policy, NOW)).isEqualTo(WriteState.SHOWN);
  }

  @Test
  void aStatusThatIsStoredOtherwiseThanItWasSentIsNotWrittenForEver() {
    assertThat(wrote(8, 9, NOW)).isFalse();

    statuses.seen(policy(9), true, NOW);
    assertThat(statuses.writeState(policy, NOW)).isEqualTo(WriteState.SHOWN);
    assertThat(statuses.overdue(LATER)).isEmpty();
    assertThat(wrote(8, 8, NOW)).isTrue();
  }

  @Test
  void aWriteThatIsTakenForgivesThoseThatWereRefused() {
    statuses.seen(policy(7), true, NOW);
    for (int i = 0; i < 5; i++) {
      refused(8, NOW);
    }
    wrote(8, 8, NOW);
    statuses.seen(policy(8), true, NOW);
    refused(9, NOW);

    assertThat(statuses.untilNextWrite(policy, false, NOW))
        .isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
  }

  @Test
  void onAStandbyWhatTheLeaderWroteLastStands() {
    statuses.seen(policy(7), false, NOW);
    statuses.seen(policy(8), false, NOW);

    assertThat(statuses.of(policy)).isEqualTo(status(8));
  }

  @Test
  void whatTheNextLeaderWroteStandsOnceThisOneStandsBy() {
    wrote(8, 8, NOW);
    statuses.seen(policy(8), true, NOW);
    statuses.seen(policy(9), true, NOW);
    statuses.handOver();

    assertThat(statuses.of(policy)).isEqualTo(status(9));
    assertThat(statuses.writeState(policy, NOW)).isEqualTo(WriteState.SHOWN);
  }

  @Test
  void whatAStrangerWroteBeforeTheStartIsNoMemory() {
    CostPolicy found = policy(7);
    found.setMetadata(
        new ObjectMetaBuilder(found.getMetadata())
            .withManagedFields(
                manager("breakeven", "2026-11-24T11:00:00Z"),
                manager("kubectl-edit", "2026-11-24T11:30:00Z"))
            .build());

    assertThat(statuses.seen(found, true, NOW)).isTrue();
    CostPolicyStatus taken = Objects.requireNonNull(statuses.of(policy));
    assertThat(taken.observedGeneration()).isNull();
  }

  @Test
  void whatIsNotOursIsSaidOnce() {
    wrote(8, 8, NOW);
    statuses.seen(policy(8), true, NOW);
    assertThat(statuses.takeForeignWrite(policy)).isEqualTo(ForeignWrite.NOTHING);

    CostPolicy writtenOver = policy(99);
    writtenOver.setMetadata(
        new ObjectMetaBuilder(writtenOver.getMetadata())
            .withManagedFields(
                manager("breakeven", "2026-11-24T11:00:00Z"),
                manager("kubectl-edit", "2026-11-24T11:30:00Z"))
            .build());
    statuses.seen(writtenOver, true, NOW);
    assertThat(statuses.takeForeignWrite(policy)).isEqualTo(ForeignWrite.WRITTEN_OVER);
    assertThat(statuses.takeForeignWrite(policy)).isEqualTo(ForeignWrite.NOTHING);
    statuses.seen(policy(null), true, NOW);
    assertThat(statuses.takeForeignWrite(policy)).isEqualTo(ForeignWrite.TAKEN_AWAY);
  }

  @Test
  void aWriteThatTheWatchShowsBeforeItIsAnsweredIsOurs() {
    wrote(8, 8, NOW);
    statuses.seen(policy(8), true, NOW);
    statuses.sends(policy, statuses.packed(status(9)));
    statuses.seen(policy(9), true, NOW);
    wrote(9, 9, NOW);

    assertThat(statuses.takeForeignWrite(policy)).isEqualTo(ForeignWrite.NOTHING);
    assertThat(statuses.writeState(policy, NOW)).isEqualTo(WriteState.SHOWN);
  }

  @Test
  void anAttemptThatTheWatchShowsLateIsNoStrangers() {
    statuses.seen(policy(7), true, NOW);
    refused(8, NOW);
    refused(9, NOW);
    wrote(10, 10, NOW);

    assertThat(statuses.seen(policy(8), true, NOW)).isFalse();
    assertThat(statuses.seen(policy(9), true, NOW)).isFalse();
    assertThat(statuses.takeForeignWrite(policy)).isEqualTo(ForeignWrite.NOTHING);
    statuses.seen(policy(10), true, NOW);
    assertThat(statuses.writeState(policy, NOW)).isEqualTo(WriteState.SHOWN);
  }

  @Test
  void whatCannotBeAnOperatorsIsDroppedAndSaid() {
    CostPolicy found = policy(null);
    found.setStatus(
        serialization.unmarshal(
            """
            {"observedGeneration": 7, "advice": {"verdict": "API", "since": "2030-01-01T00:00:00Z"}}
            """,
            CostPolicyStatus.class));
    statuses.seen(found, true, NOW);

    assertThat(statuses.takeForeignWrite(policy)).isEqualTo(ForeignWrite.IMPLAUSIBLE);
    assertThat(Objects.requireNonNull(statuses.of(policy)).advice()).isNull();
  }

  @Test
  void whatWeWroteAfterAStrangerIsMemory() {
    CostPolicy found = policy(7);
    found.setMetadata(
        new ObjectMetaBuilder(found.getMetadata())
            .withManagedFields(
                manager("kubectl-edit", "2026-11-24T11:30:00Z"),
                manager("breakeven", "2026-11-24T11:31:00Z"))
            .build());

    assertThat(statuses.seen(found, true, NOW)).isFalse();
    assertThat(statuses.of(policy)).isEqualTo(status(7));
  }

  @Test
  void aPolicyMadeAnewUnderTheSameNameInheritsNothing() {
    wrote(8, 8, NOW);
    CostPolicy anew = policy(null);
    anew.getMetadata().setUid("another");

    statuses.seen(anew, true, NOW);
    assertThat(statuses.of(anew)).isNull();
    refused(9, NOW);
    assertThat(statuses.of(anew)).as("what came of its predecessor's write").isNull();
    assertThat(statuses.writeState(anew, NOW)).isEqualTo(WriteState.SHOWN);
  }

  @Test
  void aPolicyThatIsGoneLeavesNothing() {
    wrote(8, 8, NOW);
    statuses.forget(PolicyKey.of(policy));

    assertThat(statuses.of(policy)).isNull();
  }

  private boolean wrote(int generation, @Nullable Integer stored, Instant now) {
    return statuses.wrote(
        policy, statuses.packed(status(generation)), stored == null ? null : status(stored), now);
  }

  private void refused(int generation, Instant now) {
    statuses.refused(policy, statuses.packed(status(generation)), now);
  }

  private static ManagedFieldsEntry manager(String name, String time) {
    FieldsV1 fields = new FieldsV1();
    fields.setAdditionalProperty("f:status", Map.of("f:observedGeneration", Map.of()));
    return new ManagedFieldsEntryBuilder()
        .withManager(name)
        .withSubresource("status")
        .withTime(time)
        .withFieldsV1(fields)
        .build();
  }

  private CostPolicy policy(@Nullable Integer generation) {
    CostPolicy policy = new CostPolicy();
    policy.getMetadata().setNamespace("inference");
    policy.getMetadata().setName("chat");
    policy.getMetadata().setUid("4f6c");
    if (generation != null) {
      policy.setStatus(status(generation));
    }
    return policy;
  }

  private CostPolicyStatus status(int generation) {
    return serialization.unmarshal(
        "{\"observedGeneration\": %d}".formatted(generation), CostPolicyStatus.class);
  }
}
