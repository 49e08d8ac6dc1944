package dev.breakeven.cli.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.breakeven.api.CostPolicyStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What two answers to one policy are compared by; null is not known.
 *
 * @param monthlyTotals bills of a month by alternative, those that are known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AnswerFigures(
    @Nullable String verdict,
    @Nullable String action,
    @Nullable Integer replicasAdvised,
    @Nullable String monthlySaving,
    Map<String, String> monthlyTotals,
    @Nullable String summary) {

  public static AnswerFigures of(EvaluatedPolicy evaluated) {
    Map<String, String> totals = new LinkedHashMap<>();
    for (CostPolicyStatus.Alternative alternative : evaluated.status().alternatives()) {
      if (alternative.kind() != null && alternative.monthlyTotal() != null) {
        totals.put(alternative.kind(), alternative.monthlyTotal());
      }
    }
    CostPolicyStatus.@Nullable Advice advice = evaluated.status().advice();
    return advice == null
        ? new AnswerFigures(null, null, null, null, totals, null)
        : new AnswerFigures(
            advice.verdict(),
            advice.action(),
            advice.replicasAdvised(),
            advice.monthlySaving(),
            totals,
            advice.summary());
  }
}
