package dev.breakeven.render.text;

import dev.breakeven.advice.Issue;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.CostPolicyStatus.Alternative;
import dev.breakeven.api.CostPolicyStatus.Bill;
import dev.breakeven.api.CostPolicyStatus.Condition;
import dev.breakeven.render.words.Phrases;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A status as a person reads it in a terminal: the answer first, then the figures behind it. */
public final class StatusText {

  private static final String UNKNOWN = "-";

  private final CostPolicyStatus status;
  private final String currency;
  private final StringBuilder text = new StringBuilder();

  private StatusText(CostPolicyStatus status) {
    this.status = status;
    CostPolicyStatus.Cost cost = status.cost();
    this.currency = cost == null || cost.currency() == null ? "" : cost.currency();
  }

  /** The whole status. */
  public static String of(CostPolicyStatus status) {
    StatusText text = new StatusText(status);
    text.answer();
    text.figures();
    text.alternatives();
    text.proof();
    text.hiddenCosts();
    text.conditions();
    return text.text.toString();
  }

  private void answer() {
    CostPolicyStatus.Advice advice = status.advice();
    if (advice == null) {
      return;
    }
    line(shown(advice.summary()));
    line("");
    TextTable facts = TextTable.plain();
    facts.row("verdict", shown(advice.verdict()), "", shown(advice.message()));
    facts.row("action", shown(advice.action()), "", shown(advice.actionMessage()));
    facts.row("confidence", shown(advice.confidence()));
    if (advice.monthlySaving() != null) {
      facts.row(
          "saving",
          grouped(advice.monthlySaving()) + " " + currency,
          "",
          Objects.equals(advice.monthlySavingLow(), advice.monthlySavingHigh())
              ? "a month"
              : "a month, likely between "
                  + between(advice.monthlySavingLow(), advice.monthlySavingHigh()));
    }
    if (advice.monthlySaving() == null && advice.monthlySavingLow() != null) {
      facts.row(
          "saving",
          UNKNOWN,
          "",
          "between "
              + between(advice.monthlySavingLow(), advice.monthlySavingHigh())
              + " "
              + currency
              + " a month, from less than three days of traffic");
    }
    if (advice.savingAfterCommitments() != null
        && !advice.savingAfterCommitments().equals(advice.monthlySaving())) {
      facts.row(
          "then",
          grouped(advice.savingAfterCommitments()) + " " + currency,
          "",
          "a month at most, once commitments end on " + shown(advice.commitmentsUntil()));
    }
    CostPolicyStatus.Pending pending = advice.pending();
    if (pending != null) {
      facts.row(
          "pending",
          shown(pending.verdict()),
          "",
          "with " + counted(pending.replicas(), "replica") + ", since " + shown(pending.since()));
    }
    text.append(facts);
  }

  private void figures() {
    TextTable facts = TextTable.plain();
    CostPolicyStatus.Observed seen = status.observed();
    CostPolicyStatus.Breakeven breakeven = status.breakeven();
    CostPolicyStatus.Cost cost = status.cost();
    if (seen != null) {
      facts.row("utilisation", percent(seen.utilizationPercent()), "", "of the GPUs held");
    }
    if (breakeven != null) {
      facts.row(
          "breakeven",
          percent(breakeven.utilizationPercent()),
          "",
          breakeven.message() == null
              ? "of "
                  + counted(breakeven.atReplicas(), "replica")
                  + "; this traffic can use "
                  + percent(breakeven.reachableForShapePercent())
              : breakeven.message());
    }
    if (breakeven != null && breakeven.firstFrom() != null) {
      CostPolicyStatus.Volume first = breakeven.firstFrom();
      facts.row(
          "pays from",
          first.multipleOfNow() == null ? UNKNOWN : first.multipleOfNow() + " x",
          "",
          first.multipleOfNow() == null ? shown(first.message()) : "this volume of the same shape");
    }
    if (cost != null) {
      facts.row(
          "ours",
          shown(cost.effectivePerMillion()),
          "",
          currency + " per 1M tokens in the last hour, everything included");
      facts.row("the API's", shown(cost.apiPerMillion()), "", currency + " for the same tokens");
    }
    if (cost != null && cost.windowPerMillion() != null) {
      facts.row(
          "ours",
          shown(cost.windowPerMillion()),
          "",
          currency
              + " per 1M tokens over the window; the API's: "
              + shown(cost.windowApiPerMillion()));
    }
    if (cost != null && cost.ownTokens() != null) {
      ownTokens(facts, cost.ownTokens().asItRan(), "as it ran");
      ownTokens(facts, cost.ownTokens().atTargetUtilization(), "at target utilisation");
    }
    if (seen != null) {
      facts.row("traffic", grouped(seen.tokensPerMonth()), "", "tokens a month at this rate");
      facts.row("known", percent(seen.coveragePercent()), "", "of the window");
    }
    text.append(facts);
    if (status.workloads().size() > 1) {
      status.workloads().forEach(this::workload);
    }
    if (cost != null) {
      cost.commitments().forEach(its -> line("committed: " + its));
    }
    line("");
  }

  private void workload(CostPolicyStatus.WorkloadStatus its) {
    line(
        "workload: "
            + shown(its.kind())
            + " "
            + shown(its.name())
            + (its.message() == null
                ? ": "
                    + counted(its.replicasNow(), "replica")
                    + " now, "
                    + shown(its.replicasAdvised())
                    + " advised"
                : ": " + its.message()));
  }

  private void ownTokens(
      TextTable facts, CostPolicyStatus.@Nullable TokenPrice price, String basis) {
    if (price != null) {
      facts.row(
          "our tokens",
          shown(price.inputPerMillion()),
          "",
          currency
              + " per 1M input, "
              + shown(price.cachedInputPerMillion())
              + " cached input, "
              + shown(price.outputPerMillion())
              + " output: "
              + basis);
    }
  }

  private void alternatives() {
    if (status.alternatives().isEmpty()) {
      return;
    }
    TextTable table =
        TextTable.withHeader(
            "alternative",
            "replicas",
            "busy",
            "idle etc.",
            "people",
            "API",
            currency + "/month",
            "");
    for (Alternative alternative : status.alternatives()) {
      List<String> parts = parts(alternative.perMonth());
      table.row(
          shown(alternative.kind()),
          shown(alternative.replicas()),
          parts.get(0),
          parts.get(1),
          parts.get(2),
          parts.get(3),
          grouped(alternative.monthlyTotal()),
          Boolean.FALSE.equals(alternative.feasible())
              ? "infeasible: " + shown(alternative.message())
              : "");
    }
    text.append(table);
    line("");
  }

  /** What the advice would have cost on this very past, and how the last prediction did. */
  private void proof() {
    CostPolicyStatus.Proof proof = status.proof();
    if (proof == null) {
      return;
    }
    if (proof.followedCost() == null) {
      if (proof.message() != null) {
        line("proof: " + proof.message());
        line("");
      }
      return;
    }
    TextTable table =
        TextTable.withHeader("over the last " + counted(proof.days(), "day"), currency);
    table.row("following the advice", grouped(proof.followedCost()));
    table.row("what ran", grouped(proof.ranCost()));
    table.row("best fixed number in hindsight", grouped(proof.bestPossibleCost()));
    table.row("always the API", grouped(proof.alwaysApiCost()));
    text.append(table);
    CostPolicyStatus.Score score = proof.score();
    if (score != null && score.monthlyCostHappened() != null) {
      line(
          "predicted "
              + shown(score.predictedAt())
              + ": "
              + grouped(score.monthlyCostPredicted())
              + " a month; since then "
              + grouped(score.monthlyCostHappened())
              + (score.monthlySavingHappened() == null || score.monthlySavingPredicted() == null
                  ? ""
                  : "; saving predicted "
                      + grouped(score.monthlySavingPredicted())
                      + ", had "
                      + grouped(score.monthlySavingHappened())));
    }
    line("");
  }

  private void hiddenCosts() {
    CostPolicyStatus.Cost cost = status.cost();
    if (cost == null || cost.hidden().isEmpty()) {
      return;
    }
    TextTable table = TextTable.withHeader("hidden cost", currency + "/month", "per 1M tokens");
    cost.hidden()
        .forEach(h -> table.row(shown(h.name()), grouped(h.perMonth()), shown(h.perMillion())));
    text.append(table);
    line("");
  }

  /** What does not hold, and then what was assumed. */
  private void conditions() {
    List<String> assumed = new ArrayList<>();
    for (Condition condition : status.conditions()) {
      // Whoever hands over a file knows that no cluster was looked at.
      if (!isGood(condition) && !condition.reason().equals("NotObserved")) {
        line("! " + condition.type() + ": " + condition.reason() + ": " + condition.message());
      } else if (isGood(condition) && isIssue(condition.reason())) {
        assumed.add("- " + condition.message());
      }
    }
    assumed.forEach(this::line);
  }

  private static boolean isIssue(String reason) {
    return Stream.of(Issue.Reason.values()).anyMatch(issue -> issue.label().equals(reason));
  }

  /** By kstatus' rules, Stalled is good where it is False. */
  private static boolean isGood(Condition condition) {
    return condition.status().equals(condition.type().equals("Stalled") ? "False" : "True");
  }

  private void line(String words) {
    text.append(words).append('\n');
  }

  private static String shown(@Nullable Object value) {
    return value == null ? UNKNOWN : value.toString();
  }

  /** {@code 1 day}, {@code 7 days}. */
  private static String counted(@Nullable Object count, String what) {
    return shown(count) + " " + what + (count != null && count.toString().equals("1") ? "" : "s");
  }

  private static String percent(@Nullable String value) {
    return value == null ? UNKNOWN : value + " %";
  }

  /** Busy GPUs, other GPUs, people and the API, which add up to the printed total. */
  private static List<String> parts(@Nullable Bill bill) {
    if (bill == null) {
      return List.of(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);
    }
    BigDecimal people = sum(bill.overhead());
    BigDecimal api = sum(Arrays.asList(bill.apiInput(), bill.apiCachedInput(), bill.apiOutput()));
    if (bill.busy() == null) {
      return List.of(
          UNKNOWN, UNKNOWN, grouped(people.toPlainString()), grouped(api.toPlainString()));
    }
    BigDecimal idle =
        sum(
            Arrays.asList(
                bill.headroom(), bill.redundancy(), bill.idle(), bill.unusedReservation()));
    return addingUp(List.of(new BigDecimal(bill.busy()), idle, people, api));
  }

  private static String between(@Nullable String low, @Nullable String high) {
    return low == null || high == null
        ? UNKNOWN
        : Phrases.between(new BigDecimal(low), new BigDecimal(high));
  }

  /** Whole amounts whose sum is the rounded sum: of those rounded down, the nearest to the next. */
  private static List<String> addingUp(List<BigDecimal> amounts) {
    BigDecimal total = amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    if (Phrases.hasCents(total)) {
      return amounts.stream().map(StatusText::grouped).toList();
    }
    List<BigDecimal> whole =
        new ArrayList<>(amounts.stream().map(a -> a.setScale(0, RoundingMode.FLOOR)).toList());
    int missing =
        total
            .setScale(0, RoundingMode.HALF_UP)
            .subtract(whole.stream().reduce(BigDecimal.ZERO, BigDecimal::add))
            .intValueExact();
    IntStream.range(0, amounts.size())
        .boxed()
        .sorted(Comparator.comparing(k -> whole.get(k).subtract(amounts.get(k))))
        .limit(missing)
        .forEach(k -> whole.set(k, whole.get(k).add(BigDecimal.ONE)));
    return whole.stream().map(a -> grouped(a.toPlainString())).toList();
  }

  private static BigDecimal sum(List<@Nullable String> amounts) {
    return amounts.stream()
        .filter(a -> a != null)
        .map(BigDecimal::new)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** An amount for a sentence, such as 12,345 or 12.50; a whole number has no decimals. */
  public static String grouped(@Nullable String amount) {
    return amount == null ? UNKNOWN : grouped(new BigDecimal(amount));
  }

  private static String grouped(BigDecimal amount) {
    return amount.stripTrailingZeros().scale() <= 0
        ? String.format(Locale.ROOT, "%,.0f", amount)
        : Phrases.money(amount);
  }
}
