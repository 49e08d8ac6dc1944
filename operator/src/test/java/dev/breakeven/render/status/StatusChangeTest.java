package dev.breakeven.render.status;

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
  void whatTheSentencesSayCountsByItsHashAndNoSentenceIsCompared() {
    assertThat(
            StatusChange.between(
                status("SelfHost", "100.00", "1a"), status("SelfHost", "100.00", "2b")))
        .isEqualTo(StatusChange.WORDS);
    String sentence = "{'advice': {'message': '%1$s', 'summary': '%1$s'}}";
    assertThat(change(sentence, "96 of 100 steps", "other words")).isEqualTo(StatusChange.NOTHING);
  }

  @Test
  void whatAReviewSaidStandsUntilTheNextOne() {
    assertThat(change("{'advice': {'reason': '%s'}}", "Cheapest", "ReviewNotDue"))
        .isEqualTo(StatusChange.NOTHING);
    assertThat(change("{'advice': {'reason': '%s'}}", "ReviewNotDue", "Cheapest"))
        .isEqualTo(StatusChange.WORDS);
    String next = "{'advice': {'nextReview': '%s'}}";
    assertThat(change(next, "2026-11-09T10:00:00Z", "2026-11-16T10:00:00Z"))
        .as("it is remembered in the status, so that the next one is not due at once")
        .isEqualTo(StatusChange.WORDS);
  }

  @Test
  void thePassingOfTimeAloneIsNotWritten() {
    String times = "{'observed': {'to': '%1$s'}, 'advice': {'since': '%1$s'}}";
    assertThat(change(times, "2026-11-01T10:00:00Z", "2026-11-01T11:10:00Z"))
        .isEqualTo(StatusChange.NOTHING);
    assertThat(
            change(
                "{'changes': ['2026-11-01T10:00:00Z %s 1 to Hybrid 2: Cheapest']}",
                "API", "SelfHost"))
        .isEqualTo(StatusChange.WORDS);
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
  void aVariationFromDayToDayCountsByTwentieths() {
    assertThat(change("{'scenario': {'dayToDayVariation': '%s'}}", "0.06", "0.05"))
        .isEqualTo(StatusChange.NOTHING);
    assertThat(change("{'scenario': {'dayToDayVariation': '%s'}}", "0.06", "0.11"))
        .isEqualTo(StatusChange.FIGURES);
  }

  @Test
  void aLineOfABillCountsByHundredthsOfTheLargestBill() {
    String line =
        "{'alternatives': [{'alternative': 'APIOnly', 'monthlyTotal': '5000.00'}],"
            + " 'cost': {'constraints': [{'name': 'dataMustStay', 'perMonth': '%s'}]}}";
    assertThat(change(line, "10.00", "59.99")).isEqualTo(StatusChange.NOTHING);
    assertThat(change(line, "10.00", "60.00")).isEqualTo(StatusChange.FIGURES);
    assertThat(change(line, "2000.00", "2060.00")).isEqualTo(StatusChange.NOTHING);
  }

  @Test
  void aSavingIsHeldAgainstTheLargestBill() {
    String saving =
        "{'alternatives': [{'alternative': 'APIOnly', 'monthlyTotal': '5000.00'}],"
            + " 'advice': {'monthlySaving': '%s'}}";
    assertThat(change(saving, "-100.00", "149.99")).isEqualTo(StatusChange.NOTHING);
    assertThat(change(saving, "-100.00", "150.00")).isEqualTo(StatusChange.FIGURES);
  }

  @Test
  void whatAnAlternativeConsistsOfIsNewsWhenItsTotalIs() {
    String schedule =
        "{'alternatives': [{'alternative': 'ScheduledBurst', 'monthlyTotal': '5000.00', 'replicas':"
            + " '2', 'burstAboveTokensPerSecond': '%1$s', 'schedule': ['Mon %1$s:00'], 'perMonth':"
            + " {'busy': '%1$s.00'}}]}";
    assertThat(change(schedule, "11", "12")).isEqualTo(StatusChange.NOTHING);
    assertThat(change("{'alternatives': [{'monthlyTotal': '%s'}]}", "100.00", "106.00"))
        .isEqualTo(StatusChange.FIGURES);
    assertThat(change("{'alternatives': [{'feasible': %s}]}", "true", "false"))
        .isEqualTo(StatusChange.WORDS);
  }

  @Test
  void theOrderOfAlternativesIsNotNews() {
    String first = "{'alternative': 'APIOnly', 'monthlyTotal': '100.00'}";
    String second = "{'alternative': 'Today', 'monthlyTotal': '101.00'}";
    assertThat(change("{'alternatives': [%s]}", first + ", " + second, second + ", " + first))
        .isEqualTo(StatusChange.NOTHING);
  }

  @Test
  void anotherAlternativeOrConditionOfTheSameNumberIsNews() {
    assertThat(change("{'alternatives': [{'alternative': '%s'}]}", "APIOnly", "Today"))
        .isEqualTo(StatusChange.WORDS);
    assertThat(change("{'conditions': [{'type': 'Ready', 'status': '%s'}]}", "True", "False"))
        .isEqualTo(StatusChange.WORDS);
  }

  /** Of two statuses that differ by one text. */
  private static StatusChange change(String status, String before, String after) {
    return StatusChange.between(read(status.formatted(before)), read(status.formatted(after)));
  }

  private static CostPolicyStatus read(String json) {
    try {
      return new ObjectMapper().readValue(json.replace('\'', '"'), CostPolicyStatus.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  @Test
  void anotherPriceOfAGpuIsAFigure() {
    CostPolicyStatus before = onNode("2.50", "gpu-a-x2k9b");

    assertThat(StatusChange.between(before, onNode("2.60", "gpu-a-x2k9b")))
        .isEqualTo(StatusChange.NOTHING);
    assertThat(StatusChange.between(before, onNode("2.70", "gpu-a-x2k9b")))
        .isEqualTo(StatusChange.FIGURES);
  }

  private static CostPolicyStatus onNode(String hourlyPrice, String node) {
    CostPolicyStatus status = status("SelfHost", "100.00", "fine");
    return new CostPolicyStatus(
        status.advice(),
        status.alternatives(),
        status.breakeven(),
        status.conditions(),
        status.cost(),
        status.messagesHash(),
        status.changes(),
        status.observed(),
        status.observedGeneration(),
        status.proof(),
        status.scenario(),
        List.of(
            new CostPolicyStatus.WorkloadStatus(
                "apps/v1",
                "L4",
                "2",
                hourlyPrice,
                "Deployment",
                null,
                "chat",
                List.of(new CostPolicyStatus.NodePrice(hourlyPrice, node)),
                "2026-11-25T10:00:00Z",
                1,
                1,
                1)));
  }

  private static CostPolicyStatus status(
      String verdict, @Nullable String effectivePerMillion, String says) {
    return new CostPolicyStatus(
        new CostPolicyStatus.Advice(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null,
            null, null, null, null, null, null, null, null, null, null, null, null, null, verdict),
        List.of(),
        null,
        List.of(
            new Condition("2026-11-01T00:00:00Z", "as it is", 1L, "Known", "True", "TrafficKnown")),
        new CostPolicyStatus.Cost(
            null,
            null,
            List.of(),
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
            null,
            null,
            null,
            null),
        says,
        List.of(),
        null,
        1L,
        null,
        null,
        List.of());
  }
}
