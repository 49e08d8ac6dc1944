package dev.breakeven.advice.decision;

import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.decimal;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.replicas;
import static dev.breakeven.reason.Parameter.time;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.PreviousDecision.Pending;
import dev.breakeven.advice.Scaling;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Hysteresis for the verdict, where the load is followed. SelfHost and Hybrid replace each other
 * only when the change has been the better decision without a break for {@link #LASTING} or the
 * hold, whichever is longer; own GPUs or API is damped by the plan's own gate. Replicas follow the
 * plan, which keeps its own hold; a replica that was advised within the hold is not taken back even
 * if the replay, seen from today, would not have added it.
 *
 * <p>A first answer, one to another input, and an inconclusive one are given at once. All that is
 * needed is in the status, and times are those of the steps that were decided from, so it does not
 * matter who evaluates, or how often.
 */
public final class Hysteresis {

  /**
   * How long a better verdict must have been the better one. A day, because the hours of a day
   * differ more than most days do: what is so at night and by day is not an accident of the hour.
   */
  public static final Duration LASTING = Duration.ofHours(24);

  /**
   * What is decided after that.
   *
   * @param decision what is given
   * @param pending the better decision that has yet to last
   * @param held whether something was held back, and then why
   */
  public record Outcome(VerdictDecision decision, Pending pending, Optional<Issue> held) {
    public static Outcome free(VerdictDecision decision) {
      return new Outcome(decision, new Pending.Nothing(), Optional.empty());
    }
  }

  private final AdvisorInput input;
  private final Candidates comparison;
  private final PreviousDecision.Made before;

  private Hysteresis(AdvisorInput input, Candidates comparison, PreviousDecision.Made before) {
    this.input = input;
    this.comparison = comparison;
    this.before = before;
  }

  public static Outcome of(AdvisorInput input, VerdictDecision decision, Candidates comparison) {
    if (input.planning().scaling() == Scaling.MANUAL // its reviews are the hysteresis
        || !(decision instanceof VerdictDecision.Serve wanted)
        || !(input.previous() instanceof PreviousDecision.Made before)) {
      return Outcome.free(decision);
    }
    return before
        .decidedOn(input.inputHash())
        .map(last -> new Hysteresis(input, comparison, before).steadied(last, wanted))
        .orElse(Outcome.free(decision));
  }

  private Outcome steadied(Verdict last, VerdictDecision.Serve wanted) {
    if (last == wanted.verdict()) {
      return keepingTheHold(wanted);
    }
    if (isOwn(last) != isOwn(wanted.verdict())) {
      return Outcome.free(wanted); // the plan's gate has damped it
    }
    Instant since = since(wanted.verdict());
    Duration needed = lasting();
    if (!Duration.between(since, input.asOf()).minus(needed).isNegative()) {
      return keepingTheHold(wanted);
    }
    VerdictDecision.Serve kept =
        new VerdictDecision.Serve(
            wanted.option(),
            last,
            Math.max(wanted.replicas(), addedWithinHold()),
            Issue.Reason.HELD_BY_HYSTERESIS,
            Message.of(
                Cause.BETTER_BUT_MUST_LAST,
                name(wanted.verdict().label()),
                time(since),
                decimal(needed.toSeconds() / 3600.0, 0),
                clause(wanted.message())));
    return new Outcome(
        kept,
        new Pending.Considering(wanted.verdict(), wanted.replicas(), since),
        Optional.of(new Issue(Issue.Reason.HELD_BY_HYSTERESIS, kept.message())));
  }

  /** Replicas that were advised within the hold are not taken back. */
  private Outcome keepingTheHold(VerdictDecision.Serve wanted) {
    int least = addedWithinHold();
    if (wanted.replicas() >= least || !isOwn(wanted.verdict())) {
      return Outcome.free(wanted);
    }
    Message why =
        Message.of(Cause.HOLD_KEEPS_REPLICAS, replicas(least), replicas(wanted.replicas()));
    return new Outcome(
        new VerdictDecision.Serve(
            wanted.option(), wanted.verdict(), least, Issue.Reason.HELD_BY_HYSTERESIS, why),
        new Pending.Considering(wanted.verdict(), wanted.replicas(), since(wanted.verdict())),
        Optional.of(new Issue(Issue.Reason.HELD_BY_HYSTERESIS, why)));
  }

  private int addedWithinHold() {
    return Math.min(
        comparison.terms().maxReplicas(),
        Math.min(
            before.replicas(), before.addedSince(input.asOf().minus(input.planning().hold()))));
  }

  /** Since when it is wanted without a break; another size of the same side is no break. */
  private Instant since(Verdict wanted) {
    return before.pending() instanceof Pending.Considering better
            && isOwn(better.verdict()) == isOwn(wanted)
        ? better.since()
        : input.asOf();
  }

  private Duration lasting() {
    return Collections.max(List.of(input.planning().hold(), LASTING));
  }

  private static boolean isOwn(Verdict verdict) {
    return verdict == Verdict.SELF_HOST || verdict == Verdict.HYBRID;
  }
}
