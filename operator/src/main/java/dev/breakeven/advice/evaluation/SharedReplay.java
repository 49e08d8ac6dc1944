package dev.breakeven.advice.evaluation;

import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.reason.Cause;

/**
 * One replay of the past at the best estimate of the capacity and at the ends of its interval, step
 * by step together.
 */
final class SharedReplay {
  private final Planner planner;
  private final Planner.Ends ends;
  private Estimate<Planner.Followed> followed =
      Estimate.notFound(Reason.NOT_REPLAYED, Cause.NOT_REPLAYED);
  private boolean isReplayed;

  SharedReplay(Planner planner, Planner.Ends ends) {
    this.planner = planner;
    this.ends = ends;
  }

  Planner atBest() {
    return new Planner() {
      @Override
      public Estimate<Planner.Followed> follow(Planner.Replay replay) {
        if (!isReplayed) {
          followed = planner.follow(replay.with(ends));
          isReplayed = true;
        }
        return followed;
      }

      @Override
      public Estimate<Planner.Followed> followOnce(Planner.Replay onOtherTerms) {
        return planner.followOnce(onOtherTerms);
      }
    };
  }

  /** To be asked after the best estimate; of a planner that knows no ends, the same at both. */
  Planner atEnd(int end) {
    return replay -> followed.map(best -> best.atEnds().isEmpty() ? best : best.atEnds().get(end));
  }
}
