package dev.breakeven.advice.costing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.SampleInput;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import org.junit.jupiter.api.Test;

/**
 * Steps of an hour. A replica costs 4.00 an hour and is to keep 20 % free; its work for an hour is
 * 11.70 at the API.
 */
class WhatRanTest {

  private static final ReplicaCostModel TERMS = new ReplicaCostModel(4, 0, 0, 0, 0.8, 0, 0, 100);

  @Test
  void whatWasServedAboveTheHeadroomIsNoOverflow() {
    PlanCost ran = PlanCost.ofWhatRan(load(1.8, 0, 2), TERMS, Loads.API, 0);
    assertThat(ran.total()).isCloseTo(8, within(1e-6));
    assertThat(ran.api()).isZero();
    assertThat(ran.servedLoad()).isCloseTo(1.8, within(1e-6));
    assertThat(ran.busy()).isCloseTo(7.2, within(1e-6));
    assertThat(ran.headroom()).isCloseTo(0.8, within(1e-6)); // what is left of 2 × 20 %
  }

  @Test
  void whatAGatewaySentToAnApiIsPaidThere() {
    PlanCost ran = PlanCost.ofWhatRan(load(1, 0.5, 2), TERMS, Loads.API, 0);
    assertThat(ran.gpus()).isCloseTo(8, within(1e-6));
    assertThat(ran.api()).isCloseTo(0.5 * 11.70, within(1e-6));
    assertThat(ran.burstShare()).isCloseTo(1 / 3.0, within(1e-6));
  }

  @Test
  void whatAGatewaySentIsPaidWhereNothingMayGoThereTooAndIsNotUnserved() {
    PlanCost ran = PlanCost.ofWhatRan(load(1, 0.5, 2), TERMS, ApiAccess.NONE, 0);
    assertThat(ran.api()).isCloseTo(0.5 * 11.70, within(1e-6));
    assertThat(ran.unservedTokens()).isZero();
  }

  @Test
  void whatAllReplicasTogetherCannotHaveServedIsNotTheirs() {
    PlanCost ran = PlanCost.ofWhatRan(load(3, 0, 2), TERMS, Loads.API, 0);
    assertThat(ran.servedLoad()).isCloseTo(2, within(1e-6));
    assertThat(ran.api()).isCloseTo(11.70, within(1e-5));
    PlanCost alone = PlanCost.ofWhatRan(load(3, 0, 2), TERMS, ApiAccess.NONE, 0);
    assertThat(alone.unservedTokens()).isCloseTo(5_500 * 3600.0, within(10.0));
  }

  @Test
  void aMeanNumberOfReplicasIsPaidAsSuch() {
    assertThat(PlanCost.ofWhatRan(load(1, 0, 1.5), TERMS, Loads.API, 0).gpus())
        .isCloseTo(6, within(1e-6));
  }

  @Test
  void wherePeopleAreNeededTheyArePaidForTheWholeTime() {
    ReplicaCostModel withPeople = new ReplicaCostModel(4, 0, 0, 730, 0.8, 0, 0, 100);
    assertThat(PlanCost.ofWhatRan(load(1, 0, 1), withPeople, Loads.API, 0).overhead())
        .isCloseTo(1, within(1e-9));
    assertThat(PlanCost.ofWhatRan(load(0, 0, 0), withPeople, Loads.API, 0).overhead()).isZero();
  }

  @Test
  void goingOnWithWhatRanCostsWhatItDid() {
    PricedLoad load = load(1.8, 0.5, 2);
    assertThat(PlanCost.ofGoingOn(load, TERMS, Loads.API, 2))
        .isEqualTo(PlanCost.ofWhatRan(load, TERMS, Loads.API, 0));
  }

  @Test
  void goingOnWithFewerThanRanSendsTheRestToTheApi() {
    PlanCost one = PlanCost.ofGoingOn(load(1.8, 0, 2), TERMS, Loads.API, 1);
    assertThat(one.gpus()).isCloseTo(4, within(1e-6));
    assertThat(one.api()).isCloseTo(0.8 * 11.70, within(1e-5));
  }

  @Test
  void goingOnWithMoreThanRanServesWhatTheirHeadroomLeavesRoomFor() {
    PlanCost three = PlanCost.ofGoingOn(load(1.8, 0.8, 2), TERMS, Loads.API, 3);
    assertThat(three.servedLoad()).isCloseTo(2.4, within(1e-6));
    assertThat(three.api()).isCloseTo(0.2 * 11.70, within(1e-5));
  }

  @Test
  void goingOnWithNoneSendsAllOfIt() {
    PlanCost none = PlanCost.ofGoingOn(load(1.8, 0, 2), TERMS, Loads.API, 0);
    assertThat(none.gpus()).isZero();
    assertThat(none.api()).isCloseTo(1.8 * 11.70, within(1e-5));
  }

  @Test
  void headroomIsUsedWhereMoreIsServedThanItLeaves() {
    HeadroomUse used = HeadroomUse.of(load(1.8, 0, 2), TERMS, 0);
    assertThat(used.percentOfSteps()).isEqualTo(100);
    assertThat(used.highestPercent()).isCloseTo(90, within(1e-4));
    assertThat(HeadroomUse.of(load(1.6, 0, 2), TERMS, 0).percentOfSteps()).isZero();
    assertThat(HeadroomUse.of(load(1.6, 0, 0), TERMS, 0).percentOfSteps()).isZero();
  }

  /** One hour in which replicas served so much, and a gateway sent so much elsewhere. */
  private static PricedLoad load(double served, double burst, double replicas) {
    Series none = Series.absent(1);
    TrafficHistory history =
        new TrafficHistory(
            new StepGrid(SampleInput.MONDAY.getEpochSecond(), 3600, 1),
            Series.of(5_000 * served),
            Series.of(0.0),
            Series.of(500 * served),
            none,
            Series.of(5_000 * burst),
            none,
            Series.of(500 * burst),
            none,
            Series.of(replicas),
            none,
            none);
    return PricedLoad.of(history, Loads.CAPACITY, Loads.TARIFF, RequestLengths.UNKNOWN);
  }
}
