package dev.breakeven.render.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.PreviousDecision.Change;
import dev.breakeven.advice.PreviousDecision.Made;
import dev.breakeven.advice.PreviousDecision.Pending;
import dev.breakeven.advice.PreviousDecision.Prediction;
import dev.breakeven.advice.Verdict;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Message;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator that has just started knows of what was decided before. */
class PreviousDecisionReaderTest {

  @Test
  void aStatusTellsTheWholeDecisionThatItStandsFor() {
    PreviousDecision decision =
        decision(
            """
            {"advice": {"verdict": "Hybrid", "replicasAdvised": 3, "since": "2026-11-02T10:00:00Z",
                        "replicasSince": "2026-11-08T09:10:00Z", "inputHash": "4-abcdefgh",
                        "nextReview": "2026-11-15T09:10:00Z",
                        "pending": {"verdict": "API", "replicas": 0, "since": "2026-11-09T08:00:00Z"}},
             "cost": {"currency": "EUR"},
             "proof": {"score": {"predictedAt": "2026-11-02T10:00:00Z", "replicasThen": 5,
                                 "monthlyCostPredicted": "7194.13",
                                 "monthlySavingPredicted": "-12.50"}},
             "changes": ["2026-11-08T09:10:00Z SelfHost 4 to Hybrid 3: Cheapest"]}
            """);

    assertThat(decision)
        .isEqualTo(
            new Made(
                Verdict.HYBRID,
                3,
                Instant.parse("2026-11-02T10:00:00Z"),
                "4-abcdefgh",
                new Pending.Considering(Verdict.API, 0, Instant.parse("2026-11-09T08:00:00Z")),
                Instant.parse("2026-11-15T09:10:00Z"),
                new Prediction.Of(
                    Instant.parse("2026-11-02T10:00:00Z"),
                    Money.of("7194.13", "EUR"),
                    Estimate.of(Money.of("-12.50", "EUR")),
                    5),
                List.of(
                    new Change(
                        Instant.parse("2026-11-08T09:10:00Z"),
                        Verdict.SELF_HOST,
                        Verdict.HYBRID,
                        4,
                        3,
                        "Cheapest",
                        Message.quoted("")))));
  }

  @Test
  void aShortStatusThatLeavesOutTheReplicasThenMeansThoseOfNow() {
    assertThat(
            decision(
                """
                {"advice": {"verdict": "Hybrid", "replicasAdvised": 3, "replicasNow": 5,
                            "since": "2026-11-02T10:00:00Z"},
                 "cost": {"currency": "EUR"},
                 "proof": {"score": {"predictedAt": "2026-11-02T10:00:00Z",
                                     "monthlyCostPredicted": "7194.13"}}}
                """))
        .isInstanceOfSatisfying(
            Made.class,
            made ->
                assertThat(made.prediction())
                    .isInstanceOfSatisfying(
                        Prediction.Of.class,
                        prediction -> assertThat(prediction.replicasThen()).isEqualTo(5)));
  }

  @Test
  void aPolicyWithoutAStatusWasNeverAdvised() {
    assertThat(PreviousDecisionReader.of(null)).isEqualTo(new PreviousDecision.None());
    assertThat(decision("{}")).isEqualTo(new PreviousDecision.None());
  }

  @Test
  void aVerdictOrATimeThatSomebodyElseWroteIsNoDecision() {
    assertThat(
            decision(
                """
                {"advice": {"verdict": "Buy", "replicasAdvised": 3, "since": "2026-11-02T10:00:00Z"}}
                """))
        .isEqualTo(new PreviousDecision.None());
    assertThat(
            decision(
                """
                {"advice": {"verdict": "API", "replicasAdvised": 0, "since": "yesterday"}}
                """))
        .isEqualTo(new PreviousDecision.None());
  }

  @Test
  void whatIsPendingWithoutATimeIsForgottenAndTheDecisionStands() {
    PreviousDecision decision =
        decision(
            """
            {"advice": {"verdict": "API", "replicasAdvised": 0, "since": "2026-11-02T10:00:00Z",
                        "pending": {"verdict": "Hybrid", "replicas": 2, "since": "soon"}}}
            """);

    assertThat(decision)
        .isEqualTo(
            new Made(
                Verdict.API,
                0,
                Instant.parse("2026-11-02T10:00:00Z"),
                "",
                new Pending.Nothing(),
                new Prediction.None(),
                List.of()));
  }

  private static PreviousDecision decision(String status) {
    try {
      return PreviousDecisionReader.of(
          new ObjectMapper().readValue(status, CostPolicyStatus.class));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
