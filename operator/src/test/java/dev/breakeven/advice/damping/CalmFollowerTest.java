package dev.breakeven.advice.damping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A replica costs 6 an hour, 1 in a step of ten minutes. */
class CalmFollowerTest {

  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void followsASmallDifferenceOnceKeepingHasCostWhatAChangeIsWorth() {
    // Patience 0.525 h: 3.15. Keeping 2 instead of 3 costs 2 a step: after the second step, 4.
    CalmFollower calm = new CalmFollower(6, HOUR, 2);

    assertThat(calm.next(3, 2, 0)).isEqualTo(2);
    calm.ended(replicas -> replicas == 2 ? 5 : 3);
    assertThat(calm.next(3, 2, 0)).isEqualTo(2);
    calm.ended(replicas -> replicas == 2 ? 5 : 3);
    assertThat(calm.next(3, 2, 0)).isEqualTo(3);
  }

  @Test
  void aDifferenceThatGoesAwayIsForgotten() {
    CalmFollower calm = new CalmFollower(6, HOUR, 2);
    calm.next(3, 2, 0);
    calm.ended(replicas -> replicas == 2 ? 5 : 2);
    assertThat(calm.standing().regret()).isEqualTo(3, within(1e-12));

    calm.next(2, 2, 0);

    assertThat(calm.standing().regret()).isZero();
  }

  @Test
  void whatKeepingSavedIsNotCreditedAgainstLaterRegret() {
    CalmFollower calm = new CalmFollower(6, HOUR, 2);
    calm.next(3, 2, 0);
    calm.ended(replicas -> replicas == 2 ? 0 : 100);

    assertThat(calm.standing().regret()).isZero();
  }

  @Test
  void aLargeDifferenceIsFollowedAtOnce() {
    assertThat(new CalmFollower(6, HOUR, 2).next(4, 2, 0)).isEqualTo(4);
    assertThat(new CalmFollower(6, HOUR, 20).next(26, 20, 0)).isEqualTo(26);
    assertThat(new CalmFollower(6, HOUR, 20).next(25, 20, 0)).isEqualTo(20); // a quarter is not
    assertThat(new CalmFollower(6, HOUR, 20).next(14, 20, 0)).isEqualTo(14);
  }

  @Test
  void startingAndGivingUpAreFollowedAtOnce() {
    assertThat(new CalmFollower(6, HOUR, 0).next(1, 0, 0)).isEqualTo(1);
    assertThat(new CalmFollower(6, HOUR, 1).next(0, 1, 0)).isZero();
  }

  @Test
  void whatMustBeHeldIsHeld() {
    assertThat(new CalmFollower(6, HOUR, 4).next(5, 4, 5)).isEqualTo(5);
  }

  @Test
  void patienceRisesWithTheHoldUpToABound() {
    assertThat(CalmFollower.patience(HOUR)).isEqualTo(Duration.ofSeconds(1890));
    assertThat(CalmFollower.patience(Duration.ofDays(1))).isEqualTo(Duration.ofMinutes(66));
    assertThat(CalmFollower.patience(Duration.ofDays(7))).isEqualTo(Duration.ofMinutes(66));
  }

  @Test
  void goesOnFromWhereItStood() {
    CalmFollower before = new CalmFollower(6, HOUR, 2);
    before.next(3, 2, 0);
    before.ended(replicas -> replicas == 2 ? 5 : 1);
    CalmFollower after = new CalmFollower(6, HOUR, 0);

    after.goOn(before.standing());

    assertThat(after.next(3, 2, 0)).isEqualTo(before.next(3, 2, 0)).isEqualTo(3);
  }

  @Test
  void replicasThatCostNothingMoreAreFollowedAtOnce() {
    assertThat(new CalmFollower(0, HOUR, 2).next(3, 2, 0)).isEqualTo(3);
  }
}
