package dev.breakeven.advice.alternatives;

import dev.breakeven.advice.Advice.HiddenCost;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.costing.PerMillion;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.price.Money;
import dev.breakeven.price.OverheadPart;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;

/**
 * What the compared ways cost a month, line by line.
 *
 * @param parts of what people cost, each its own line
 */
public record MonthlyBills(Candidates comparison, List<OverheadPart> parts, Currency currency) {

  private static final int DECIMALS = 2;

  public MonthlyBills {
    parts = List.copyOf(parts);
  }

  public static MonthlyBills of(AdvisorInput input, Candidates comparison) {
    return new MonthlyBills(comparison, input.selfHost().monthlyOverhead(), input.currency());
  }

  /** Every way, in the comparison's order. */
  public List<Alternative> alternatives() {
    double tokensPerSecond = comparison.tokensPerSecondPerReplica();
    return comparison.options().stream()
        .map(option -> alternative(option, tokensPerSecond))
        .toList();
  }

  private Alternative alternative(Candidate option, double tokensPerSecondPerReplica) {
    Alternative.MonthlyBill bill = bill(option.cost());
    return new Alternative(
        option.kind(),
        option.plan(),
        option.feasibility(),
        bill,
        bill.total().minus(bill.unusedReservation()),
        option.burst(comparison.terms(), tokensPerSecondPerReplica));
  }

  /**
   * Costs that a price per token leaves out: those of what runs now, else of the cheapest
   * self-hosted alternative.
   */
  public List<HiddenCost> hiddenCosts() {
    Optional<Candidate> own =
        Optional.of(comparison.present())
            .filter(Candidate::isSelfHosted)
            .or(comparison::cheapestSelfHosted);
    return own.map(this::hiddenCostsOf).orElse(List.of());
  }

  private List<HiddenCost> hiddenCostsOf(Candidate option) {
    Alternative.MonthlyBill bill = bill(option.cost());
    PlanCost cost = option.cost();
    double tokens =
        (cost.tokens() - cost.burstTokens() - cost.unservedTokens()) * comparison.load().toMonth();
    List<HiddenCost> lines = new ArrayList<>();
    lines.add(hiddenCost("headroom", bill.headroom(), tokens));
    lines.add(hiddenCost("redundancy", bill.redundancy(), tokens));
    lines.add(hiddenCost("idle", bill.idle(), tokens));
    lines.add(hiddenCost("unusedReservation", bill.unusedReservation(), tokens));
    for (Alternative.Line part : bill.overhead()) {
      lines.add(hiddenCost(part.name(), part.perMonth(), tokens));
    }
    return lines;
  }

  private HiddenCost hiddenCost(String name, Money perMonth, double tokens) {
    return new HiddenCost(
        name,
        perMonth,
        PerMillion.of(
            perMonth.value(),
            tokens,
            currency(),
            new Issue(Reason.NO_TRAFFIC, Message.of(Cause.NO_TOKENS_SERVED_TO_SPREAD_OVER))));
  }

  private Alternative.MonthlyBill bill(PlanCost cost) {
    List<Alternative.Line> overhead = new ArrayList<>();
    for (OverheadPart part : parts) {
      overhead.add(
          new Alternative.Line(
              part.name(), cost.replicaHours() > 0 ? cents(part.perMonth().value()) : cents(0)));
    }
    return new Alternative.MonthlyBill(
        monthly(cost.busy()),
        monthly(cost.headroom()),
        monthly(cost.redundancy()),
        monthly(cost.idle()),
        monthly(cost.unusedReservation()),
        overhead,
        monthly(cost.apiInput()),
        monthly(cost.apiCachedInput()),
        monthly(cost.apiOutput()));
  }

  private Money monthly(double overTheWindow) {
    return cents(overTheWindow * comparison.load().toMonth());
  }

  private Money cents(double amount) {
    return Money.rounded(amount, DECIMALS, currency);
  }
}
