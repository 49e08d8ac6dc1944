package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.Loads;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeeklyScheduleTest {

  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void theFirstHourOfTheWeekIsMondayMidnightUtc() {
    assertThat(WeeklySchedule.hourOfWeek(Instant.parse("2026-11-02T00:59:59Z").getEpochSecond()))
        .isZero();
    assertThat(WeeklySchedule.hourOfWeek(Instant.parse("2026-11-08T23:00:00Z").getEpochSecond()))
        .isEqualTo(167);
    assertThat(WeeklySchedule.hourOfWeek(Instant.parse("1969-12-31T23:00:00Z").getEpochSecond()))
        .isEqualTo(2 * 24 + 23);
  }

  @Test
  void officeHoursAreHeldAndTheNightsAndWeekendsAreNot() {
    // Two weeks of two replicas' work from 9 to 17 on weekdays; 11.70 for 4.00.
    PricedLoad load = hours(14 * 24, h -> isOffice(h) ? 2 : 0);
    WeeklySchedule schedule = schedule(load, HOUR);
    List<Integer> week = schedule.byHourOfWeek();
    assertThat(week).hasSize(168);
    for (int h = 0; h < 168; h++) {
      assertThat(week.get(h)).as("hour %d", h).isEqualTo(isOffice(h) ? 2 : 0);
    }
    assertThat(schedule.replayedOver(load)).isEqualTo(heldIn(load, h -> isOffice(h) ? 2 : 0));
  }

  @Test
  void aDayIsNeverJudgedByAScheduleThatKnowsIt() {
    // Only the third day has work, in its tenth hour.
    PricedLoad load = hours(7 * 24, h -> h == 2 * 24 + 10 ? 5 : 0);
    assertThat(schedule(load, HOUR).replayedOver(load)).containsOnly(0);
  }

  @Test
  void ofTwoDaysEachIsHeldAsTheOtherWas() {
    // Work in the tenth hour of the first day alone: known, it would pay over both, 11.70 for 8.00.
    PricedLoad load = hours(48, h -> h == 10 ? 1 : 0);
    int[] replayed = schedule(load, HOUR).replayedOver(load);
    assertThat(replayed[10]).isZero();
    assertThat(replayed[34]).isEqualTo(1);
    assertThat(Arrays.stream(replayed).sum()).isEqualTo(1);
  }

  @Test
  void fromAWeekOnAWeekdayIsHeldAsThatWeekdayWas() {
    // 9.36 on Mondays alone, in the tenth hour; of five weekdays two would not pay: 18.72 for
    // 20.00.
    PricedLoad eightDays = hours(8 * 24, h -> h % 168 == 10 ? 0.8 : 0);
    int[] replayed = schedule(eightDays, HOUR).replayedOver(eightDays);
    assertThat(replayed[10]).isEqualTo(1);
    assertThat(replayed[7 * 24 + 10]).isEqualTo(1);
    assertThat(Arrays.stream(replayed).sum()).isEqualTo(2);
    assertThat(schedule(eightDays, HOUR).byHourOfWeek().get(10)).isEqualTo(1);
    assertThat(schedule(eightDays, HOUR).byHourOfWeek().get(24 + 10)).isZero();
    PricedLoad sevenDays = hours(7 * 24, h -> h == 10 ? 0.8 : 0);
    assertThat(schedule(sevenDays, HOUR).byHourOfWeek()).containsOnly(0);
  }

  @Test
  void aReservedReplicaIsUsedForAnyLoad() {
    // A tenth of a replica's work is 1.17 an hour; the reserved one is paid either way.
    ReplicaCostModel reserved = new ReplicaCostModel(4, 3, 1, 0, 1, 0, 0, 100);
    assertThat(learned(hours(48, h -> 0.1), reserved).byHourOfWeek()).containsOnly(1);
  }

  @Test
  void theSecondServingReplicaIsJudgedByItsOwnWorkAndPrice() {
    // One to spare. The second that serves has half of its work: 5.85 for 4.00, and not for 6.00.
    assertThat(
            learned(hours(48, h -> 1.5), new ReplicaCostModel(4, 0, 0, 0, 1, 1, 0, 100))
                .byHourOfWeek())
        .containsOnly(3);
    assertThat(
            learned(hours(48, h -> 1.5), new ReplicaCostModel(5.85 + 0.01, 0, 0, 0, 1, 1, 0, 100))
                .byHourOfWeek())
        .containsOnly(0); // two for 11.72 are more than 11.70
  }

  @Test
  void theSecondServingReplicaIsNotTakenForWhatTheFirstSaves() {
    // The second that serves would have 0.3 of its work, 3.51 for 4.00; with the first it would
    // be 15.21 for 12.00.
    assertThat(
            learned(hours(48, h -> 1.3), new ReplicaCostModel(4, 0, 0, 0, 1, 1, 0, 100))
                .byHourOfWeek())
        .containsOnly(2);
    // Of three the first two are reserved: the third is 4.00 all the same.
    assertThat(
            learned(hours(48, h -> 1.3), new ReplicaCostModel(4, 3, 2, 0, 1, 1, 0, 100))
                .byHourOfWeek())
        .containsOnly(2);
  }

  @Test
  void aLongerHoldMakesLongerBlocks() {
    PricedLoad load = hours(14 * 24, h -> h % 24 == 10 ? 3 : 0);
    // An hour of work in a block of four: 11.70 for 16.00. In a block of two: for 8.00.
    assertThat(schedule(load, Duration.ofHours(4)).byHourOfWeek()).containsOnly(0);
    List<Integer> blocksOfTwo = schedule(load, Duration.ofMinutes(90)).byHourOfWeek();
    assertThat(blocksOfTwo).hasSize(168);
    assertThat(blocksOfTwo.subList(9, 13)).containsExactly(0, 3, 3, 0);
  }

  @Test
  void withAHoldOfMoreThanADayOrADayOfHistoryThereIsNoSchedule() {
    PricedLoad twoDays = hours(48, h -> 1);
    assertThat(WeeklySchedule.learnedFrom(List.of(twoDays), Loads.terms(), Loads.API, HOUR))
        .isPresent();
    assertThat(
            WeeklySchedule.learnedFrom(
                List.of(twoDays), Loads.terms(), Loads.API, Duration.ofHours(25)))
        .isEmpty();
    assertThat(
            WeeklySchedule.learnedFrom(List.of(hours(24, h -> 1)), Loads.terms(), Loads.API, HOUR))
        .isEmpty();
  }

  @Test
  void withinAWeekOtherWeekdaysTeachAWeekdayAndSundayTeachesSaturday() {
    PricedLoad load = hours(7 * 24, h -> h < 5 * 24 ? 1 : 0);
    int[] replayed = schedule(load, HOUR).replayedOver(load);
    assertThat(Arrays.copyOfRange(replayed, 0, 120)).containsOnly(1);
    assertThat(Arrays.copyOfRange(replayed, 120, 168)).containsOnly(0);
  }

  @Test
  void redundancyIsHeldWhereItPaysForAll() {
    ReplicaCostModel spare = new ReplicaCostModel(4, 0, 0, 0, 1, 1, 0, 100);
    // One serving replica and a spare one: 8.00 for 11.70 of work; at half the work 5.85.
    List<Integer> full = learned(hours(48, h -> 1), spare).byHourOfWeek();
    List<Integer> half = learned(hours(48, h -> 0.5), spare).byHourOfWeek();
    assertThat(full).containsOnly(2);
    assertThat(half).containsOnly(0);
  }

  @Test
  void minimumAndMaximumAndReservedReplicasAreKept() {
    ReplicaCostModel bounded = new ReplicaCostModel(4, 0, 0, 0, 1, 0, 1, 3);
    List<Integer> week = learned(hours(48, h -> h % 24 < 12 ? 5 : 0), bounded).byHourOfWeek();
    assertThat(week.subList(0, 24)).containsOnly(1, 3);
    // Reserved replicas cost nothing more to use, and nothing is saved by using one for no load.
    ReplicaCostModel reserved = new ReplicaCostModel(40, 3, 2, 0, 1, 0, 0, 100);
    assertThat(learned(hours(48, h -> h % 24 < 12 ? 5 : 0), reserved).byHourOfWeek())
        .containsOnly(2, 0);
  }

  @Test
  void whatTheApiDoesNotTakeIsServed() {
    // A quarter of four replicas' tokens fit the limit: three have to be held, dear as they are.
    ApiAccess limited =
        new ApiAccess(
            true, Loads.TARIFF, Loads.TOKENS_PER_SECOND_PER_REPLICA, Double.POSITIVE_INFINITY);
    ReplicaCostModel dear = new ReplicaCostModel(40, 0, 0, 0, 1, 0, 0, 100);
    WeeklySchedule schedule =
        WeeklySchedule.learnedFrom(List.of(hours(48, h -> 4)), dear, limited, HOUR).orElseThrow();
    assertThat(schedule.byHourOfWeek()).containsOnly(3);
  }

  @Test
  void anIdleHourInTheBlockDoesNotHideWhatTheApiDoesNotTake() {
    ApiAccess limited =
        new ApiAccess(
            true, Loads.TARIFF, Loads.TOKENS_PER_SECOND_PER_REPLICA, Double.POSITIVE_INFINITY);
    ReplicaCostModel dear = new ReplicaCostModel(40, 0, 0, 0, 1, 0, 0, 100);
    WeeklySchedule blocksOfTwoHours =
        WeeklySchedule.learnedFrom(
                List.of(hours(48, h -> h % 2 == 0 ? 4 : 0)), dear, limited, Duration.ofHours(2))
            .orElseThrow();
    assertThat(blocksOfTwoHours.byHourOfWeek()).containsOnly(3);
  }

  @Test
  void aWeekdaySeenOnceIsHeldAsOtherWeekdaysWere() {
    // Eight days of work in the tenth hour: of Wednesdays there is but the one it is.
    PricedLoad load = hours(8 * 24, h -> h % 24 == 10 ? 1 : 0);
    assertThat(schedule(load, HOUR).replayedOver(load))
        .isEqualTo(heldIn(load, h -> h % 24 == 10 ? 1 : 0));
  }

  @Test
  void theMostIncludesTheSpareOne() {
    ReplicaCostModel upToThree = new ReplicaCostModel(1, 0, 0, 0, 1, 1, 0, 3);
    assertThat(learned(hours(48, h -> 5), upToThree).byHourOfWeek()).containsOnly(3);
  }

  @Test
  void whereTheLeastIsHeldAnywayOneMoreHasToPayOnlyForItself() {
    // One to spare and two held anyway, at 8.00. A third is 8.00 for 11.70, all three would be
    // 24.00 for 23.40. For 5.85 it does not pay.
    ReplicaCostModel atLeastTwo = new ReplicaCostModel(8, 0, 0, 0, 1, 1, 2, 100);
    assertThat(learned(hours(48, h -> 2), atLeastTwo).byHourOfWeek()).containsOnly(3);
    assertThat(learned(hours(48, h -> 1.5), atLeastTwo).byHourOfWeek()).containsOnly(2);
  }

  private static boolean isOffice(int hour) {
    return hour / 24 % 7 < 5 && hour % 24 >= 9 && hour % 24 < 17;
  }

  private static int[] heldIn(PricedLoad load, java.util.function.IntUnaryOperator byHour) {
    return IntStream.range(0, load.steps()).map(byHour).toArray();
  }

  private static PricedLoad hours(int count, java.util.function.IntToDoubleFunction replicas) {
    return Loads.hourly(IntStream.range(0, count).mapToDouble(replicas).toArray());
  }

  private static WeeklySchedule schedule(PricedLoad load, Duration hold) {
    return WeeklySchedule.learnedFrom(List.of(load), Loads.terms(), Loads.API, hold).orElseThrow();
  }

  private static WeeklySchedule learned(PricedLoad load, ReplicaCostModel terms) {
    return WeeklySchedule.learnedFrom(List.of(load), terms, Loads.API, HOUR).orElseThrow();
  }
}
