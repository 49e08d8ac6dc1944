package dev.breakeven.advice.costing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.costing.MeritOrder.Run;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * One replica that runs at 4.00, then two at 3.00 that do half as much each, then at 10.00 as many
 * as one likes that do twice as much.
 */
class MeritOrderTest {

  private static final Offset<Double> EXACTLY = within(1e-12);
  private static final MeritOrder LADDER =
      new MeritOrder(List.of(new Run(1, 1, 4, 1), new Run(0, 2, 3, 0.5), new Run(2, 1, 10, 2)), 1);

  /** Two are reserved at 2.00; one serves no load; a quarter is kept free. */
  private static final ReplicaCostModel TERMS =
      new ReplicaCostModel(4, 2, 2, 0, 0.75, 1, 0, 100).withLadder(LADDER);

  @Test
  void soManyReplicasCostAndDoWhatTheFirstOnesDo() {
    assertThat(LADDER.perHourOf(0)).isZero();
    assertThat(LADDER.perHourOf(1)).isCloseTo(4, EXACTLY);
    assertThat(LADDER.perHourOf(3)).isCloseTo(10, EXACTLY);
    assertThat(LADDER.perHourOf(5)).isCloseTo(30, EXACTLY); // the last run goes on for ever
    assertThat(LADDER.sizeOf(2)).isCloseTo(1.5, EXACTLY);
    assertThat(LADDER.sizeOf(3)).isCloseTo(2, EXACTLY);
    assertThat(LADDER.sizeOf(5)).isCloseTo(6, EXACTLY);
  }

  @Test
  void workAsksForTheFewestThatDoIt() {
    assertThat(LADDER.countDoing(1)).isEqualTo(1);
    assertThat(LADDER.countDoing(1.01)).isEqualTo(2);
    assertThat(LADDER.countDoing(2)).isEqualTo(3);
    assertThat(LADDER.countDoing(2.01)).isEqualTo(4);
    assertThat(LADDER.countDoing(3)).isEqualTo(4);
    assertThat(LADDER.countDoing(6.01)).isEqualTo(6);
  }

  @Test
  void theFirstSoManyAreSpreadOverTheirWorkloads() {
    assertThat(LADDER.spread(2, 3)).containsExactly(1, 1, 0);
    assertThat(LADDER.spread(4, 3)).containsExactly(2, 1, 1);
    assertThat(LADDER.spread(0, 3)).containsExactly(0, 0, 0);
    assertThat(LADDER.spread(9, 3)).as("no more than there are").containsExactly(2, 1, 1);
  }

  @Test
  void reservedReplicasStandForTheFirstOnesAndTheNextCostsItsOwnPrice() {
    // Two at the reservation's 2.00 in place of 4.00 and 3.00, the third at 3.00.
    assertThat(TERMS.heldPerHour(1)).isCloseTo(2, EXACTLY);
    assertThat(TERMS.heldPerHour(3)).isCloseTo(2 * 2 + 3, EXACTLY);
    assertThat(TERMS.paidPerHour(1)).isCloseTo(4, EXACTLY);
    assertThat(TERMS.nextPerHour(1)).isZero();
    assertThat(TERMS.nextPerHour(2)).isCloseTo(3, EXACTLY);
    assertThat(TERMS.nextPerHour(3)).isCloseTo(10, EXACTLY);
    assertThat(TERMS.isAlike()).isFalse();
    assertThat(Loads.terms().isAlike()).isTrue();
  }

  @Test
  void aFractionOfAReplicaDoesThatFractionOfTheNext() {
    assertThat(TERMS.sizeOf(1.0)).isCloseTo(1, EXACTLY);
    assertThat(TERMS.sizeOf(1.5)).isCloseTo(1.25, EXACTLY);
    assertThat(TERMS.sizeOf(3.25)).isCloseTo(2.5, EXACTLY);
    assertThat(Loads.terms().sizeOf(1.5)).isEqualTo(1.5);
  }

  @Test
  void aLoadAsksForTheReplicasThatTakeItAndTheSpareOne() {
    assertThat(TERMS.usable(3)).isCloseTo(1.5 * 0.75, EXACTLY); // two of three serve
    assertThat(TERMS.neededFor(1.5 * 0.75)).isEqualTo(3);
    assertThat(TERMS.neededFor(1.6 * 0.75)).isEqualTo(4);
    assertThat(TERMS.neededFor(0)).isZero();
  }

  @Test
  void cheaperReplicasBehindDearOnesThatRunAreFoundAndNotOnlyTheFewest() {
    // Four replicas' work. Three run at 13.00, dearer than the API's 11.70: of these one costs
    // 13.00 + 35.10. The fourth is had at 4.00, so that all four cost 43.00.
    ReplicaCostModel terms =
        Loads.terms()
            .withLadder(new MeritOrder(List.of(new Run(0, 3, 13, 1), new Run(1, 1, 4, 1)), 3));
    StaticOptimum best =
        StaticOptimum.between(1, 4, new LoadDurationCurve(Loads.hourly(4)), terms, 1, 1);
    assertThat(best.replicas()).isEqualTo(4);
    assertThat(best.cost()).isCloseTo(43, within(1e-4));
  }

  @Test
  void dearReplicasThatRunAreNotKeptForDearerOnesBehindThem() {
    // As above with a fourth at 20.00: one costs 13.00 + 35.10, three 39.00 + 11.70, four 59.00.
    ReplicaCostModel terms =
        Loads.terms()
            .withLadder(new MeritOrder(List.of(new Run(0, 3, 13, 1), new Run(1, 1, 20, 1)), 3));
    StaticOptimum best =
        StaticOptimum.between(1, 4, new LoadDurationCurve(Loads.hourly(4)), terms, 1, 1);
    assertThat(best.replicas()).isEqualTo(1);
    assertThat(best.cost()).isCloseTo(48.1, within(1e-4));
  }

  @Property
  void whatALoadNeedsTakesItAndOneLessDoesNot(
      @ForAll @DoubleRange(min = 0.01, max = 50) double load) {
    int needed = TERMS.neededFor(load);
    assertThat(TERMS.usable(needed)).isGreaterThanOrEqualTo(load - 1e-8);
    assertThat(TERMS.usable(needed - 1)).isLessThan(load);
  }
}
