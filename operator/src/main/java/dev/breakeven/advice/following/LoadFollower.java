package dev.breakeven.advice.following;

import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.backtest.Backtest;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.following.LoadColumns.Ran;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Replays the plan over the whole known past, in steps of the window's length: coarser steps of the
 * time before are taken apart into steps of that length with the same load. What is decided at a
 * time is what {@link Backtest} decides at that time from the same past.
 *
 * <p>It remembers how it lived the past that it was last asked about. Asked again while that past
 * has but grown, it goes on from there; any other past, or the same on other terms, is replayed
 * from its start.
 */
final class LoadFollower implements Planner {

  /** So many steps, six hours, are lived again before they are remembered anew. */
  private static final int REMEMBERED_EVERY = 36;

  /** The last steps, an hour, may still be read again and differ. */
  private static final int UNSETTLED = 6;

  private volatile Remembered remembered = new Remembered(List.of(), 0, ReplayCheckpoint.NONE);

  /**
   * What was lived.
   *
   * @param terms on which it was, to be equal
   * @param fingerprint of the steps
   */
  private record Remembered(List<Object> terms, long fingerprint, ReplayCheckpoint lived) {
    boolean isOf(List<Object> askedTerms, Past past) {
      return terms.equals(askedTerms)
          && lived.from() <= past.windowFrom
          && lived.steps() <= past.steps.steps()
          && fingerprint == past.steps.fingerprint(lived.steps());
    }
  }

  @Override
  public Estimate<Followed> follow(Replay replay) {
    int stepSeconds = replay.window().history().grid().stepSeconds();
    Past past = new Past(replay);
    LoadColumns steps = past.steps;
    List<Object> terms =
        List.of(replay.terms(), replay.planning(), replay.mayBurst(), stepSeconds, past.ranFirst);
    Remembered before = remembered;
    ReplayCheckpoint lived = before.isOf(terms, past) ? before.lived() : ReplayCheckpoint.NONE;
    PlanReplay plan =
        PlanReplay.goingOn(
            replay.terms(), replay.planning(), replay.mayBurst(), stepSeconds, lived, steps);
    if (lived.steps() == 0) {
      plan.startWith(past.ranFirst);
    }
    int settled = Math.max(0, steps.steps() - UNSETTLED) / REMEMBERED_EVERY * REMEMBERED_EVERY;
    int windowSteps = steps.steps() - past.windowFrom;
    List<Integer> held = new ArrayList<>(windowSteps);
    List<Integer> serving = new ArrayList<>(windowSteps);
    int firstServing = 0;
    for (int i = lived.steps(); i < steps.steps(); i++) {
      if (i == settled && settled > lived.steps()) {
        remembered = new Remembered(terms, steps.fingerprint(settled), plan.lived());
      }
      plan.begin();
      steps.end(i, plan);
    }
    int next = plan.begin();
    for (int i = past.windowFrom; i < steps.steps(); i++) {
      if (steps.isKnown(i)) {
        held.add(plan.held(i));
        serving.add(plan.ready(i));
        firstServing += i < plan.firstServing() ? 1 : 0;
      }
    }
    return Estimate.of(new Followed(held, serving, next, firstServing));
  }

  @Override
  public Estimate<Followed> followOnce(Replay replay) {
    return new LoadFollower().follow(replay);
  }

  /** Steps of the last past that need not be lived again while it but grows. */
  int remembered() {
    return remembered.lived().steps();
  }

  /** The past, taken apart. */
  private static final class Past {
    private final Replay replay;
    private final int stepSeconds;
    private final LoadColumns steps;
    private final int windowFrom; // its first step
    private final int ranFirst; // replicas in the first step

    Past(Replay replay) {
      this.replay = replay;
      StepGrid window = replay.window().history().grid();
      stepSeconds = window.stepSeconds();
      steps =
          new LoadColumns(
              Stream.concat(replay.earlier().stream(), Stream.of(replay.window()))
                  .map(span -> span.history().grid())
                  .mapToInt(grid -> grid.steps() * (grid.stepSeconds() / stepSeconds))
                  .sum());
      long at = Long.MIN_VALUE;
      for (Span span : replay.earlier()) {
        StepGrid grid = span.history().grid();
        if (grid.steps() > 0 && grid.stepSeconds() % stepSeconds == 0) {
          addUnknown(at, grid.startEpochSecond());
          add(span);
          at = grid.endEpochSecond();
        }
      }
      addUnknown(at, window.startEpochSecond());
      windowFrom = steps.steps();
      add(replay.window());
      ranFirst =
          Stream.concat(replay.earlier().stream(), Stream.of(replay.window()))
              .filter(span -> span.history().grid().steps() > 0)
              .findFirst()
              .map(span -> PlanReplay.ranFirst(span.history(), replay.replicasNow()))
              .orElse(0);
    }

    /** Steps of which nothing is kept. */
    private void addUnknown(long from, long to) {
      for (long t = from; from != Long.MIN_VALUE && t < to; t += stepSeconds) {
        steps.addUnknown(Ran.NOBODY_SAYS);
      }
    }

    private void add(Span span) {
      TrafficHistory history = span.history();
      PricedLoad load = span.load();
      int parts = history.grid().stepSeconds() / stepSeconds;
      int next = 0;
      for (int step = 0; step < history.grid().steps(); step++) {
        boolean known = next < load.steps() && load.startOf(next) == history.grid().startOf(step);
        Ran ran = ran(history, step);
        if (known) {
          double replicas = load.replicasAt(next);
          double api = load.apiAt(next) / parts;
          double mustServe = replay.api().leastOwnLoadAt(load, next);
          for (int part = 0; part < parts; part++) {
            steps.add(replicas, api, mustServe, ran);
          }
          next++;
        } else {
          for (int part = 0; part < parts; part++) {
            steps.addUnknown(ran);
          }
        }
      }
    }

    private Ran ran(TrafficHistory history, int step) {
      if (history.replicasHeld().isMeasured(step)) {
        return history.replicasHeld().measuredAt(step) > 0 ? Ran.SOME : Ran.NONE;
      }
      // Where nobody says since when, what runs now is all that is known.
      return replay.replicasNow() > 0 ? Ran.SOME : Ran.NOBODY_SAYS;
    }
  }
}
