package dev.breakeven.advice;

import dev.breakeven.price.Api;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that one policy's answer depends on; nothing else does.
 *
 * @param inputHash names terms and prices: an input of another hash is decided afresh; empty where
 *     nobody named it
 * @param terms what the policy and its prices say
 * @param workloads what serves the model now; none means the question is whether to start
 * @param prefill what only reads prompts for {@code workloads}: its replicas come with theirs, and
 *     what they cost and do is in theirs
 * @param past the traffic that is known
 * @param now the time of the evaluation
 * @param issues what was found wrong on the way here
 * @param previous what was advised before
 */
public record AdvisorInput(
    String inputHash,
    Terms terms,
    List<Workload> workloads,
    List<Workload> prefill,
    Past past,
    Instant now,
    List<Issue> issues,
    PreviousDecision previous) {

  public AdvisorInput {
    workloads = List.copyOf(workloads);
    prefill = List.copyOf(prefill);
    issues = List.copyOf(issues);
  }

  /**
   * The traffic that is known.
   *
   * @param traffic the window, in steps of one length, ending with the last whole step before
   *     {@code now}; steps before the first one known are no gap but a shorter history
   * @param earlier what is kept of the time before {@code traffic}, oldest first, in steps that may
   *     be coarser, say hours. Schedules and capacity are learned from it too
   * @param tails what request-length histograms show of long requests
   */
  public record Past(TrafficHistory traffic, List<TrafficHistory> earlier, LengthTail tails) {
    public Past {
      earlier = List.copyOf(earlier);
    }

    /** The whole past, oldest first. */
    public List<TrafficHistory> all() {
      return Stream.concat(earlier.stream(), Stream.of(traffic)).toList();
    }
  }

  /**
   * A copy with other traffic and no earlier past, other terms of own GPUs, and no previous
   * decision.
   */
  public AdvisorInput over(TrafficHistory other, SelfHostTerms selfHost) {
    return new AdvisorInput(
        inputHash,
        terms.with(selfHost),
        workloads,
        prefill,
        new Past(other, List.of(), past.tails()),
        now,
        issues,
        new PreviousDecision.None());
  }

  /** A copy with another previous decision. */
  public AdvisorInput after(PreviousDecision other) {
    return new AdvisorInput(inputHash, terms, workloads, prefill, past, now, issues, other);
  }

  public String model() {
    return terms.model();
  }

  public Currency currency() {
    return terms.currency();
  }

  public Planning planning() {
    return terms.planning();
  }

  public SelfHostTerms selfHost() {
    return terms.selfHost();
  }

  public Api api() {
    return terms.api();
  }

  public Constraints constraints() {
    return terms.constraints();
  }

  /**
   * The time that the answer is of: the end of the last step there is. Decisions are dated by it,
   * so that it does not matter how often the input is evaluated.
   */
  public Instant asOf() {
    return past.traffic().grid().steps() == 0
        ? now
        : Instant.ofEpochSecond(past.traffic().grid().endEpochSecond());
  }

  /** Replicas wanted over all workloads. */
  public int replicasNow() {
    return workloads.stream().mapToInt(Workload::replicasWanted).sum();
  }
}
