package dev.breakeven.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.CostPolicyStatus.Condition;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatusChangeTest {

  private static final Duration LONG_AGO = Duration.ofHours(1);
  private static final Duration JUST_NOW = Duration.ofMinutes(9);

  @Test
  void theFirstStatusIsWritten() {
    assertThat(StatusChange.between(null, status("SelfHost", "100.00", "fine")))
        .isEqualTo(StatusChange.WORDS);
  }

  @Test
  void theSameStatusIsNotWrittenHoweverOldTheLastOneIs() {
    StatusChange change =
        StatusChange.between(
            status("SelfHost", "100.00", "fine"), status("SelfHost", "100.00", "fine"));

    assertThat(change.isWorthWriting(LONG_AGO)).isFalse();
  }

  @Test
  void aChangedVerdictIsWrittenAtOnce() {
    StatusChange change =
        StatusChange.between(status("SelfHost", "100.00", "fine"), status("API", "100.00", "fine"));

    assertThat(change.isWorthWriting(Duration.ZERO)).isTrue();
  }

  @Test
  void aFigureThatMovesByFivePercentWaitsForTenMinutes() {
    StatusChange change =
        StatusChange.between(
            status("SelfHost", "100.00", "fine"), status("SelfHost", "105.27", "fine"));

    assertThat(change).isEqualTo(StatusChange.FIGURES);
    assertThat(change.isWorthWriting(JUST_NOW)).isFalse();
    assertThat(change.isWorthWriting(Duration.ofMinutes(10))).isTrue();
  }

  @Test
  void aFigureThatMovesByLessIsNotWritten() {
    assertThat(
            StatusChange.between(
                status("SelfHost", "100.00", "fine"), status("SelfHost", "104.99", "fine")))
        .isEqualTo(StatusChange.NOTHING);
  }

  @Test
  void theWordsOfAConditionCountButTheNumbersInThemAreFigures() {
    CostPolicyStatus before = status("SelfHost", "100.00", "96 of 100 steps are known");

    assertThat(
            StatusChange.between(before, status("SelfHost", "100.00", "97 of 100 steps are known")))
        .isEqualTo(StatusChange.NOTHING);
    assertThat(
            StatusChange.between(before, status("SelfHost", "100.00", "50 of 100 steps are known")))
        .isEqualTo(StatusChange.FIGURES);
    assertThat(StatusChange.between(before, status("SelfHost", "100.00", "no step is known")))
        .isEqualTo(StatusChange.WORDS);
  }

  @Test
  void thePassingOfTimeAloneIsNotWritten() {
    assertThat(
            StatusChange.between(
                status("SelfHost", "100.00", "since 2026-11-01T10:00:00Z"),
                status("SelfHost", "100.00", "since 2026-11-01T11:10:00Z")))
        .isEqualTo(StatusChange.NOTHING);
  }

  @Test
  void aFigureThatAppearsOrGoesIsWrittenAtOnce() {
    assertThat(
            StatusChange.between(
                status("SelfHost", null, "fine"), status("SelfHost", "100.00", "fine")))
        .isEqualTo(StatusChange.WORDS);
    assertThat(
            StatusChange.between(
                status("SelfHost", "100.00", "fine"), status("SelfHost", null, "fine")))
        .isEqualTo(StatusChange.WORDS);
  }

  @Test
  void aVariationFromDayToDayCountsByTwentieths() throws JsonProcessingException {
    CostPolicyStatus before = varying("0.06");

    assertThat(StatusChange.between(before, varying("0.05"))).isEqualTo(StatusChange.NOTHING);
    assertThat(StatusChange.between(before, varying("0.11"))).isEqualTo(StatusChange.FIGURES);
  }

  private static CostPolicyStatus varying(String variation) throws JsonProcessingException {
    return new ObjectMapper()
        .readValue(
            "{\"scenario\": {\"dayToDayVariation\": \"%s\"}}".formatted(variation),
            CostPolicyStatus.class);
  }

  private static CostPolicyStatus status(
      String verdict, @Nullable String effectivePerMillion, String message) {
    return new CostPolicyStatus(
        new CostPolicyStatus.Advice(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null,
            null, null, null, null, null, null, verdict),
        List.of(),
        null,
        List.of(
            new Condition("2026-11-01T00:00:00Z", message, 1L, "Known", "True", "TrafficKnown")),
        new CostPolicyStatus.Cost(
            null,
            null,
            List.of(),
            "USD",
            effectivePerMillion,
            null,
            null,
            List.of(),
            null,
            null,
            null,
            null,
            null),
        List.of(),
        null,
        1L,
        null,
        null,
        List.of());
  }
}
