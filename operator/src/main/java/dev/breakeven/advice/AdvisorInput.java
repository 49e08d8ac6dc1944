package dev.breakeven.advice;

import dev.breakeven.capacity.ServingConditions;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Api;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;
import java.util.Currency;
import java.util.List;

/**
 * All that one policy's answer depends on; nothing else does.
 *
 * @param asked names terms and prices: a question of another name is another question, and is
 *     decided afresh; empty where nobody named it
 * @param model the model asked about
 * @param currency of every amount in the answer
 * @param planning window, hold, lead and what a change of mind needs
 * @param selfHost what own GPUs cost and allow
 * @param api the offer, or why there is none
 * @param constraints what cost cannot decide
 * @param capacity what the policy says one replica sustains
 * @param serving what is published for the model and its GPUs, and within which limits they serve
 * @param workloads what serves the model now; none asks "should we start?"
 * @param prefill what only reads prompts for {@code workloads}: its replicas come with theirs, and
 *     what they cost and do is in theirs
 * @param traffic the window, in steps of one length, ending with the last whole step before {@code
 *     now}; steps before the first one known are no gap but a shorter history
 * @param earlier what is kept of the time before {@code traffic}, oldest first, in steps that may
 *     be coarser, say hours. Schedules and capacity are learned from it too
 * @param tails what request-length histograms show of long requests
 * @param now the time of asking
 * @param caveats what was found wrong on the way here
 * @param previous what was advised before
 */
public record AdvisorInput(
    String asked,
    String model,
    Currency currency,
    Planning planning,
    SelfHostTerms selfHost,
    Api api,
    Constraints constraints,
    StatedCapacity capacity,
    ServingConditions serving,
    List<Workload> workloads,
    List<Workload> prefill,
    TrafficHistory traffic,
    List<TrafficHistory> earlier,
    LengthTail tails,
    Instant now,
    List<Issue> caveats,
    PreviousDecision previous) {

  public AdvisorInput {
    workloads = List.copyOf(workloads);
    prefill = List.copyOf(prefill);
    earlier = List.copyOf(earlier);
    caveats = List.copyOf(caveats);
  }

  /** Of a model of which nothing is published, with no latency to keep to. */
  public AdvisorInput(
      String asked,
      String model,
      Currency currency,
      Planning planning,
      SelfHostTerms selfHost,
      Api api,
      Constraints constraints,
      StatedCapacity capacity,
      List<Workload> workloads,
      List<Workload> prefill,
      TrafficHistory traffic,
      List<TrafficHistory> earlier,
      LengthTail tails,
      Instant now,
      List<Issue> caveats,
      PreviousDecision previous) {
    this(
        asked,
        model,
        currency,
        planning,
        selfHost,
        api,
        constraints,
        capacity,
        ServingConditions.UNKNOWN,
        workloads,
        prefill,
        traffic,
        earlier,
        tails,
        now,
        caveats,
        previous);
  }

  /** The same asked over other traffic alone, on other terms, with nothing decided before. */
  public AdvisorInput over(TrafficHistory other, SelfHostTerms terms) {
    return new AdvisorInput(
        asked,
        model,
        currency,
        planning,
        terms,
        api,
        constraints,
        capacity,
        serving,
        workloads,
        prefill,
        other,
        List.of(),
        tails,
        now,
        caveats,
        new PreviousDecision.None());
  }

  /**
   * The time that the answer is of: the end of the last step there is. Decisions are dated by it,
   * so that it does not matter how often is asked.
   */
  public Instant asOf() {
    return traffic.grid().steps() == 0
        ? now
        : Instant.ofEpochSecond(traffic.grid().endEpochSecond());
  }

  /** Replicas wanted over all workloads. */
  public int replicasNow() {
    return workloads.stream().mapToInt(Workload::replicasWanted).sum();
  }
}
