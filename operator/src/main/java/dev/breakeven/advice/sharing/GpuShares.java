package dev.breakeven.advice.sharing;

import dev.breakeven.price.Commitment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides committed GPUs among the policies that use the product. They go, in whole replicas, where
 * a GPU saves most a month; at the same saving, compared in whole units of money, to the name that
 * comes first. What saves nobody anything goes to what ran or would run at the highest load, then
 * to each in turn as far as it may hold replicas. GPUs that make no whole replica for anybody are
 * paid by all in proportion to what each has.
 *
 * <p>Who saves most gets those that last longest. The same claims are divided in the same way
 * whoever asks.
 */
public final class GpuShares {

  private static final double ROUNDING = 1e-9;

  /** In the order in which they are served: who saves most first, then by name. */
  private final List<Holder> holders;

  private double left;

  /** A policy and what it has so far. */
  private static final class Holder {
    final String name;
    final GpuClaim claim;
    final List<Tranche> tranches;
    int replicas;

    Holder(String name, GpuClaim claim) {
      this.name = name;
      this.claim = claim;
      this.tranches = tranches(claim);
    }

    String name() {
      return name;
    }

    long bestPerGpu() {
      return tranches.isEmpty() ? 0 : tranches.get(0).perGpu();
    }

    double gpus() {
      return replicas * claim.gpusPerReplica();
    }
  }

  /**
   * Replicas of a policy that save the same each on average.
   *
   * @param perGpu money a month that one of their GPUs saves, in whole units
   */
  private record Tranche(int from, int to, long perGpu) {}

  private record Bid(Holder holder, Tranche tranche) {}

  private GpuShares(Map<String, GpuClaim> claims, double gpus) {
    left = gpus;
    holders =
        claims.entrySet().stream()
            .map(e -> new Holder(e.getKey(), e.getValue()))
            .sorted(
                Comparator.comparingLong((Holder h) -> -h.bestPerGpu()).thenComparing(Holder::name))
            .toList();
  }

  /**
   * Each policy's part.
   *
   * @param committed what there is, longest first
   * @param claims of policies by a name that is theirs alone
   */
  public static Map<String, List<Commitment.Shared>> of(
      List<Commitment.Shared> committed, Map<String, GpuClaim> claims) {
    GpuShares shares =
        new GpuShares(claims, committed.stream().mapToDouble(Commitment.Shared::gpus).sum());
    shares.divide();
    return shares.deal(committed);
  }

  /** Where the line of savings over replicas bends, from above: the upper hull of its points. */
  private static List<Tranche> tranches(GpuClaim claim) {
    List<Double> saved = claim.savedByReplicas();
    List<Tranche> hull = new ArrayList<>();
    int from = 0;
    while (from < saved.size() - 1) {
      int steepest = from + 1;
      for (int to = from + 2; to < saved.size(); to++) {
        if (each(saved, from, to) >= each(saved, from, steepest)) {
          steepest = to;
        }
      }
      long perGpu = Math.round(each(saved, from, steepest) / claim.gpusPerReplica());
      if (perGpu <= 0) {
        break;
      }
      hull.add(new Tranche(from, steepest, perGpu));
      from = steepest;
    }
    return hull;
  }

  private static double each(List<Double> saved, int from, int to) {
    return (saved.get(to) - saved.get(from)) / (to - from);
  }

  private void divide() {
    List<Bid> turns = new ArrayList<>();
    holders.forEach(holder -> holder.tranches.forEach(t -> turns.add(new Bid(holder, t))));
    // Tranches of one policy save ever less, so that they stay in their order.
    turns.sort(
        Comparator.comparingLong((Bid t) -> -t.tranche().perGpu())
            .thenComparing(t -> t.holder().name())
            .thenComparingInt(t -> t.tranche().from()));
    for (Bid turn : turns) {
      if (turn.holder().replicas == turn.tranche().from()) {
        take(turn.holder(), worthTaking(turn));
      }
    }
    for (Holder holder : holders) {
      take(holder, holder.claim.wanted() - holder.replicas);
    }
    boolean anyTaken = true;
    while (anyTaken) {
      anyTaken = false;
      for (Holder holder : holders) {
        anyTaken |= holder.replicas < holder.claim.most() && take(holder, 1) > 0;
      }
    }
  }

  /** As many of its replicas as there are GPUs for, if so many save anything. */
  private int worthTaking(Bid turn) {
    Tranche tranche = turn.tranche();
    List<Double> saved = turn.holder().claim.savedByReplicas();
    int taken = Math.min(tranche.to() - tranche.from(), fit(turn.holder()));
    return saved.get(tranche.from() + taken) > saved.get(tranche.from()) ? taken : 0;
  }

  private int fit(Holder holder) {
    return (int) (left / holder.claim.gpusPerReplica() + ROUNDING);
  }

  private int take(Holder holder, int most) {
    int taken = Math.max(0, Math.min(most, fit(holder)));
    holder.replicas += taken;
    left -= taken * holder.claim.gpusPerReplica();
    return taken;
  }

  /** Deals what is committed, what is left over included. */
  private Map<String, List<Commitment.Shared>> deal(List<Commitment.Shared> committed) {
    double used = holders.stream().mapToDouble(Holder::gpus).sum();
    double over = Math.max(0, left);
    Map<String, List<Commitment.Shared>> parts = new HashMap<>();
    int next = 0;
    double open = committed.isEmpty() ? 0 : committed.get(0).gpus();
    for (Holder holder : holders) {
      List<Commitment.Shared> its = new ArrayList<>();
      double due = holder.gpus() + over * (used > 0 ? holder.gpus() / used : 1.0 / holders.size());
      while (due > ROUNDING && next < committed.size()) {
        double part = Math.min(due, open);
        if (part > ROUNDING) {
          its.add(committed.get(next).part(part));
        }
        due -= part;
        open -= part;
        if (open <= ROUNDING) {
          next++;
          open = next < committed.size() ? committed.get(next).gpus() : 0;
        }
      }
      parts.put(holder.name(), its);
    }
    return parts;
  }
}
