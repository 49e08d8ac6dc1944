package dev.breakeven.render.status;

import static dev.breakeven.render.status.StatusFormat.burstAbove;
import static dev.breakeven.render.status.StatusFormat.burstShare;
import static dev.breakeven.render.status.StatusFormat.money;
import static dev.breakeven.render.status.StatusFormat.rate;
import static dev.breakeven.render.status.StatusFormat.ratio;
import static dev.breakeven.render.status.StatusFormat.sentence;

import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.Feasibility;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.terms.ResolvedTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The ways that were compared, as a status shows them. */
final class AlternativesMapper {

  private static final int HOURS_OF_A_DAY = 24;

  private AlternativesMapper() {}

  /**
   * One way.
   *
   * @param isDivided whether it is known how busy GPUs are, for which the capacity has to be
   */
  static CostPolicyStatus.Alternative alternative(
      Alternative alternative, boolean isDivided, ResolvedTerms terms) {
    Feasibility.Infeasible infeasible =
        alternative.feasibility() instanceof Feasibility.Infeasible i ? i : null;
    return new CostPolicyStatus.Alternative(
        burstAbove(alternative.burst()),
        burstShare(alternative.burst()),
        alternative.isFeasible(),
        alternative.kind().label(),
        infeasible == null ? null : sentence(infeasible.message()),
        money(alternative.bill().total()),
        terms.selfHost().commitments().isEmpty() ? null : money(alternative.withoutSunk()),
        bill(alternative.bill(), isDivided),
        infeasible == null ? null : infeasible.reason().label(),
        replicas(alternative.replicas()),
        schedule(alternative.replicas()),
        infeasible == null ? null : rate(infeasible.unservedTokensPerMonth()));
  }

  private static String replicas(ReplicaPlan plan) {
    if (plan instanceof ReplicaPlan.Fixed fixed) {
      return Integer.toString(fixed.replicas());
    }
    if (plan instanceof ReplicaPlan.ByHourOfWeek hours) {
      int least = hours.replicas().stream().mapToInt(Integer::intValue).min().orElse(0);
      int most = hours.replicas().stream().mapToInt(Integer::intValue).max().orElse(0);
      return range(least, most, "");
    }
    ReplicaPlan.Following following = (ReplicaPlan.Following) plan;
    return range(following.least(), following.most(), ", mean " + ratio(following.mean()));
  }

  /** A plan that never changes its number shows the number alone. */
  private static String range(int least, int most, String mean) {
    return least == most ? Integer.toString(least) : least + " to " + most + mean;
  }

  private static List<String> schedule(ReplicaPlan plan) {
    if (!(plan instanceof ReplicaPlan.ByHourOfWeek hours)) {
      return List.of();
    }
    List<String> days = new ArrayList<>();
    for (int from = 0; from < hours.replicas().size(); from += HOURS_OF_A_DAY) {
      int to = Math.min(from + HOURS_OF_A_DAY, hours.replicas().size());
      days.add(
          hours.replicas().subList(from, to).stream()
              .map(Object::toString)
              .collect(Collectors.joining(" ")));
    }
    return days;
  }

  private static CostPolicyStatus.Bill bill(Alternative.MonthlyBill bill, boolean isDivided) {
    return new CostPolicyStatus.Bill(
        money(bill.apiCachedInput()),
        money(bill.apiInput()),
        money(bill.apiOutput()),
        isDivided ? money(bill.busy()) : null,
        part(bill, "engineering"),
        isDivided ? null : money(bill.gpus()),
        isDivided ? money(bill.headroom()) : null,
        isDivided ? money(bill.idle()) : null,
        part(bill, "modelUpdates"),
        part(bill, "onCall"),
        part(bill, "other"),
        isDivided ? money(bill.redundancy()) : null,
        isDivided ? money(bill.unusedReservation()) : null);
  }

  private static @Nullable String part(Alternative.MonthlyBill bill, String name) {
    return bill.overhead().stream()
        .filter(line -> line.name().equals(name))
        .map(line -> money(line.perMonth()))
        .findFirst()
        .orElse(null);
  }
}
