package dev.breakeven.operator.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.api.CostPolicyStatus;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AdviceChangeTest {

  @Test
  void aFirstAnswerChangesNobodysMind() throws JsonProcessingException {
    assertThat(
            AdviceChange.of(
                status(
                    """
                    {"advice": {"verdict": "SelfHost", "since": "2026-11-01T00:00:00Z",
                     "replicasSince": "2026-11-01T00:00:00Z", "replicasAdvised": 2}}
                    """)))
        .isEmpty();
  }

  @Test
  void anotherVerdictIsToldWithTheOneBefore() throws JsonProcessingException {
    AdviceChange change =
        AdviceChange.of(
                status(
                    """
                    {"advice": {"verdict": "API", "since": "2026-11-02T00:00:00Z",
                     "replicasSince": "2026-11-02T00:00:00Z", "summary": "API: use it"},
                     "changes": ["2026-11-02T00:00:00Z SelfHost 2 to API 0: Cheapest"]}
                    """))
            .orElseThrow();

    assertThat(change.reason()).isEqualTo("VerdictChanged");
    assertThat(change.at()).isEqualTo(Instant.parse("2026-11-02T00:00:00Z"));
    assertThat(change.message()).isEqualTo("SelfHost to API: use it");
  }

  @Test
  void otherReplicasOfTheFirstVerdictAreAChangeOfAdvice() throws JsonProcessingException {
    AdviceChange change =
        AdviceChange.of(
                status(
                    """
                    {"advice": {"verdict": "SelfHost", "since": "2026-11-01T00:00:00Z",
                     "replicasSince": "2026-11-02T00:00:00Z", "replicasAdvised": 3,
                     "summary": "scale up to 3"},
                     "changes": ["2026-11-02T00:00:00Z SelfHost 2 to SelfHost 3: Cheapest"]}
                    """))
            .orElseThrow();

    assertThat(change.reason()).isEqualTo("AdviceChanged");
    assertThat(change.message()).isEqualTo("scale up to 3");
  }

  private static CostPolicyStatus status(String json) throws JsonProcessingException {
    return new ObjectMapper().readValue(json, CostPolicyStatus.class);
  }
}
