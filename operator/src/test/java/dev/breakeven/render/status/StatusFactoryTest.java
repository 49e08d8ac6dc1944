package dev.breakeven.render.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Issue;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatusFactoryTest {

  private static final Instant FIRST = Instant.parse("2026-11-20T12:00:00Z");
  private static final Instant LATER = FIRST.plusSeconds(600);

  private static CostPolicyStatus unanswered(
      String why, @Nullable CostPolicyStatus previous, long generation, Instant now) {
    return StatusFactory.unanswered(
        List.of(
            new Issue(
                Issue.Reason.SOURCE_UNAVAILABLE,
                Message.of(
                    Cause.SOURCE_DOES_NOT_ANSWER_AT_ALL,
                    Parameter.name("default"),
                    Parameter.quote("REASON", why)))),
        previous,
        generation,
        Inspected.everything(),
        now);
  }

  private static CostPolicyStatus.Advice advice(CostPolicyStatus status) {
    return Objects.requireNonNull(status.advice());
  }

  @Test
  void whereThereWasNoAnswerEitherTheSummarySaysWhyThereIsNoneNow() {
    CostPolicyStatus refused = unanswered("no connection", null, 1, FIRST);
    CostPolicyStatus forbidden = unanswered("HTTP 401", refused, 1, LATER);

    assertThat(advice(forbidden).summary()).contains("HTTP 401").doesNotContain("no connection");
    assertThat(advice(forbidden).since()).isEqualTo("2026-11-20T12:00:00Z");
  }

  @Test
  void anotherGenerationIsWithoutAnAnswerSinceNow() {
    CostPolicyStatus before = unanswered("no connection", null, 1, FIRST);

    assertThat(advice(unanswered("no connection", before, 2, LATER)).since())
        .isEqualTo("2026-11-20T12:10:00Z");
  }
}
