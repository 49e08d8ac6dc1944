package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Planning;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Steps of an hour; a replica costs 4.00 in each, its work 6.00 at the API. */
class AdvisedReplayTest {

  private static final ReplicaCostModel TERMS = new ReplicaCostModel(4, 0, 0, 0, 1, 0, 0, 100);

  @Test
  void nothingIsAdvisedBeforeEnoughIsKnown() {
    assertThat(advised(setting(3, false), 0, steady(6, 2, 6))).containsExactly(0, 0, 0, 2, 2, 2, 2);
    assertThat(advised(setting(3, false), 5, steady(6, 2, 6)))
        .as("what ran stays until then")
        .containsExactly(5, 5, 5, 2, 2, 2, 2);
  }

  @Test
  void whatIsHeldStaysWhereAnEndOfTheCapacityHasAnotherAnswer() {
    // At the low end a replica's work is 3.90 at the API: none pays. At the high end it does.
    LoadColumns best = steady(6, 2, 6);
    LoadColumns low = steady(6, 3, 3.9);
    LoadColumns high = steady(6, 2, 7);

    assertThat(advised(setting(0, false), 0, best, low, high)).containsOnly(0);
    assertThat(advised(setting(0, false), 0, best, high, high)).endsWith(2, 2);
  }

  @Test
  void whereWhichWayTheNumberGoesMustBeTheSameThatIsWhatHasToAgree() {
    // Three run. At the best estimate two are enough, at the low end four are needed.
    LoadColumns best = steady(6, 2, 6);
    LoadColumns low = steady(6, 4, 6);

    assertThat(advised(setting(0, true), 3, best, low)).containsOnly(3);
    assertThat(advised(setting(0, false), 3, best, low)).endsWith(2, 2);
  }

  @Test
  void whatRunsIsGivenUpOnlyWhereTheApiCostsLess() {
    // With a headroom of half, one replica carries 0.5 for 3.00; as it ran, it carried 0.9 for
    // 5.40.
    ReplicaCostModel halfFree = new ReplicaCostModel(4, 0, 0, 0, 0.5, 0, 0, 100);
    LoadColumns ran = columns();
    LoadColumns nobodySays = columns();
    for (int i = 0; i < 30; i++) {
      ran.add(0.9, 5.4, 0, 1);
      nobodySays.add(0.9, 5.4, 0, LoadColumns.NOT_RECORDED);
    }

    assertThat(advised(setting(halfFree, 0, false), 1, ran)).containsOnly(1);
    assertThat(advised(setting(halfFree, 0, false), 1, nobodySays)).endsWith(0, 0);
  }

  @Property(tries = 60)
  void whoeverGoesOnAdvisesWhatIsAdvisedByWhomLivesAllOfIt(@ForAll long seed) {
    Random random = new Random(seed);
    Planning planning =
        new Planning(
            Duration.ofDays(2),
            Duration.ofHours(random.nextInt(8)),
            Duration.ofHours(random.nextInt(3)),
            5,
            60);
    AdvisedReplay.Setting setting =
        new AdvisedReplay.Setting(
            new ReplicaCostModel(4, 0, 0, 730 * random.nextInt(2), 1, 0, random.nextInt(2), 9),
            planning,
            true,
            3_600,
            Duration.ofDays(1),
            random.nextBoolean());
    List<LoadColumns> pasts = List.of(columns(), columns(), columns());
    for (int i = 0; i < 300; i++) {
      double load = random.nextInt(3) == 0 ? 0 : 9 * random.nextDouble();
      boolean isKnown = random.nextInt(8) > 0;
      for (int end = 0; end < 3; end++) {
        double atEnd = load * List.of(1.0, 1.2, 0.8).get(end);
        if (isKnown) {
          pasts.get(end).add(atEnd, 5 * load, 0, LoadColumns.NOT_RECORDED);
        } else {
          pasts.get(end).addUnknown(LoadColumns.NOT_RECORDED);
        }
      }
    }
    int until = 1 + random.nextInt(299);
    AdvisedReplay anew = new AdvisedReplay(setting, pasts);
    AdvisedReplay first = new AdvisedReplay(setting, pasts);
    anew.startWith(2);
    first.startWith(2);
    for (int i = 0; i < until; i++) {
      first.begin();
      first.end(pasts, i);
      anew.begin();
      anew.end(pasts, i);
    }
    AdvisedReplay goingOn = AdvisedReplay.goingOn(setting, first.lived(), pasts);
    for (int i = until; i < 300; i++) {
      assertThat(goingOn.begin()).as("step %d", i).isEqualTo(anew.begin());
      assertThat(goingOn.ready()).isEqualTo(anew.ready());
      assertThat(goingOn.isSameAtAllCapacities()).isEqualTo(anew.isSameAtAllCapacities());
      goingOn.end(pasts, i);
      anew.end(pasts, i);
    }
  }

  private static AdvisedReplay.Setting setting(int leastHours, boolean sameDirection) {
    return setting(TERMS, leastHours, sameDirection);
  }

  private static AdvisedReplay.Setting setting(
      ReplicaCostModel terms, int leastHours, boolean sameDirection) {
    return new AdvisedReplay.Setting(
        terms,
        new Planning(Duration.ofDays(7), Duration.ZERO, Duration.ZERO, 5, 80),
        true,
        3_600,
        Duration.ofHours(leastHours),
        sameDirection);
  }

  /** What is advised in each step and the one after the last. */
  private static List<Integer> advised(
      AdvisedReplay.Setting setting, int ran, LoadColumns... pasts) {
    AdvisedReplay replay = new AdvisedReplay(setting, Arrays.asList(pasts));
    replay.startWith(ran);
    List<Integer> advised = new ArrayList<>();
    for (int i = 0; i < pasts[0].steps(); i++) {
      advised.add(replay.begin());
      replay.end(Arrays.asList(pasts), i);
    }
    advised.add(replay.begin());
    return advised;
  }

  private static LoadColumns steady(int steps, double load, double apiPerReplica) {
    LoadColumns columns = columns();
    for (int i = 0; i < steps; i++) {
      columns.add(load, load * apiPerReplica, 0, LoadColumns.NOT_RECORDED);
    }
    return columns;
  }

  private static LoadColumns columns() {
    return new LoadColumns(16);
  }
}
