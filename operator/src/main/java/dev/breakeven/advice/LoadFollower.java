package dev.breakeven.advice;

import dev.breakeven.advice.plan.PlanReplay;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.util.ArrayList;
import java.util.List;

/**
 * Replays the plan over the whole known past, in steps of the window's length: coarser steps of the
 * time before are taken apart into steps of that length with the same load. What is decided at a
 * time is what {@link Backtest} decides at that time from the same past.
 */
final class LoadFollower implements Planner {

  @Override
  public Finding<Followed> follow(Replay replay) {
    StepGrid grid = replay.window().history().grid();
    Walk walk =
        new Walk(
            replay,
            new PlanReplay(
                replay.terms(), replay.planning(), replay.mayBurst(), grid.stepSeconds()),
            grid.stepSeconds());
    long at = Long.MIN_VALUE;
    for (Span span : replay.earlier()) {
      if (span.history().grid().steps() > 0
          && span.history().grid().stepSeconds() % grid.stepSeconds() == 0) {
        walk.unknownFrom(at, span.history().grid().startEpochSecond());
        walk.over(span);
        at = span.history().grid().endEpochSecond();
      }
    }
    walk.unknownFrom(at, grid.startEpochSecond());
    walk.charged();
    walk.over(replay.window());
    return Finding.of(walk.followed());
  }

  /** The plan on its way through the past. */
  private static final class Walk {
    private final Replay replay;
    private final PlanReplay plan;
    private final int stepSeconds;
    private final List<Integer> held = new ArrayList<>();
    private final List<Integer> serving = new ArrayList<>();
    private boolean isCharged;
    private boolean hasServed;
    private int firstServing;

    Walk(Replay replay, PlanReplay plan, int stepSeconds) {
      this.replay = replay;
      this.plan = plan;
      this.stepSeconds = stepSeconds;
    }

    /** From here on what is held counts. */
    void charged() {
      isCharged = true;
    }

    /** Steps of which nothing is kept. */
    void unknownFrom(long from, long to) {
      for (long t = from; from != Long.MIN_VALUE && t < to; t += stepSeconds) {
        plan.begin();
        plan.endUnknown();
      }
    }

    void over(Span span) {
      TrafficHistory history = span.history();
      PricedLoad load = span.load();
      int parts = history.grid().stepSeconds() / stepSeconds;
      int next = 0;
      for (int step = 0; step < history.grid().steps(); step++) {
        boolean known = next < load.steps() && load.startOf(next) == history.grid().startOf(step);
        for (int part = 0; part < parts; part++) {
          step(history, step, load, known ? next : -1, parts);
        }
        next += known ? 1 : 0;
      }
    }

    private void step(TrafficHistory history, int step, PricedLoad load, int known, int parts) {
      int replicas = plan.begin();
      hasServed |= replay.terms().serving(plan.ready()) > 0;
      if (history.replicasHeld().isMeasured(step)) {
        plan.reallyRan(history.replicasHeld().measuredAt(step) > 0);
      } else if (replay.runsNow()) {
        plan.reallyRan(true); // nobody says since when; what runs now is all that is known
      }
      if (known < 0) {
        plan.endUnknown();
        return;
      }
      if (isCharged) {
        held.add(replicas);
        serving.add(plan.ready());
        firstServing += hasServed ? 0 : 1;
      }
      plan.end(
          load.replicasAt(known),
          load.apiAt(known) / parts,
          replay.api().leastOwnLoadAt(load, known));
    }

    Followed followed() {
      return new Followed(held, serving, plan.begin(), firstServing);
    }
  }
}
