package dev.breakeven.render.html;

import dev.breakeven.advice.Advice.HiddenCost;
import dev.breakeven.price.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One hidden cost and what it is.
 *
 * @param total whether it is the sum of the others
 */
record HiddenCostLine(String name, String perMonth, String perMillion, String what, boolean total) {

  /** A line for each cost, then their sum. */
  static List<HiddenCostLine> of(List<HiddenCost> costs) {
    if (costs.isEmpty()) {
      return List.of();
    }
    List<HiddenCostLine> lines = new ArrayList<>();
    Money sum = Money.zero(costs.get(0).perMonth().currency());
    for (HiddenCost cost : costs) {
      lines.add(of(cost));
      sum = sum.plus(cost.perMonth());
    }
    lines.add(new HiddenCostLine("All of them", HtmlFormat.toTheCent(sum), "", "", true));
    return lines;
  }

  private static HiddenCostLine of(HiddenCost cost) {
    return new HiddenCostLine(
        AlternativeCosts.overheadTitle(cost.name()),
        HtmlFormat.toTheCent(cost.perMonth()),
        HtmlFormat.known(cost.perMillion(), HtmlFormat::price),
        what(cost.name()),
        false);
  }

  private static String what(String name) {
    return switch (name.toLowerCase(Locale.ROOT).replace(" ", "")) {
      case "headroom" -> "Kept free on each serving replica, as the policy asks";
      case "redundancy" -> "Spare replicas that carry no load, as the policy asks";
      case "idle" -> "GPUs that could have carried load and had none";
      case "unusedreservation" -> "Reserved GPUs that nothing ran on";
      default -> "Overhead as the policy states it, paid for the whole month";
    };
  }
}
