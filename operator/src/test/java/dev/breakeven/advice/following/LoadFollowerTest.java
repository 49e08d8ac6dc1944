package dev.breakeven.advice.following;

import static dev.breakeven.advice.SampleInput.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.Loads;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.following.Planner.Followed;
import dev.breakeven.advice.following.Planner.Span;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Steps of an hour; a replica costs 4.00 in each, and its work 11.70 at the API. */
class LoadFollowerTest {

  private static final double UNKNOWN = Double.NaN;

  private Planning planning = hours(168, 1, 0);
  private ReplicaCostModel terms = Loads.terms();
  private boolean mayBurst = true;
  private boolean runsNow;

  @Test
  void whatIsHeldIsListedForTheKnownStepsOfTheWindowAlone() {
    Followed followed = follow(List.of(at(0, 2)), at(1, 2, UNKNOWN, 3, UNKNOWN));
    assertThat(followed.replicas()).containsExactly(2, 2);
    assertThat(followed.serving()).containsExactly(2, 2);
    assertThat(followed.next()).isEqualTo(2);
  }

  @Test
  void anUnknownStepTakesItsTime() {
    // All is served for the highest of the last two hours; the three are four hours back.
    mayBurst = false;
    planning = hours(2, 1, 0);
    assertThat(follow(List.of(), at(0, 3, UNKNOWN, UNKNOWN, 1)).replicas()).containsExactly(0, 0);
    assertThat(follow(List.of(), at(0, 3, UNKNOWN, 1)).replicas()).containsExactly(0, 3);
  }

  @Test
  void theTimeBetweenTwoPartsOfThePastIsTimeOfWhichNothingIsKnown() {
    mayBurst = false;
    planning = hours(2, 1, 0);
    assertThat(follow(List.of(at(0, 3)), at(1, 1, 1)).replicas()).containsExactly(3, 3);
    assertThat(follow(List.of(at(0, 3)), at(2, 1, 1)).replicas()).containsExactly(3, 1);
    assertThat(follow(List.of(at(0, 3)), at(3, 1, 1)).replicas()).containsExactly(0, 1);
    assertThat(follow(List.of(at(0, 3), at(2, 1)), at(3, 1)).replicas()).containsExactly(1);
    assertThat(follow(List.of(at(0, 3), at(1, 1)), at(2, 1)).replicas()).containsExactly(3);
  }

  @Test
  void aPastOfNoStepsIsNone() {
    assertThat(follow(List.of(at(0)), at(5, 1, 1)).replicas()).containsExactly(0, 1);
  }

  @Test
  void untilItHasServedForTheFirstTimeItLearns() {
    planning = hours(168, 1, 1);
    Followed learning = follow(List.of(), at(0, 1, 1, 1, 0, 0, 0, 0, 0));
    assertThat(learning.replicas()).startsWith(0, 1, 1);
    assertThat(learning.serving()).startsWith(0, 0, 1);
    assertThat(learning.serving()).endsWith(0);
    assertThat(learning.firstServing()).isEqualTo(2);

    assertThat(follow(List.of(at(0, 1, 1)), at(2, 1, 1)).firstServing()).isZero();
    assertThat(follow(List.of(), at(0, 0, 0, 0)).firstServing()).isEqualTo(3);
  }

  @Test
  void aSpareReplicaAloneDoesNotServe() {
    terms = new ReplicaCostModel(1, 0, 0, 0, 1, 1, 1, 100);
    Followed followed = follow(List.of(), at(0, 1, 1));
    assertThat(followed.replicas()).containsExactly(1, 2);
    assertThat(followed.firstServing()).isEqualTo(1);
  }

  @Test
  void whereReplicasRanThePeopleWereThere() {
    // A replica saves 7.70 an hour and people are 7.00: earned, though hardly worth hiring them.
    terms = new ReplicaCostModel(4, 0, 0, 7 * 730, 1, 0, 0, 100);
    double[] work = {1, 1, 1};
    assertThat(follow(List.of(), ran(1, work)).replicas()).containsExactly(1, 1, 1);
    assertThat(follow(List.of(), ran(0, work)).replicas()).containsExactly(0, 0, 0);
    assertThat(follow(List.of(), at(0, work)).replicas()).containsExactly(0, 0, 0);
  }

  @Test
  void whereNobodySaysWhatRanItIsWhatRunsNow() {
    terms = new ReplicaCostModel(4, 0, 0, 7 * 730, 1, 0, 0, 100);
    runsNow = true;
    double[] work = {1, 1, 1};
    assertThat(follow(List.of(), at(0, work)).replicas()).containsExactly(1, 1, 1);
    assertThat(follow(List.of(), ran(0, work)).replicas()).containsExactly(0, 0, 0);
  }

  @Test
  void anHourOfTheTimeBeforeIsTwoHalfHoursOfItsLoad() {
    // 0.3 replicas' work is 3.51 an hour at the API, less than a replica; 0.4 is 4.68.
    Span halfHours = span(1, 1_800, none(2), 0, 0);
    assertThat(follow(List.of(at(0, 0.3)), halfHours).replicas()).containsExactly(0, 0);
    assertThat(follow(List.of(at(0, 0.4)), halfHours).replicas()).startsWith(1);
    // A step of 45 minutes is no number of half hours: it cannot be taken apart.
    Span threeQuarters = span(0, 2_700, none(4), 1, 1, 1, 1);
    assertThat(follow(List.of(threeQuarters), span(3, 1_800, none(2), 0, 0)).replicas())
        .containsExactly(0, 0);
  }

  @Test
  void aPlanIsShownAsItsFewestItsMeanItsMostAndItsLast() {
    assertThat(new Followed(List.of(2, 1, 4, 3), List.of(2, 1, 4, 3), 5, 0).plan())
        .isEqualTo(new Alternative.ReplicaPlan.Following(1, 2.5, 4));
    assertThat(new Followed(List.of(), List.of(), 5, 0).plan())
        .isEqualTo(new Alternative.ReplicaPlan.Following(0, 0, 0));
  }

  @Test
  void whatTheApiDoesNotTakeIsServedFromTheNextStepOn() {
    // One replica's tokens fit into the API's limit: of three, two are held at 40.00 each.
    terms = new ReplicaCostModel(40, 0, 0, 0, 1, 0, 0, 100);
    ApiAccess limited =
        new ApiAccess(
            true, Loads.TARIFF, Loads.TOKENS_PER_SECOND_PER_REPLICA, Double.POSITIVE_INFINITY);
    Span window = at(0, 3, 3);
    Followed followed =
        found(
            new LoadFollower()
                .follow(
                    new Planner.Replay(
                        List.of(),
                        window,
                        terms,
                        limited,
                        true,
                        planning,
                        runsNow ? 1 : 0,
                        Duration.ZERO,
                        Planner.Ends.NONE)));
    assertThat(followed.replicas()).containsExactly(0, 2);
    assertThat(
            PlanCost.of(
                    window.load(),
                    terms,
                    limited,
                    followed.replicas()::get,
                    followed.serving()::get,
                    0)
                .total())
        .isCloseTo(11.7 + 2 * 40 + 11.7, within(1e-6));
  }

  @Test
  void whoeverWasAskedBeforeHoldsWhatIsHeldByWhomIsAskedForTheFirstTime() {
    LoadFollower asked = new LoadFollower();
    double[] loads = new Random(5).doubles(120, 0, 6).toArray();
    for (int now = 100; now <= loads.length; now++) {
      List<Span> earlier = List.of(at(0, Arrays.copyOf(loads, now - 50)));
      Span window = at(now - 50, Arrays.copyOfRange(loads, now - 50, now));
      assertThat(follow(asked, earlier, window)).isEqualTo(follow(earlier, window));
      assertThat(asked.remembered()).isEqualTo(now - 6 < 108 ? 72 : 108);
    }
  }

  @Test
  void onOtherTermsAndOfAnotherPastNothingIsRemembered() {
    double[] loads = new Random(6).doubles(120, 0, 6).toArray();
    LoadFollower asked = new LoadFollower();
    Runnable isAskedAndAnswersAsIfForTheFirstTime =
        () ->
            assertThat(follow(asked, List.of(), at(0, loads)))
                .isEqualTo(follow(List.of(), at(0, loads)));
    isAskedAndAnswersAsIfForTheFirstTime.run();
    terms = new ReplicaCostModel(6, 0, 0, 0, 1, 0, 0, 100);
    isAskedAndAnswersAsIfForTheFirstTime.run();
    planning = hours(168, 3, 1);
    isAskedAndAnswersAsIfForTheFirstTime.run();
    mayBurst = false;
    isAskedAndAnswersAsIfForTheFirstTime.run();
    mayBurst = true;
    isAskedAndAnswersAsIfForTheFirstTime.run();
    loads[20] = UNKNOWN;
    isAskedAndAnswersAsIfForTheFirstTime.run();
    loads[70] = 40;
    isAskedAndAnswersAsIfForTheFirstTime.run();
    Arrays.fill(loads, 60, 120, 0);
    assertThat(follow(asked, List.of(), at(0, Arrays.copyOf(loads, 60))))
        .isEqualTo(follow(List.of(), at(0, Arrays.copyOf(loads, 60))));
  }

  private Followed follow(List<Span> earlier, Span window) {
    return follow(new LoadFollower(), earlier, window);
  }

  private Followed follow(LoadFollower follower, List<Span> earlier, Span window) {
    return found(
        follower.follow(
            new Planner.Replay(
                earlier,
                window,
                terms,
                mayBurst ? Loads.API : ApiAccess.NONE,
                mayBurst,
                planning,
                runsNow ? 1 : 0,
                Duration.ZERO,
                Planner.Ends.NONE)));
  }

  private static Planning hours(int window, int hold, int lead) {
    return new Planning(
        Duration.ofHours(window), Duration.ofHours(hold), Duration.ofHours(lead), 5, 0);
  }

  /** Replicas' worth of work, hour by hour, from so many hours after Monday on. */
  private static Span at(int hour, double... loads) {
    return span(hour, 3_600, none(loads.length), loads);
  }

  private static Span ran(int replicas, double... loads) {
    return span(0, 3_600, Series.constant(loads.length, replicas), loads);
  }

  private static Series none(int steps) {
    return Series.absent(steps);
  }

  private static Span span(int hour, int stepSeconds, Series ran, double... loads) {
    SampleInput input = SampleInput.about().steps(loads.length);
    input.grid =
        new StepGrid(
            SampleInput.MONDAY.getEpochSecond() + hour * 3_600L, stepSeconds, loads.length);
    input.outputTokens(i -> 500 * loads[i]);
    input.replicasHeld = ran;
    return new Span(
        input.traffic(),
        PricedLoad.of(input.traffic(), Loads.CAPACITY, Loads.TARIFF, RequestLengths.UNKNOWN));
  }
}
