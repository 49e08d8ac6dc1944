package dev.breakeven.render.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.api.CostPolicyStatus.Condition;
import dev.breakeven.reason.Message;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyConditionTest {

  private static final Instant NOW = Instant.parse("2026-11-09T10:00:00Z");
  private static final Instant LATER = Instant.parse("2026-11-09T11:00:00Z");

  @Test
  void withNothingToSayEveryConditionHolds() {
    assertThat(conditions()).allSatisfy(c -> assertThat(c.status()).isEqualTo("True"));
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
    assertThat(condition("Ready", blocks).status()).isEqualTo("False");
  }

  @Test
  void aStatusThatStaysKeepsTheTimeOfItsTransition() {
    List<Condition> before = conditions();

    List<Condition> after =
        PolicyCondition.all(
            List.of(new Issue(Reason.GPU_PRICE_MISSING, Message.quoted("no GPU price"))),
            LookedAt.everything(),
            before,
            1,
            LATER);

    assertThat(of("SourceAnswers", after).lastTransitionTime()).isEqualTo("2026-11-09T10:00:00Z");
    assertThat(of("PricesKnown", after).lastTransitionTime()).isEqualTo("2026-11-09T11:00:00Z");
  }

  @Test
  void whatNobodyLookedAtIsUnknownAndNothingIsClaimedOfIt() {
    List<Condition> ofAFile = PolicyCondition.all(List.of(), Set.of(), List.of(), 1, NOW);

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
  void aCaveatIsSaidAlsoWhereItsSubjectWasNotLookedAt() {
    Issue blocks = new Issue(Reason.WORKLOAD_NOT_FOUND, Message.quoted("no Deployment chat"));

    Condition found =
        of("WorkloadsFound", PolicyCondition.all(List.of(blocks), Set.of(), List.of(), 1, NOW));

    assertThat(found.reason()).isEqualTo("WorkloadNotFound");
  }

  private static Condition condition(String type, Issue caveat) {
    return of(type, conditions(caveat));
  }

  private static Condition of(String type, List<Condition> conditions) {
    return conditions.stream().filter(c -> c.type().equals(type)).findFirst().orElseThrow();
  }

  private static List<Condition> conditions(Issue... caveats) {
    return PolicyCondition.all(List.of(caveats), LookedAt.everything(), List.of(), 1, NOW);
  }
}
