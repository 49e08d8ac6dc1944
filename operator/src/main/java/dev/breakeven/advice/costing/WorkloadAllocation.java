package dev.breakeven.advice.costing;

import static dev.breakeven.reason.Parameter.amount;
import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.advice.Advice.WorkloadAdvice;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.ReplicaTerms;
import dev.breakeven.advice.Workload;
import dev.breakeven.advice.costing.MeritOrder.Run;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.CapacityFinding;
import dev.breakeven.capacity.ReplicaLoad;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.capacity.estimation.CapacityAssessment;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The workloads of a question as replicas to hold. Where each says its own price and capacity, work
 * is still counted in replicas of the terms' own capacity, and what another replica does of that is
 * worked out at the mix that was seen.
 */
public final class WorkloadAllocation {

  private WorkloadAllocation() {}

  /**
   * What holding the question's replicas costs and carries.
   *
   * @param price of one GPU hour on demand, as the terms say for all
   * @param capacity of a replica, as the terms say for all
   */
  public static ReplicaCostModel terms(
      AdvisorInput input, GpuPricing.Priced price, CapacityEvidence capacity) {
    ReplicaCostModel alike = ReplicaCostModel.of(input.selfHost(), price, input.now());
    return isAlike(input) || !(capacity instanceof CapacityEvidence.Known known)
        ? alike
        : alike.withLadder(ladder(input, alike.replicaHour(), known.capacity()));
  }

  /** Whether one price and one capacity are said for all replicas. */
  public static boolean isAlike(AdvisorInput input) {
    return input.workloads().stream()
        .allMatch(workload -> workload.replica() instanceof ReplicaTerms.Common);
  }

  /**
   * What a replica of the terms' own capacity sustains. What replicas did says nothing of it where
   * workloads state capacities of their own.
   */
  public static CapacityFinding capacityOfAReplica(AdvisorInput input, ObservationWindow window) {
    boolean isOfAll =
        input.terms().capacity() instanceof StatedCapacity.NotStated || isAlike(input);
    return CapacityAssessment.of(
        input.terms().capacity(),
        isOfAll ? window.everything() : List.of(),
        input.terms().serving());
  }

  private static MeritOrder ladder(AdvisorInput input, double replicaHour, Capacity common) {
    TrafficSummary seen = TrafficSummary.of(input.past().traffic());
    List<Run> least = new ArrayList<>();
    List<Run> running = new ArrayList<>();
    List<Run> owed = new ArrayList<>();
    List<Run> free = new ArrayList<>();
    for (int i = 0; i < input.workloads().size(); i++) {
      Workload workload = input.workloads().get(i);
      double perHour = replicaHour;
      double size = 1;
      if (workload.replica() instanceof ReplicaTerms.Own own) {
        perHour = own.perHour().value();
        if (CapacityAssessment.of(own.capacity()) instanceof CapacityEvidence.Known its) {
          size = size(seen, common, its.capacity());
        }
      }
      int wanted = workload.replicasWanted();
      int kept = kept(workload);
      int missing = Math.max(0, workload.minReplicas() - wanted);
      add(least, new Run(i, kept, perHour, size));
      add(running, new Run(i, wanted - kept, perHour, size));
      add(owed, new Run(i, missing, perHour, size));
      add(free, new Run(i, room(workload) - missing, perHour, size));
    }
    Comparator<Run> cheapestWorkFirst = Comparator.comparingDouble(Run::perHourOfWork);
    running.sort(cheapestWorkFirst);
    free.sort(cheapestWorkFirst);
    List<Run> runs = new ArrayList<>(least);
    runs.addAll(running);
    runs.addAll(owed);
    runs.addAll(free);
    return new MeritOrder(runs, input.replicasNow());
  }

  private static void add(List<Run> runs, Run run) {
    if (run.replicas() > 0) {
      runs.add(run);
    }
  }

  /** How many replicas of the common capacity one of its own is worth, at the mix seen. */
  private static double size(TrafficSummary seen, Capacity common, Capacity its) {
    double context = seen.lengths().areKnown() ? seen.lengths().contextTokens() : 0;
    double work = ReplicaLoad.of(seen.demand(), context, its);
    return work > 0 ? ReplicaLoad.of(seen.demand(), context, common) / work : 1;
  }

  /** What that many replicas over all workloads come to for each of them, prefill's after them. */
  public static List<WorkloadAdvice> advise(
      AdvisorInput input, CapacityEvidence capacity, int advised) {
    int[] replicas = spread(input, capacity, advised);
    List<WorkloadAdvice> each = new ArrayList<>();
    for (int i = 0; i < replicas.length; i++) {
      each.add(new WorkloadAdvice(input.workloads().get(i), replicas[i]));
    }
    for (Workload prefill : input.prefill()) {
      int beside = prefillBeside(advised, input.replicasNow(), prefill.replicasWanted());
      each.add(
          new WorkloadAdvice(
              prefill, Math.max(prefill.minReplicas(), Math.min(prefill.maxReplicas(), beside))));
    }
    return each;
  }

  /** The workloads while so many replicas are held over all of them, as far as these allow. */
  public static List<Workload> holding(
      AdvisorInput input, CapacityEvidence capacity, int replicas) {
    int[] each = spread(input, capacity, replicas);
    List<Workload> workloads = new ArrayList<>();
    for (int i = 0; i < each.length; i++) {
      workloads.add(input.workloads().get(i).holding(each[i]));
    }
    return workloads;
  }

  /**
   * As many for each replica that generates as there are now, rounded up; where none generates now
   * one for each, or those that are there; none where none is to generate.
   */
  private static int prefillBeside(int advised, int now, int prefillNow) {
    if (advised == 0) {
      return 0;
    }
    return now == 0 ? Math.max(prefillNow, advised) : (advised * prefillNow + now - 1) / now;
  }

  /**
   * Replicas of each workload when so many are held over all of them. Where they are not alike work
   * goes to the cheapest; else the first workloads get more first, and the last ones less first.
   */
  private static int[] spread(AdvisorInput input, CapacityEvidence capacity, int advised) {
    if (input.selfHost().gpu() instanceof GpuPricing.Priced price) {
      ReplicaCostModel terms = terms(input, price, capacity);
      if (!terms.isAlike()) {
        return terms.ladder().spread(advised, input.workloads().size());
      }
    }
    int[] replicas = input.workloads().stream().mapToInt(Workload::replicasWanted).toArray();
    int missing = advised - input.replicasNow();
    for (int i = 0; i < replicas.length && missing > 0; i++) {
      int more = Math.min(missing, input.workloads().get(i).maxReplicas() - replicas[i]);
      replicas[i] += Math.max(0, more);
      missing -= Math.max(0, more);
    }
    for (int i = replicas.length - 1; i >= 0 && missing < 0; i--) {
      int less = Math.min(-missing, replicas[i] - input.workloads().get(i).minReplicas());
      replicas[i] -= Math.max(0, less);
      missing += Math.max(0, less);
    }
    return replicas;
  }

  /** Work that a cheaper replica has room for while a dearer one runs. */
  public static Optional<Issue> misplaced(AdvisorInput input, ReplicaCostModel terms) {
    int kept = input.workloads().stream().mapToInt(WorkloadAllocation::kept).sum();
    int place = 0;
    Run dearest = null;
    Run cheapest = null;
    for (Run run : terms.ladder().runs()) {
      if (place >= terms.ladder().held()) {
        if (cheapest == null || run.perHourOfWork() < cheapest.perHourOfWork()) {
          cheapest = run;
        }
      } else if (place >= kept) {
        dearest = run; // what may go stands cheapest first
      }
      place += run.replicas();
    }
    if (dearest == null
        || cheapest == null
        || !(cheapest.perHourOfWork() < dearest.perHourOfWork() * (1 - MATERIAL))) {
      return Optional.empty();
    }
    return Optional.of(
        new Issue(
            Issue.Reason.WORKLOADS_DIFFER,
            Message.of(
                Cause.WORK_BELONGS_ELSEWHERE,
                name(named(input, cheapest)),
                amount(cheapest.perHourOfWork(), input.currency()),
                amount(dearest.perHourOfWork(), input.currency()),
                name(named(input, dearest)))));
  }

  /** Below this part of its price a difference is not worth moving for. */
  private static final double MATERIAL = 0.01;

  private static int kept(Workload workload) {
    return Math.min(workload.replicasWanted(), workload.minReplicas());
  }

  private static int room(Workload workload) {
    return workload.maxReplicas() - workload.replicasWanted();
  }

  private static String named(AdvisorInput input, Run run) {
    Workload workload = input.workloads().get(run.workload());
    return workload.kind() + " " + workload.name();
  }
}
