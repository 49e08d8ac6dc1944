package dev.breakeven.advice.review;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.review.ReviewDecision.Reason;
import org.junit.jupiter.api.Test;

/**
 * One replica costs 1 an hour and carries a load of 1; people cost 0.5 an hour; the API asks 3 for
 * what one replica does in an hour.
 */
class ReviewRuleTest {

  private static final ReviewBounds FREE = new ReviewBounds(0, 10, true);

  @Test
  void startsWhenReplicasWouldHaveEarnedMoreThanTheirPeople() {
    // 10 h of load 2: API 60, two replicas 20, so 40 earned, against 1.2 × 5 for people.
    SpanCosts week = Hours.of(10, 2);

    ReviewDecision decision = ReviewRule.decide(week, week, FREE, 0);

    assertThat(decision.replicas()).isEqualTo(2);
    assertThat(decision.reason()).isEqualTo(Reason.START);
  }

  @Test
  void doesNotStartForLessThanOneAndAFifthOfThePeople() {
    // Load 0.52 for 10 h: API 15.6, one replica 10: 5.6 earned, people 5, asked for 6.
    SpanCosts week = Hours.of(10, 0.52);

    ReviewDecision decision = ReviewRule.decide(week, week, FREE, 0);

    assertThat(decision.replicas()).isZero();
    assertThat(decision.reason()).isEqualTo(Reason.START_NOT_EARNED);
  }

  @Test
  void startsAtExactlyOneAndAFifthOfThePeople() {
    // API 3·l·10 − 10 = 6 at l = 16/30.
    SpanCosts week = Hours.of(10, 16.0 / 30 + 1e-12);

    assertThat(ReviewRule.decide(week, week, FREE, 0).reason()).isEqualTo(Reason.START);
  }

  @Test
  void doesNotStartForNothingWherePeopleCostNothing() {
    SpanCosts idle = Hours.of(10, 0).withPeople(0);

    assertThat(ReviewRule.decide(idle, idle, FREE, 0).replicas()).isZero();
  }

  @Test
  void keepsOwnReplicasOverOneWeakWeek() {
    // The last 10 h earned 12 − 10 = 2, less than their people's 5.
    SpanCosts weak = Hours.of(10, 0.4);
    SpanCosts both = Hours.of(20, 1); // API 60, one replica 20: 40 earned, people 10

    ReviewDecision decision = ReviewRule.decide(weak, both, FREE, 1);

    assertThat(decision.replicas()).isEqualTo(1);
    assertThat(decision.reason()).isEqualTo(Reason.ALREADY_CHEAPEST);
  }

  @Test
  void givesUpWhenNotEvenTheBestNumberEarnedItsPeopleOverTwoWeeks() {
    // 20 h at 0.4: API 24, one replica 20: 4 earned, people 10.
    SpanCosts weak = Hours.of(10, 0.4);

    ReviewDecision decision = ReviewRule.decide(weak, Hours.of(20, 0.4), FREE, 1);

    assertThat(decision.replicas()).isZero();
    assertThat(decision.reason()).isEqualTo(Reason.GIVE_UP);
  }

  @Test
  void neverGivesUpWhereTheLeastIsNotZero() {
    SpanCosts weak = Hours.of(10, 0.1);

    ReviewDecision decision = ReviewRule.decide(weak, weak, new ReviewBounds(2, 10, true), 3);

    assertThat(decision.replicas()).isEqualTo(2);
    assertThat(decision.reason()).isEqualTo(Reason.RESIZE);
  }

  @Test
  void takesTheCheapestNumberOfTheLastWeek() {
    // Load 4 half of the time, 1 else: a second replica earns 3 × ½ for 1, and so does a fourth.
    SpanCosts week = Hours.of(new double[] {1, 4, 1, 4});

    ReviewDecision decision = ReviewRule.decide(week, week, FREE, 1);

    assertThat(decision.replicas()).isEqualTo(4);
    assertThat(decision.reason()).isEqualTo(Reason.RESIZE);
  }

  @Test
  void keepsThePresentNumberForLessThanTheDeadband() {
    // 100 h at 4, of which 34 at 5: the fifth earns 34 × 3 − 100 = 2 of 400 + 50 + 102.
    double[] loads = new double[100];
    for (int i = 0; i < loads.length; i++) {
      loads[i] = i < 34 ? 5 : 4;
    }
    SpanCosts week = Hours.of(loads);

    ReviewDecision decision = ReviewRule.decide(week, week, FREE, 4);

    assertThat(decision.replicas()).isEqualTo(4);
    assertThat(decision.reason()).isEqualTo(Reason.SAVING_WITHIN_DEADBAND);
    assertThat(decision.cheapest()).isEqualTo(5);
  }

  @Test
  void carriesThePeakAndAQuarterMoreWhereNothingMayBurst() {
    SpanCosts week = Hours.of(new double[] {1, 4, 2});

    ReviewDecision decision = ReviewRule.decide(week, week, new ReviewBounds(0, 10, false), 4);

    assertThat(decision.replicas()).isEqualTo(5);
    assertThat(decision.reason()).isEqualTo(Reason.CARRY_PEAK);
  }

  @Test
  void staysWithinWhatThePolicyAllows() {
    SpanCosts week = Hours.of(10, 8);

    ReviewDecision decision = ReviewRule.decide(week, week, new ReviewBounds(0, 3, true), 5);

    assertThat(decision.replicas()).isEqualTo(3);
    assertThat(decision.reason()).isEqualTo(Reason.OUT_OF_BOUNDS);
  }

  @Test
  void keepsWhatRunsWhereNothingIsKnown() {
    SpanCosts nothing = Hours.of(new double[0]);

    ReviewDecision decision = ReviewRule.decide(nothing, nothing, FREE, 3);

    assertThat(decision.replicas()).isEqualTo(3);
    assertThat(decision.reason()).isEqualTo(Reason.NOTHING_KNOWN);
  }

  @Test
  void holdsNoneWhereNoneIsAllowed() {
    SpanCosts week = Hours.of(10, 8);

    assertThat(ReviewRule.decide(week, week, new ReviewBounds(0, 0, true), 0).replicas()).isZero();
  }
}
