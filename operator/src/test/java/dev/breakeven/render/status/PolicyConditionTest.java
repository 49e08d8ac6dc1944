package dev.breakeven.render.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.api.CostPolicyStatus.Condition;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.render.status.PolicyCondition.Answer;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyConditionTest {

  private static final Instant NOW = Instant.parse("2026-11-09T10:00:00Z");
  private static final Instant LATER = Instant.parse("2026-11-09T11:00:00Z");

  @Test
  void withNothingToSayEveryConditionHolds() {
    assertThat(conditions())
        .allSatisfy(
            c -> assertThat(c.status()).isEqualTo(c.type().equals("Stalled") ? "False" : "True"));
  }

  @Test
  void whatWeakensAnAnswerMakesItsConditionFalseAndLeavesItReady() {
    Issue weakens = new Issue(Reason.DEMAND_LOWER_BOUND, Message.quoted("3 requests waited"));

    assertThat(condition("DemandComplete", weakens).status()).isEqualTo("False");
    assertThat(condition("DemandComplete", weakens).reason()).isEqualTo("DemandLowerBound");
    assertThat(condition("Ready", weakens).status()).isEqualTo("True");
  }

  @Test
  void anAssumptionIsSaidInAConditionThatHolds() {
    Issue informs = new Issue(Reason.LIMITS_BY_MEAN, Message.quoted("planned to 80 %"));

    assertThat(condition("TrafficKnown", informs).status()).isEqualTo("True");
    assertThat(condition("TrafficKnown", informs).message()).isEqualTo("planned to 80 %");
  }

  @Test
  void demandOfWhichNobodySeesWhatBurstsIsNeitherCompleteNorIncomplete() {
    Issue unseen = new Issue(Reason.OVERFLOW_UNSEEN, Message.quoted("no gateway says"));

    assertThat(condition("DemandComplete", unseen).status()).isEqualTo("Unknown");
  }

  @Test
  void withoutAnAnswerNothingIsSaidOfWhatOnlyAnAnswerShows() {
    Issue blocks = new Issue(Reason.GPU_PRICE_MISSING, Message.quoted("no GPU price"));

    assertThat(List.of("DemandComplete", "SavingClear", "Steady"))
        .allSatisfy(type -> assertThat(condition(type, blocks).status()).isEqualTo("Unknown"));
    assertThat(condition("PricesKnown", blocks).status()).isEqualTo("False");
    assertThat(condition("Conclusive", blocks).status()).isEqualTo("False");
  }

  /** But for those that only say why there is no answer, or that a figure is missing. */
  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"INTERNAL_ERROR", "HISTORY_TOO_SHORT", "NOT_REPLAYED", "NOTHING_TO_COMPARE"})
  void everyIssueStandsInAConditionOfItsOwn(Reason reason) {
    List<Condition> conditions =
        PolicyCondition.all(
            Answer.GIVEN,
            List.of(new Issue(reason, Message.quoted("said"))),
            Inspected.everything(),
            List.of(),
            1,
            NOW);

    assertThat(conditions)
        .filteredOn(c -> !Set.of("Ready", "Conclusive", "Stalled").contains(c.type()))
        .extracting(Condition::reason)
        .contains(reason.label());
  }

  @Test
  void anAnswerWithoutAVerdictIsReadyForItIsCurrent() {
    Issue blocks = new Issue(Reason.COVERAGE_LOW, Message.of(Cause.NO_STEP_KNOWN));

    assertThat(condition("Ready", blocks).status()).isEqualTo("True");
    assertThat(condition("Conclusive", blocks))
        .extracting(Condition::status, Condition::reason)
        .containsExactly("False", "CoverageLow");
    assertThat(condition("Stalled", blocks).status()).isEqualTo("False");
  }

  @Test
  void anAnswerThatComesToNoVerdictIsNotConclusiveWhateverKeptItFromOne() {
    Issue price = new Issue(Reason.API_PRICE_MISSING, Message.quoted("no offer"));
    Issue capacity = new Issue(Reason.CAPACITY_UNKNOWN, Message.quoted("no capacity"));
    Answer undecided = new Answer.Undecided(price.reason(), price.message());

    List<Condition> conditions =
        PolicyCondition.all(
            undecided, List.of(capacity, price), Inspected.everything(), List.of(), 1, NOW);

    assertThat(of("Ready", conditions).status()).isEqualTo("True");
    assertThat(of("Conclusive", conditions))
        .extracting(Condition::status, Condition::reason, Condition::message)
        .containsExactly(
            "False",
            "APIPriceMissing",
            "there is no verdict yet: see PricesKnown and CapacityKnown");
  }

  @Test
  void whatNoOtherConditionSaysStandsInConclusive() {
    Answer undecided =
        new Answer.Undecided(
            VerdictRules.Reason.NOTHING_SERVES_EVERYTHING,
            Message.quoted("nothing serves all of it"));

    List<Condition> conditions =
        PolicyCondition.all(undecided, List.of(), Inspected.everything(), List.of(), 1, NOW);

    assertThat(of("Conclusive", conditions))
        .extracting(Condition::status, Condition::reason, Condition::message)
        .containsExactly("False", "NothingServesEverything", "nothing serves all of it");
  }

  @Test
  void ofTwoPricesThatAreMissingTheOneThatEndsTheAnswerIsNamed() {
    Issue people = new Issue(Reason.OVERHEAD_UNSTATED, Message.quoted("people cost nothing"));
    Issue price = new Issue(Reason.API_PRICE_MISSING, Message.quoted("no offer"));

    assertThat(condition("PricesKnown", people, price))
        .extracting(Condition::reason, Condition::message)
        .containsExactly("APIPriceMissing", "no offer; people cost nothing");
  }

  @Test
  void figuresOfBeforeAreNotReadyAndTheReasonIsWhatFailedAndNotThatTheyAreOld() {
    Issue down = new Issue(Reason.SOURCE_UNAVAILABLE, Message.of(Cause.NOTHING_READ_YET));
    Issue old = new Issue(Reason.STALE, Message.of(Cause.NO_STEP_KNOWN));

    assertThat(condition("Ready", old, down))
        .extracting(Condition::status, Condition::reason)
        .containsExactly("False", "SourceUnavailable");
    assertThat(condition("Conclusive", old, down).status()).isEqualTo("True");
  }

  @Test
  void whatIsMissingIsTheDeploymentAndNotThePriceOfItsGpus() {
    Issue price = new Issue(Reason.GPU_PRICE_MISSING, Message.of(Cause.NO_WORKLOAD_SEEN));
    Issue gone = new Issue(Reason.WORKLOAD_NOT_FOUND, Message.of(Cause.NO_WORKLOAD_SEEN));

    assertThat(condition("Conclusive", price, gone).reason()).isEqualTo("WorkloadNotFound");
    assertThat(condition("Conclusive", price).reason()).isEqualTo("GPUPriceMissing");
    assertThat(condition("Stalled", price).status()).isEqualTo("True");
    assertThat(condition("Stalled", price, gone).status()).isEqualTo("False");
  }

  @Test
  void aPolicyThatWasNeverAnsweredIsNotReadyAndNotConclusive() {
    Issue none = new Issue(Reason.NO_TRAFFIC_DATA, Message.of(Cause.NO_TRAFFIC_KNOWN));
    Issue reading = new Issue(Reason.SHORT_HISTORY, Message.of(Cause.NOTHING_READ_YET));

    List<Condition> conditions =
        PolicyCondition.all(
            Answer.NOT_GIVEN, List.of(none, reading), Inspected.everything(), List.of(), 1, NOW);

    assertThat(of("Ready", conditions).status()).isEqualTo("False");
    assertThat(of("Ready", conditions).message()).contains("nothing has been read yet");
    assertThat(of("Conclusive", conditions).status()).isEqualTo("False");
  }

  @Test
  void aStatusThatStaysKeepsTheTimeOfItsTransition() {
    List<Condition> before = conditions();

    List<Condition> after =
        PolicyCondition.all(
            Answer.GIVEN,
            List.of(new Issue(Reason.GPU_PRICE_MISSING, Message.quoted("no GPU price"))),
            Inspected.everything(),
            before,
            1,
            LATER);

    assertThat(of("SourceAnswers", after).lastTransitionTime()).isEqualTo("2026-11-09T10:00:00Z");
    assertThat(of("PricesKnown", after).lastTransitionTime()).isEqualTo("2026-11-09T11:00:00Z");
  }

  @Test
  void whatNobodyLookedAtIsUnknownAndNothingIsClaimedOfIt() {
    List<Condition> ofAFile =
        PolicyCondition.all(Answer.GIVEN, List.of(), Set.of(), List.of(), 1, NOW);

    assertThat(List.of("SourceAnswers", "WorkloadsFound", "Uncontested"))
        .allSatisfy(
            type -> {
              assertThat(of(type, ofAFile).status()).isEqualTo("Unknown");
              assertThat(of(type, ofAFile).reason()).isEqualTo("NotObserved");
            });
    assertThat(of("PricesKnown", ofAFile).status()).isEqualTo("True");
    assertThat(of("Ready", ofAFile).status()).isEqualTo("True");
  }

  @Test
  void anIssueIsSaidAlsoWhereItsSubjectWasNotLookedAt() {
    Issue blocks = new Issue(Reason.WORKLOAD_NOT_FOUND, Message.quoted("no Deployment chat"));

    Condition found =
        of(
            "WorkloadsFound",
            PolicyCondition.all(Answer.GIVEN, List.of(blocks), Set.of(), List.of(), 1, NOW));

    assertThat(found.reason()).isEqualTo("WorkloadNotFound");
  }

  private static Condition condition(String type, Issue... issues) {
    return of(type, conditions(issues));
  }

  private static Condition of(String type, List<Condition> conditions) {
    return conditions.stream().filter(c -> c.type().equals(type)).findFirst().orElseThrow();
  }

  private static List<Condition> conditions(Issue... issues) {
    return PolicyCondition.all(
        Answer.GIVEN, List.of(issues), Inspected.everything(), List.of(), 1, NOW);
  }
}
