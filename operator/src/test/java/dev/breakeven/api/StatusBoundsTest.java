package dev.breakeven.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusBoundsTest {

  @Test
  void aStatusThatFitsStaysAsItIs() {
    CostPolicyStatus full = FullStatus.status();

    assertThat(fit(full)).isEqualTo(full);
  }

  @Test
  void everyFieldOfTheSchemaIsBroughtWithinItsBounds() {
    CostPolicyStatus cut = fit(FullStatus.beyondEveryBound());

    List<String> outside = new ArrayList<>();
    outside(FullStatus.schema(), new ObjectMapper().valueToTree(cut), "status", outside);
    assertThat(outside).isEmpty();
    assertThat(cut.conditions()).hasSize(32);
  }

  @Test
  void theTestItselfSeesWhatIsOutside() {
    List<String> outside = new ArrayList<>();
    outside(
        FullStatus.schema(),
        new ObjectMapper().valueToTree(FullStatus.beyondEveryBound()),
        "status",
        outside);

    assertThat(outside)
        .contains("status.changes", "status.advice.summary", "status.observedGeneration")
        .contains("status.advice.verdict", "status.advice.replicasNow");
  }

  @Test
  void aTextIsCutBetweenCharactersAndAFigureIsLeftOutRatherThanShownWrong() {
    CostPolicyStatus.ApiBill bill =
        new CostPolicyStatus.ApiBill(
            "1.00", "1".repeat(33), "\uD83D\uDCB8".repeat(32), "x".repeat(33));
    CostPolicyStatus.Cost cost =
        new CostPolicyStatus.Cost(
            null, bill, List.of(), List.of(), null, null, null, null, List.of(), null, null, null,
            null, null, null, null, null);
    CostPolicyStatus status =
        new CostPolicyStatus(
            null, List.of(), null, List.of(), cost, null, List.of(), null, 1L, null, null,
            List.of());

    assertThat(fit(status).cost())
        .extracting(CostPolicyStatus.Cost::apiPerMonth)
        .isEqualTo(
            new CostPolicyStatus.ApiBill(
                "1.00", null, "\uD83D\uDCB8".repeat(32), "x".repeat(31) + "…"));
  }

  private static CostPolicyStatus fit(CostPolicyStatus status) {
    return StatusBounds.fit(new ObjectMapper().valueToTree(status));
  }

  /** Where a value is outside of what the schema allows; written apart from the code it tests. */
  private static void outside(JsonNode schema, JsonNode value, String at, List<String> found) {
    if (value.isObject()) {
      value
          .properties()
          .forEach(
              field ->
                  outside(
                      schema.path("properties").path(field.getKey()),
                      field.getValue(),
                      at + "." + field.getKey(),
                      found));
    } else if (value.isArray()) {
      if (value.size() > schema.get("maxItems").asInt()) {
        found.add(at);
      }
      value.forEach(item -> outside(schema.get("items"), item, at + "[]", found));
    } else if (value.isTextual()) {
      boolean known =
          !schema.has("enum") || schema.get("enum").toString().contains(value.toString());
      long characters = value.textValue().codePoints().count();
      if (!known || characters > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
        found.add(at);
      }
    } else if (value.isIntegralNumber()
        && (value.asLong() < schema.path("minimum").asLong(Long.MIN_VALUE)
            || value.asLong() > schema.path("maximum").asLong(Long.MAX_VALUE))) {
      found.add(at);
    }
  }
}
