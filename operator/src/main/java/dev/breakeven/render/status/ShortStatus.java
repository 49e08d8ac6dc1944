package dev.breakeven.render.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.StatusBounds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of an answer that is written to the API server: what a person acts on, what the next
 * decision is made from, and nothing that another field says already. The rest is in the report, in
 * the metrics and in what {@code advise} prints.
 */
public final class ShortStatus {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int OTHERS = 2;

  /** What is left out, by the object that it is in. */
  private static final Map<String, List<String>> LEFT_OUT =
      Map.ofEntries(
          Map.entry("/advice", List.of("actionReason", "marginal", "scaling")),
          Map.entry(
              "/breakeven",
              List.of(
                  "capacityTokensPerSecond",
                  "reachableForShapePercent",
                  "reachableMaxPercent",
                  "servedTokensPerSecond")),
          Map.entry(
              "/cost", List.of("gpuHour", "hidden", "hourFrom", "hourlyCost", "tokensInHour")),
          Map.entry("/breakeven/firstFrom", List.of("tokensPerMonth")),
          Map.entry("/breakeven/alwaysFrom", List.of("tokensPerMonth")),
          Map.entry("/cost/apiPerMonth", List.of("total")),
          Map.entry(
              "/cost/offer",
              List.of(
                  "cachedInputPerMillion",
                  "comparability",
                  "inputPerMillion",
                  "outputPerMillion",
                  "provider",
                  "source")),
          Map.entry(
              "/observed",
              List.of(
                  "from",
                  "inputTokensPerRequest",
                  "outputTokensPerRequest",
                  "peakReplicasOfLoad",
                  "requestsPerSecond",
                  "requestsWaiting")),
          Map.entry(
              "/observed/capacity",
              List.of(
                  "cachedInputTokensPerSecond",
                  "contextTokensPerSecond",
                  "greatestErrorPercent",
                  "meanErrorPercent",
                  "points")),
          Map.entry("/proof", List.of("message")),
          Map.entry("/proof/score", List.of("from", "message", "to")),
          Map.entry(
              "/scenario",
              List.of("dayToDayVariation", "message", "peakToMean", "steadinessPercent")));

  /** What an alternative that is neither advised nor running is told by. */
  private static final Set<String> OF_ANOTHER =
      Set.of("alternative", "feasible", "monthlyTotal", "reason");

  private ShortStatus() {}

  /** The short form of a status, within the bounds of the CRD. */
  public static CostPolicyStatus of(CostPolicyStatus whole) {
    ObjectNode tree = JSON.valueToTree(whole);
    LEFT_OUT.forEach(
        (place, fields) -> {
          if (tree.at(place) instanceof ObjectNode object) {
            object.remove(fields);
          }
        });
    alternatives(tree);
    conditions(tree);
    withoutWhatIsSaidElsewhere(tree);
    if (tree.at("/breakeven/reachable").asBoolean()) {
      ((ObjectNode) tree.get("breakeven")).remove("reachable");
    }
    tree.path("workloads")
        .forEach(
            workload ->
                ((ObjectNode) workload).remove(List.of("apiVersion", "nodes", "replicasReady")));
    constraints(tree);
    withoutZeroes(tree.at("/cost/apiPerMonth"));
    withoutSame(tree, "/breakeven", "alwaysFrom", "firstFrom");
    withoutSame(tree, "/cost/ownTokens/asItRan", "cachedInputPerMillion", "inputPerMillion");
    withoutSame(
        tree, "/cost/ownTokens/atTargetUtilization", "cachedInputPerMillion", "inputPerMillion");
    tree.properties().removeIf(part -> isEmptied(part.getValue()));
    return StatusBounds.fit(tree);
  }

  /** Whether nothing of a part is left. */
  private static boolean isEmptied(JsonNode part) {
    return part instanceof ObjectNode object
        && object.properties().stream().allMatch(field -> field.getValue().isNull());
  }

  /** The summary repeats why there is no verdict; CapacityKnown, why there is no capacity. */
  private static void withoutWhatIsSaidElsewhere(ObjectNode tree) {
    if (tree.at("/advice") instanceof ObjectNode advice) {
      if (advice.path("summary").asText().contains(advice.path("message").asText())) {
        advice.remove("message");
      }
      if (advice.path("alternative").asText().equals(Kind.API_ONLY.label())) {
        // All of it goes to the API, and its bill stands line by line.
        advice.remove(List.of("burstAboveTokensPerSecond", "burstSharePercent"));
        if (tree.at("/cost") instanceof ObjectNode cost) {
          cost.remove("apiPerMonth");
        }
      }
      if (tree.at("/breakeven") instanceof ObjectNode breakeven
          && breakeven.path("atReplicas").equals(advice.path("replicasNow"))) {
        breakeven.remove("atReplicas");
      }
      if (tree.at("/proof/score") instanceof ObjectNode score
          && score.path("replicasThen").equals(advice.path("replicasNow"))) {
        score.remove("replicasThen");
      }
    }
    if (tree.at("/observed/capacity") instanceof ObjectNode capacity) {
      for (JsonNode condition : tree.path("conditions")) {
        if (condition.path("message").asText().contains(capacity.path("message").asText())) {
          capacity.remove("message");
        }
      }
    }
  }

  /**
   * The bills of what is advised and of what runs, the API's total, and of the other alternatives
   * that can win the cheapest {@value #OTHERS}; they come cheapest first.
   */
  private static void alternatives(ObjectNode tree) {
    ArrayNode all = tree.withArray("alternatives");
    Set<String> totals = new HashSet<>();
    String advised = tree.at("/advice/alternative").asText("");
    int others = 0;
    boolean anyServesAll = false;
    for (JsonNode alternative : all) {
      anyServesAll |= isFeasible(alternative);
    }
    for (Iterator<JsonNode> each = all.iterator(); each.hasNext(); ) {
      ObjectNode alternative = (ObjectNode) each.next();
      String kind = kindOf(alternative);
      boolean isAdvised = kind.equals(advised);
      boolean runs = kind.equals(Kind.TODAYS_REPLICAS.label());
      boolean isAskedFor = isAdvised || runs || kind.equals(Kind.API_ONLY.label());
      boolean canWin =
          isFeasible(alternative) ? !kind.equals(Kind.SCHEDULED_BURST.label()) : !anyServesAll;
      // Of several that come to the same, one is told.
      String total = alternative.path("monthlyTotal").asText("");
      boolean isNew = total.isEmpty() || totals.add(total);
      if (!isAskedFor && !(canWin && isNew && others++ < OTHERS)) {
        each.remove();
        continue;
      }
      if (isAdvised || runs) {
        withoutZeroes(alternative.path("perMonth"));
        alternative.remove(
            List.of(
                "burstAboveTokensPerSecond",
                "burstSharePercent",
                "monthlyTotalWithoutReservation"));
        if (runs || kind.equals(Kind.API_ONLY.label())) {
          alternative.remove("replicas"); // advice.replicasNow, and none
        }
      } else {
        alternative.retain(OF_ANOTHER);
      }
      if (isFeasible(alternative)) {
        alternative.remove("feasible");
      }
    }
  }

  private static String kindOf(JsonNode alternative) {
    return alternative.path("alternative").asText();
  }

  /** An alternative states its feasibility only if it is infeasible. */
  private static boolean isFeasible(JsonNode alternative) {
    return alternative.path("feasible").asBoolean(true);
  }

  private static void withoutZeroes(JsonNode bill) {
    if (bill instanceof ObjectNode lines) {
      lines.properties().removeIf(line -> "0.00".equals(line.getValue().asText()));
    }
  }

  /** What each costs, where it costs anything; a figure needs no sentence. */
  private static void constraints(ObjectNode tree) {
    for (Iterator<JsonNode> each = tree.at("/cost/constraints").iterator(); each.hasNext(); ) {
      ObjectNode constraint = (ObjectNode) each.next();
      if (constraint.path("perMonth").asText().equals("0.00")) {
        each.remove();
      } else if (constraint.hasNonNull("perMonth")) {
        constraint.remove("message");
      }
    }
  }

  private static void withoutSame(ObjectNode tree, String place, String field, String as) {
    if (tree.at(place) instanceof ObjectNode object
        && object.has(field)
        && object.get(field).equals(object.get(as))) {
      object.remove(field);
    }
  }

  /**
   * What holds is left out, but for what every policy is asked about; what was assumed stands where
   * the verdict does.
   */
  private static void conditions(ObjectNode tree) {
    List<String> assumed = new ArrayList<>();
    ObjectNode conclusive = null;
    for (Iterator<JsonNode> each = tree.withArray("conditions").iterator(); each.hasNext(); ) {
      ObjectNode condition = (ObjectNode) each.next();
      condition.remove("observedGeneration");
      String type = condition.path("type").asText();
      if (type.equals(PolicyCondition.CONCLUSIVE)) {
        conclusive = condition;
      } else if (PolicyCondition.saysNothing(type, condition.path("reason").asText())) {
        each.remove();
      } else if (!condition.path("status").asText().equals("False")
          && PolicyCondition.isOfIssues(type)) {
        assumed.add(condition.path("message").asText());
        each.remove();
      }
    }
    if (conclusive != null && !assumed.isEmpty()) {
      conclusive.put(
          "message", conclusive.path("message").asText() + "; " + String.join("; ", assumed));
    }
  }
}
