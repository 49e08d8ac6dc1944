package dev.breakeven.advice.costing;

import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.WorkloadAdvice;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.ReplicaTerms;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.Workload;
import dev.breakeven.advice.evaluation.Advisor;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.render.words.Summary;
import dev.breakeven.render.words.Words;
import dev.breakeven.traffic.Series;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Replicas that are not alike. A common replica does 10,000 input or 1,000 output tokens/s for 4.00
 * an hour; 400 output tokens/s with ten times as many of input are 0.8 of it.
 */
class WorkloadAllocationTest {

  /** Half of what a common replica does. */
  private static final StatedCapacity HALF = new StatedCapacity.Declared(Capacity.of(5_000, 500));

  /** Where replicas are alike, what they do has no say in which of them go or come. */
  private static final CapacityEvidence NOT_NEEDED =
      new CapacityEvidence.Unknown(Message.quoted("not asked"));

  /** What a common replica does. */
  private static final StatedCapacity ALIKE = new StatedCapacity.NotStated();

  private static Workload workload(
      String name, int replicas, int most, String perHour, StatedCapacity capacity) {
    return new Workload(
        "Deployment",
        name,
        replicas,
        replicas,
        0,
        most,
        new ReplicaTerms.Own(usd(perHour), capacity));
  }

  private static SampleInput running(Workload... workloads) {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.workloads = List.of(workloads);
    int replicas = input.workloads.stream().mapToInt(Workload::replicasWanted).sum();
    input.replicasHeld = Series.constant(SampleInput.WEEK, replicas);
    return input;
  }

  @Test
  void whatRunsCostsTheSumOfWhatEachWorkloadCosts() {
    Advice advice =
        running(workload("cheap", 1, 10, "4.00", ALIKE), workload("dear", 2, 10, "6.00", ALIKE))
            .advice();

    // 4 + 2 × 6 = 16 an hour, 730 hours a month.
    assertThat(SampleInput.alternative(advice, Kind.TODAYS_REPLICAS).bill().total().value())
        .isCloseTo(11_680, within(0.01));
    assertThat(SampleInput.found(advice.costs().lastHour()).hourlyCost().value())
        .isCloseTo(16, within(1e-9));
  }

  @Test
  void aWorkloadWithoutTermsOfItsOwnHasThoseOfAll() {
    // One at the common 4.00 and one at 6.00.
    Advice advice =
        running(
                new Workload("Deployment", "common", 1, 1, 0, 10),
                workload("dear", 1, 10, "6.00", ALIKE))
            .advice();
    assertThat(SampleInput.found(advice.costs().lastHour()).hourlyCost()).isEqualTo(usd("10.00"));
    assertThat(advised(advice)).containsExactly("common 1", "dear 0");
  }

  @Test
  void whereNothingCanBeWorkedOutEachWorkloadKeepsWhatItHas() {
    SampleInput input =
        running(workload("cheap", 1, 10, "4.00", HALF), workload("dear", 2, 10, "6.00", ALIKE));
    input.capacity = new StatedCapacity.NotStated();
    assertThat(advised(input.advice())).containsExactly("cheap 1", "dear 2");
    input.capacity = new StatedCapacity.Declared(Capacity.of(10_000, 1_000));
    input.gpu = new GpuPricing.Unpriced(Message.quoted("no price for NVIDIA-H100"), false);
    assertThat(advised(input.advice())).containsExactly("cheap 1", "dear 2");
  }

  @Test
  void loadIsMeasuredAgainstWhatEachWorkloadCanDo() {
    Advice advice =
        running(workload("whole", 1, 10, "4.00", ALIKE), workload("half", 2, 10, "4.00", HALF))
            .advice();

    // 0.8 of 1 + 2 × ½ replicas' worth of work.
    assertThat(SampleInput.found(advice.basis().observed().replicas().utilizationPercent()))
        .isCloseTo(40, within(1e-9));
    assertThat(SampleInput.found(advice.costs().breakeven()).reachableForShapePercent())
        .isCloseTo(40, within(1e-9));
  }

  @Test
  void theDearestWorkIsGivenUpFirstAndTheCheapestAddedFirst() {
    Advice fewer =
        running(workload("dear", 2, 10, "6.00", ALIKE), workload("cheap", 2, 10, "4.00", ALIKE))
            .advice();
    SampleInput busier =
        running(workload("dear", 1, 10, "6.00", ALIKE), workload("cheap", 1, 2, "4.00", ALIKE));
    busier.outputTokens(i -> 2_000); // four replicas' worth of work

    // 0.8 replicas' worth of work takes one.
    assertThat(advised(fewer)).containsExactly("dear 0", "cheap 1");
    // Cheap has room for one more, so the other two are dear.
    assertThat(advised(busier.advice())).containsExactly("dear 2", "cheap 2");
  }

  @Test
  void cheapForItsSizeIsCheaperThanCheapForAReplica() {
    Advice advice =
        running(workload("small", 2, 10, "3.00", HALF), workload("whole", 1, 10, "4.00", ALIKE))
            .advice();

    // Small: 3.00 for half a replica's worth is 6.00 for a whole one.
    assertThat(advised(advice)).containsExactly("small 0", "whole 1");
  }

  @Test
  void theFewestOfAWorkloadAreKeptBeforeCheaperOnesAndStartedBeforeCheaperOnesAreAdded() {
    ReplicaTerms atSix = new ReplicaTerms.Own(usd("6.00"), ALIKE);
    Advice kept =
        running(
                new Workload("Deployment", "dear", 2, 2, 1, 10, atSix),
                workload("cheap", 2, 10, "4.00", ALIKE))
            .advice();
    assertThat(advised(kept)).containsExactly("dear 1", "cheap 0");
    Advice started =
        running(
                workload("cheap", 1, 10, "4.00", ALIKE),
                new Workload("Deployment", "dear", 0, 0, 1, 10, atSix))
            .outputTokens(i -> 800) // two replicas' worth, less a fifth
            .advice();
    assertThat(advised(started)).containsExactly("cheap 1", "dear 1");
  }

  @Test
  void whatIsKeptAndWhatIsOwedCountsOnce() {
    Advice advice =
        running(
                new Workload(
                    "Deployment", "dear", 2, 2, 1, 10, new ReplicaTerms.Own(usd("6.00"), ALIKE)),
                owingOne(2))
            .outputTokens(i -> 2_500) // five replicas' worth of work
            .advice();

    // Two run, one is owed and one more may be had at 4.00; the fifth is dear again.
    assertThat(advised(advice)).containsExactly("dear 3", "cheap 2");
  }

  /** Nothing of it runs, and one has to. */
  private static Workload owingOne(int most) {
    return new Workload(
        "Deployment", "cheap", 0, 0, 1, most, new ReplicaTerms.Own(usd("4.00"), ALIKE));
  }

  @Test
  void aReplicaWithAContextTermOfItsOwnIsSizedAtTheLengthsSeen() {
    // 0.8 of a common replica's work is 1.6 of its own. That 400 output tokens/s read 4,200 of
    // context each is 1.68 of a million more: 3.28.
    SampleInput input =
        running(
            workload(
                "reader",
                0,
                10,
                "4.00",
                new StatedCapacity.Declared(Capacity.of(5_000, 500, 1e6))));
    assertThat(forThePeak(input)).isEqualTo(new Alternative.ReplicaPlan.Fixed(2));
    input.requests = Series.constant(SampleInput.WEEK, 1);
    assertThat(forThePeak(input)).isEqualTo(new Alternative.ReplicaPlan.Fixed(4));
  }

  private static Alternative.ReplicaPlan forThePeak(SampleInput input) {
    return SampleInput.alternative(input.advice(), Kind.SELF_HOST_PEAK).replicas();
  }

  @Test
  void withoutTrafficAReplicaIsTakenToDoAsMuchAsTheCommonOne() {
    Advice advice = running(workload("half", 2, 10, "4.00", HALF)).outputTokens(i -> 0).advice();
    assertThat(SampleInput.found(advice.basis().observed().replicas().utilizationPercent()))
        .isZero();
  }

  @Test
  void roomIsPointedOutWhereWorkWouldCostAHundredthLessAndTheDearerMayGo() {
    // 0.99 for 1.00 is not worth moving for; 0.98 is.
    assertThat(moved(workload("dear", 1, 10, "1.00", ALIKE), workload("b", 0, 3, "0.99", ALIKE)))
        .isEmpty();
    assertThat(moved(workload("dear", 1, 10, "1.00", ALIKE), workload("b", 0, 3, "0.98", ALIKE)))
        .containsExactly(
            "Deployment b does for 0.98 USD an hour what costs 1.00 USD on Deployment dear, and the"
                + " policy allows more of it: move work there first");
    // The dearest that runs and the cheapest that may be had, the first where two cost the same.
    assertThat(
            moved(
                workload("mean", 1, 10, "5.00", ALIKE),
                workload("dear", 1, 10, "6.00", ALIKE),
                workload("b", 0, 3, "4.00", ALIKE),
                workload("c", 0, 5, "4.00", ALIKE)))
        .singleElement()
        .asString()
        .startsWith(
            "Deployment b does for 4.00 USD an hour what costs 6.00 USD on Deployment dear");
    // What is owed stands before cheaper ones that may be had.
    assertThat(
            moved(
                workload("dear", 1, 10, "6.00", ALIKE),
                new Workload(
                    "Deployment", "owed", 0, 0, 1, 1, new ReplicaTerms.Own(usd("5.00"), ALIKE)),
                workload("b", 0, 3, "4.00", ALIKE)))
        .singleElement()
        .asString()
        .startsWith("Deployment b does for 4.00 USD an hour");
    // One that is owed is a part of what may be had.
    assertThat(moved(workload("dear", 1, 10, "6.00", ALIKE), owingOne(3)))
        .singleElement()
        .asString()
        .endsWith("and the policy allows more of it: move work there first");
  }

  @Test
  void aCheaperWorkloadWithoutRoomIsNotPointedOut() {
    assertThat(moved(workload("dear", 1, 10, "6.00", ALIKE), workload("full", 1, 1, "4.00", ALIKE)))
        .isEmpty();
    assertThat(moved(workload("dear", 1, 1, "6.00", ALIKE), workload("full", 1, 1, "4.00", ALIKE)))
        .isEmpty();
  }

  @Test
  void theFewestOfADearWorkloadAreNotToBeMoved() {
    Workload kept =
        new Workload("Deployment", "dear", 1, 1, 1, 10, new ReplicaTerms.Own(usd("6.00"), ALIKE));
    assertThat(moved(kept, workload("b", 0, 3, "4.00", ALIKE))).isEmpty();
    assertThat(
            moved(kept, workload("mean", 1, 1, "5.00", ALIKE), workload("b", 0, 3, "4.00", ALIKE)))
        .singleElement()
        .asString()
        .contains("what costs 5.00 USD on Deployment mean");
  }

  private static List<String> moved(Workload... workloads) {
    return running(workloads).advice().issues().stream()
        .filter(issue -> issue.reason() == Issue.Reason.WORKLOADS_DIFFER)
        .map(Words::of)
        .toList();
  }

  @Test
  void followingTheLoadIsNotReplayedForReplicasThatAreNotAlike() {
    AdvisorInput input =
        running(workload("cheap", 1, 10, "4.00", ALIKE), workload("dear", 1, 10, "6.00", ALIKE))
            .input();
    Planner planner =
        replay -> {
          throw new AssertionError("asked");
        };

    assertThat(new Advisor(planner).advise(input).trackRecord().proof())
        .isEqualTo(
            Estimate.notFound(Issue.Reason.NOT_REPLAYED, Cause.NOT_REPLAYED_UNLIKE_REPLICAS));
  }

  @Property(tries = 50)
  void soManyEqualWorkloadsOfOneReplicaAreOneWorkloadOfSoManyReplicas(
      @ForAll @IntRange(min = 1, max = 6) int replicas,
      @ForAll @IntRange(min = 0, max = 50) int headroom,
      @ForAll @IntRange(min = 0, max = 2) int redundant,
      @ForAll @IntRange(min = 10, max = 6_000) int tokens) {
    List<Workload> ones = new ArrayList<>();
    for (int i = 0; i < replicas; i++) {
      ones.add(workload("w" + i, 1, 1000, "4.00", ALIKE));
    }
    SampleInput many = asked(headroom, redundant, tokens);
    many.workloads = ones;
    many.replicasHeld = Series.constant(SampleInput.WEEK, replicas);
    Advice apart = many.advice();
    Advice together = asked(headroom, redundant, tokens).running(replicas).advice();

    assertThat(Summary.of(apart)).isEqualTo(Summary.of(together));
    assertThat(apart.comparison().alternatives()).isEqualTo(together.comparison().alternatives());
    assertThat(apart.costs().lastHour()).isEqualTo(together.costs().lastHour());
    assertThat(apart.costs().hidden()).isEqualTo(together.costs().hidden());
    assertThat(apart.basis().observed()).isEqualTo(together.basis().observed());
    assertThat(apart.costs().breakeven()).isEqualTo(together.costs().breakeven());
    assertThat(apart.workloads().stream().mapToInt(WorkloadAdvice::replicasAdvised).sum())
        .isEqualTo(together.workloads().get(0).replicasAdvised());
  }

  private static SampleInput asked(int headroom, int redundant, int tokens) {
    SampleInput input = SampleInput.about().outputTokens(i -> tokens * (1 + i % 3) / 3.0);
    input.headroomPercent = headroom;
    input.redundantReplicas = redundant;
    return input;
  }

  private static List<String> advised(Advice advice) {
    return advice.workloads().stream()
        .map(w -> w.workload().name() + " " + w.replicasAdvised())
        .toList();
  }

  @ParameterizedTest(name = "{2} beside {1}, {0} advised: {3}")
  @CsvSource({
    "4, 2, 1, 2", // one for two stays one for two
    "3, 2, 1, 2", // and is rounded up
    "1, 2, 4, 2",
    "2, 0, 0, 2", // nothing runs yet: one for each
    "2, 0, 3, 3",
    "0, 2, 1, 0",
    "0, 0, 3, 0", // what only reads prompts is given up with what would answer them
    "9, 2, 4, 5", // no more than it may have
  })
  void prefillComesInTheProportionThatItHasToDecodeNow(
      int decodeAdvised, int decodeNow, int prefillNow, int prefillAdvised) {
    SampleInput input = SampleInput.about().running(decodeNow);
    input.prefill = List.of(new Workload("Deployment", "prefill", prefillNow, prefillNow, 0, 5));

    assertThat(WorkloadAllocation.advise(input.input(), NOT_NEEDED, decodeAdvised))
        .extracting(each -> each.workload().name() + " " + each.replicasAdvised())
        .containsExactly("chat " + decodeAdvised, "prefill " + prefillAdvised);
  }
}
