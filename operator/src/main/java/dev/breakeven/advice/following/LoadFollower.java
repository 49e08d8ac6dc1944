package dev.breakeven.advice.following;

import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.backtest.Backtest;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;

/**
 * Replays the plan over the whole known past, in steps of the window's length. Longer steps from
 * before the window are split into steps of that length with the same load. {@link Backtest}
 * decides the same from the same past.
 *
 * <p>It keeps a checkpoint of the last replay. If the same past comes again with new steps, it
 * continues from the checkpoint; another past, or other terms, are replayed from the start.
 */
final class LoadFollower implements Planner {

  /** Steps between two checkpoints: six hours. */
  private static final int REMEMBERED_EVERY = 36;

  /** The last steps, an hour, may be read again and differ: no checkpoint includes them. */
  private static final int UNSETTLED = 6;

  private volatile Remembered remembered =
      new Remembered(List.of(), 0, AdvisedReplay.Checkpoint.NOTHING);

  /**
   * A checkpoint and what it belongs to.
   *
   * @param terms of the replay
   * @param fingerprint of the steps
   */
  private record Remembered(List<Object> terms, long fingerprint, AdvisedReplay.Checkpoint lived) {
    boolean isOf(List<Object> askedTerms, Past past) {
      return terms.equals(askedTerms)
          && lived.from() <= past.windowFrom
          && lived.steps() <= past.steps()
          && fingerprint == past.fingerprint(lived.steps());
    }
  }

  @Override
  public Estimate<Followed> follow(Replay replay) {
    int stepSeconds = replay.window().history().grid().stepSeconds();
    Past past = new Past(replay);
    AdvisedReplay.Setting setting =
        new AdvisedReplay.Setting(
            replay.terms(),
            replay.planning(),
            replay.mayBurst(),
            stepSeconds,
            replay.leastSpan(),
            replay.ends().sameDirection());
    List<Object> terms = List.of(setting, past.columns.size(), past.ranFirst);
    Remembered before = remembered;
    AdvisedReplay.Checkpoint lived =
        before.isOf(terms, past) ? before.lived() : AdvisedReplay.Checkpoint.NOTHING;
    AdvisedReplay advised = AdvisedReplay.goingOn(setting, lived, past.columns);
    if (lived.steps() == 0) {
      advised.startWith(past.ranFirst);
    }
    int settled = Math.max(0, past.steps() - UNSETTLED) / REMEMBERED_EVERY * REMEMBERED_EVERY;
    for (int i = lived.steps(); i < past.steps(); i++) {
      if (i == settled && settled > lived.steps()) {
        remembered = new Remembered(terms, past.fingerprint(settled), advised.lived());
      }
      advised.begin();
      advised.end(past.columns, i);
    }
    int next = advised.begin();
    List<Followed> atEnds = new ArrayList<>();
    for (int end = 1; end < past.columns.size(); end++) {
      PlanReplay plan = advised.plan(end);
      atEnds.add(
          past.followed(
              plan::held,
              plan::ready,
              plan.held(past.steps()),
              plan.firstServing(),
              plan.isOwn(),
              true,
              List.of()));
    }
    return Estimate.of(
        past.followed(
            advised::held,
            advised::ready,
            next,
            advised.firstServing(),
            advised.isOwn(),
            advised.isSameAtAllCapacities(),
            atEnds));
  }

  @Override
  public Estimate<Followed> followOnce(Replay replay) {
    return new LoadFollower().follow(replay);
  }

  /** Steps that the next replay skips if the past only grows. */
  int remembered() {
    return remembered.lived().steps();
  }

  /** The past in steps of the window's length. */
  private static final class Past {
    private final Replay replay;
    private final int stepSeconds;
    private final List<LoadColumns> columns; // the first at the best estimate of the capacity
    private final int windowFrom; // its first step
    private final int ranFirst; // replicas in the first step

    Past(Replay replay) {
      this.replay = replay;
      StepGrid window = replay.window().history().grid();
      stepSeconds = window.stepSeconds();
      int room =
          Stream.concat(replay.earlier().stream(), Stream.of(replay.window()))
              .map(span -> span.history().grid())
              .mapToInt(grid -> grid.steps() * (grid.stepSeconds() / stepSeconds))
              .sum();
      columns = new ArrayList<>();
      columns.add(new LoadColumns(room));
      replay.ends().loads().forEach(end -> columns.add(new LoadColumns(room)));
      long at = Long.MIN_VALUE;
      for (int i = 0; i < replay.earlier().size(); i++) {
        Span span = replay.earlier().get(i);
        StepGrid grid = span.history().grid();
        if (grid.steps() > 0 && grid.stepSeconds() % stepSeconds == 0) {
          addUnknown(at, grid.startEpochSecond());
          int part = i;
          add(span, end -> end.earlier().get(part));
          at = grid.endEpochSecond();
        }
      }
      addUnknown(at, window.startEpochSecond());
      windowFrom = steps();
      add(replay.window(), Loads::window);
      ranFirst =
          Stream.concat(replay.earlier().stream(), Stream.of(replay.window()))
              .filter(span -> span.history().grid().steps() > 0)
              .findFirst()
              .map(span -> PlanReplay.ranFirst(span.history(), replay.replicasNow()))
              .orElse(0);
    }

    int steps() {
      return columns.get(0).steps();
    }

    long fingerprint(int first) {
      long print = 0;
      for (LoadColumns atCapacity : columns) {
        print = 31 * print + atCapacity.fingerprint(first);
      }
      return print;
    }

    /** What was held in the known steps of the window. */
    Followed followed(
        IntUnaryOperator held,
        IntUnaryOperator ready,
        int next,
        int firstServing,
        boolean own,
        boolean sameAtEnds,
        List<Followed> atEnds) {
      List<Integer> replicas = new ArrayList<>(steps() - windowFrom);
      List<Integer> serving = new ArrayList<>(steps() - windowFrom);
      int learning = 0;
      for (int i = windowFrom; i < steps(); i++) {
        if (columns.get(0).isKnown(i)) {
          replicas.add(held.applyAsInt(i));
          serving.add(ready.applyAsInt(i));
          learning += i < firstServing ? 1 : 0;
        }
      }
      return new Followed(replicas, serving, next, learning, own, sameAtEnds, atEnds);
    }

    /** Steps of which nothing is kept. */
    private void addUnknown(long from, long to) {
      for (long t = from; from != Long.MIN_VALUE && t < to; t += stepSeconds) {
        columns.forEach(atCapacity -> atCapacity.addUnknown(LoadColumns.NOT_RECORDED));
      }
    }

    private void add(Span span, Function<Loads, PricedLoad> atEnd) {
      add(span.history(), span.load(), columns.get(0));
      for (int i = 0; i < replay.ends().loads().size(); i++) {
        add(span.history(), atEnd.apply(replay.ends().loads().get(i)), columns.get(i + 1));
      }
    }

    private void add(TrafficHistory history, PricedLoad load, LoadColumns steps) {
      int parts = history.grid().stepSeconds() / stepSeconds;
      int next = 0;
      for (int step = 0; step < history.grid().steps(); step++) {
        boolean known = next < load.steps() && load.startOf(next) == history.grid().startOf(step);
        double ran = ran(history, step);
        if (known) {
          double work = load.replicasAt(next);
          double own = load.ownLoadAt(next);
          double api = load.apiAt(next) / parts;
          double mustServe = replay.api().leastOwnLoadAt(load, next);
          for (int part = 0; part < parts; part++) {
            steps.add(work, own, api, mustServe, ran);
          }
          next++;
        } else {
          for (int part = 0; part < parts; part++) {
            steps.addUnknown(ran);
          }
        }
      }
    }

    /** Where nobody says since when, what runs now is all that is known. */
    private double ran(TrafficHistory history, int step) {
      int now = replay.replicasNow();
      return LoadColumns.ran(history, step, now > 0 ? now : LoadColumns.NOT_RECORDED);
    }
  }
}
