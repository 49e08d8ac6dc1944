package dev.breakeven.render.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.CostPolicyStatus.Alternative;
import dev.breakeven.api.CostPolicyStatus.Condition;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ShortStatusTest {

  @Test
  void theBillStandsLineByLineForWhatIsAdvisedAndForWhatRunsAndNothingThatIsZero() {
    CostPolicyStatus cut =
        ShortStatus.of(
            read(
                """
                {"advice": {"alternative": "BaselineBurst"}, "alternatives": [
                  {"alternative": "BaselineBurst", "feasible": true, "monthlyTotal": "5.00",
                   "perMonth": {"busy": "5.00", "idle": "0.00"}},
                  {"alternative": "TodaysReplicas", "feasible": true, "monthlyTotal": "6.00",
                   "perMonth": {"busy": "5.00", "idle": "1.00"}},
                  {"alternative": "APIOnly", "feasible": true, "monthlyTotal": "9.00",
                   "perMonth": {"apiInput": "9.00"}, "replicas": "0"}]}
                """));

    assertThat(cut.alternatives())
        .extracting(Alternative::kind)
        .containsExactly("BaselineBurst", "TodaysReplicas", "APIOnly");
    assertThat(Objects.requireNonNull(cut.alternatives().get(0).perMonth()).idle()).isNull();
    assertThat(Objects.requireNonNull(cut.alternatives().get(1).perMonth()).idle())
        .isEqualTo("1.00");
    assertThat(cut.alternatives().get(2).perMonth()).isNull();
    assertThat(cut.alternatives().get(2).monthlyTotal()).isEqualTo("9.00");
  }

  @Test
  void whatCannotWinIsLeftOutUnlessItRunsOrIsTheApi() {
    CostPolicyStatus cut =
        ShortStatus.of(
            read(
                """
                {"advice": {"alternative": "SelfHostPeak"}, "alternatives": [
                  {"alternative": "SelfHostPeak", "feasible": true},
                  {"alternative": "ScheduledBurst", "feasible": true},
                  {"alternative": "BaselineBurst", "feasible": false},
                  {"alternative": "TodaysReplicas", "feasible": false, "reason": "TooFew"},
                  {"alternative": "APIOnly", "feasible": false}]}
                """));

    assertThat(cut.alternatives())
        .extracting(Alternative::kind)
        .containsExactly("SelfHostPeak", "TodaysReplicas", "APIOnly");
    assertThat(cut.alternatives().get(1).feasible()).isFalse();
  }

  @Test
  void aScheduleIsShownWhereItIsAdvised() {
    CostPolicyStatus cut =
        ShortStatus.of(
            read(
                """
                {"advice": {"alternative": "ScheduledBurst"}, "alternatives": [
                  {"alternative": "ScheduledBurst", "feasible": true, "monthlyTotal": "4.00"},
                  {"alternative": "SelfHostPeak", "feasible": true}]}
                """));

    assertThat(cut.alternatives())
        .extracting(Alternative::kind)
        .containsExactly("ScheduledBurst", "SelfHostPeak");
  }

  @Test
  void ofOthersThatCanWinTheTwoCheapestAreShown() {
    CostPolicyStatus cut =
        ShortStatus.of(
            read(
                """
                {"advice": {"alternative": "BaselineBurst"}, "alternatives": [
                  {"alternative": "FollowingBurst", "feasible": true, "monthlyTotal": "3.00"},
                  {"alternative": "BaselineBurst", "feasible": true, "monthlyTotal": "4.00"},
                  {"alternative": "FixedNumber", "feasible": true, "monthlyTotal": "4.50"},
                  {"alternative": "SelfHostPeak", "feasible": true, "monthlyTotal": "5.00"},
                  {"alternative": "TodaysReplicas", "feasible": true, "monthlyTotal": "6.00"},
                  {"alternative": "APIOnly", "feasible": true, "monthlyTotal": "7.00"}]}
                """));

    assertThat(cut.alternatives())
        .extracting(Alternative::kind)
        .containsExactly(
            "FollowingBurst", "BaselineBurst", "FixedNumber", "TodaysReplicas", "APIOnly");
  }

  @Test
  void whereEverythingGoesToTheApiItsBillIsSaidOnceAndNothingBursts() {
    CostPolicyStatus cut =
        ShortStatus.of(
            read(
                """
                {"advice": {"alternative": "APIOnly", "burstAboveTokensPerSecond": "0",
                  "burstSharePercent": "100.0"},
                 "alternatives": [{"alternative": "APIOnly", "monthlyTotal": "9.00",
                  "perMonth": {"apiInput": "9.00"}}],
                 "cost": {"currency": "USD", "apiPerMonth": {"input": "9.00"}}}
                """));

    assertThat(Objects.requireNonNull(cut.cost()).apiPerMonth()).isNull();
    assertThat(Objects.requireNonNull(cut.alternatives().get(0).perMonth()).apiInput())
        .isEqualTo("9.00");
    assertThat(Objects.requireNonNull(cut.advice()).burstSharePercent()).isNull();
  }

  @Test
  void aConstraintThatCostsNothingIsLeftOut() {
    CostPolicyStatus cut =
        ShortStatus.of(
            read(
                """
                {"cost": {"constraints": [
                  {"name": "minReplicas", "perMonth": "0.00", "message": "costs nothing"},
                  {"name": "dataMustStay", "perMonth": "6894.00", "message": "costs 6,894"}]}}
                """));

    assertThat(Objects.requireNonNull(cut.cost()).constraints())
        .containsExactly(new CostPolicyStatus.ConstraintCost(null, "dataMustStay", "6894.00"));
  }

  @Test
  void whereNothingServesEverythingAllThatFailsIsShown() {
    CostPolicyStatus cut =
        ShortStatus.of(
            read(
                """
                {"alternatives": [
                  {"alternative": "SelfHostPeak", "feasible": false, "reason": "MaxReplicas"},
                  {"alternative": "BaselineBurst", "feasible": false, "reason": "APILimits"}]}
                """));

    assertThat(cut.alternatives())
        .extracting(Alternative::reason)
        .containsExactly("MaxReplicas", "APILimits");
  }

  @Test
  void conditionsThatHoldAreLeftOutAndWhatTheyAssumeStandsWhereTheVerdictDoes() {
    CostPolicyStatus cut =
        ShortStatus.of(
            read(
                """
                {"conditions": [
                  {"type": "CapacityKnown", "reason": "Known", "status": "True",
                   "message": "", "lastTransitionTime": "2026-11-01T00:00:00Z"},
                  {"type": "Conclusive", "reason": "Verdict", "status": "True",
                   "message": "there is a verdict", "lastTransitionTime": "2026-11-01T00:00:00Z"},
                  {"type": "Ready", "reason": "Answered", "status": "True",
                   "message": "", "lastTransitionTime": "2026-11-01T00:00:00Z"},
                  {"type": "Stalled", "reason": "Progressing", "status": "False",
                   "message": "", "lastTransitionTime": "2026-11-01T00:00:00Z"},
                  {"type": "TrafficKnown", "reason": "CacheUnmeasured", "status": "True",
                   "message": "hits unknown", "lastTransitionTime": "2026-11-01T00:00:00Z"}]}
                """));

    assertThat(cut.conditions()).extracting(Condition::type).containsExactly("Conclusive", "Ready");
    assertThat(cut.conditions().get(0).message()).isEqualTo("there is a verdict; hits unknown");
  }

  @Test
  void whyThereIsNoVerdictAndNoCapacityIsSaidOnce() {
    CostPolicyStatus cut =
        ShortStatus.of(
            read(
                """
                {"advice": {"message": "no capacity", "summary": "Inconclusive: no capacity; wait"},
                 "observed": {"capacity": {"evidence": "Unknown", "message": "no capacity"}},
                 "conditions": [
                  {"type": "CapacityKnown", "reason": "CapacityUnknown", "status": "False",
                   "message": "no capacity", "lastTransitionTime": "2026-11-01T00:00:00Z"}]}
                """));

    assertThat(Objects.requireNonNull(cut.advice()).message()).isNull();
    assertThat(Objects.requireNonNull(cut.advice()).summary()).contains("no capacity");
    assertThat(cut.conditions().get(0).message()).isEqualTo("no capacity");
    assertThat(Objects.requireNonNull(Objects.requireNonNull(cut.observed()).capacity()).message())
        .isNull();
  }

  @Test
  void aPartOfWhichNothingIsLeftIsNoEmptyPart() {
    CostPolicyStatus cut =
        ShortStatus.of(
            read(
                """
                {"proof": {"message": "not known"}, "scenario": {"message": "not known"},
                 "breakeven": {"message": "not known"}}
                """));

    assertThat(cut.proof()).isNull();
    assertThat(cut.scenario()).isNull();
    assertThat(cut.breakeven()).isNotNull();
  }

  @Test
  void whatIsShortAlreadyStaysAsItIs() {
    CostPolicyStatus once =
        ShortStatus.of(
            read(
                """
                {"advice": {"alternative": "SelfHostPeak"}, "alternatives": [
                  {"alternative": "SelfHostPeak", "feasible": true, "monthlyTotal": "4.00"},
                  {"alternative": "APIOnly", "feasible": true, "monthlyTotal": "9.00"}]}
                """));

    assertThat(ShortStatus.of(once)).isEqualTo(once);
  }

  private static CostPolicyStatus read(String json) {
    try {
      return new ObjectMapper().readValue(json, CostPolicyStatus.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
