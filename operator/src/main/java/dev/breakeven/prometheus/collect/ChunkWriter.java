package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.history.TargetSums;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.traffic.Absence;
import java.util.BitSet;

/** Puts a chunk's figures into the histories of its targets. What is in doubt stays out. */
final class ChunkWriter {

  private final ChunkReader.Scope scope;
  private final ChunkPods pods;
  private final ChunkQueries answers;

  ChunkWriter(ChunkReader.Scope scope, ChunkPods pods, ChunkQueries answers) {
    this.scope = scope;
    this.pods = pods;
    this.answers = answers;
  }

  /** A target that has no answer keeps its history as it was, up to when it last had one. */
  boolean isToBeKept(TargetState target) {
    return !scope.isNewest() || answers.sufficeFor(target.target());
  }

  /** Stores a figure for every target, unless it failed. */
  void store(Figure figure, TargetSums sums) {
    if (figure == Figure.CACHED) {
      noteUnreadCached(sums);
    }
    if (answers.hasFailed(figure.query())) {
      return;
    }
    boolean inDoubt = answers.areInDoubt(figure);
    for (TargetState target : scope.index().all()) {
      if (!isToBeKept(target)) {
        continue;
      }
      if (inDoubt) {
        // What is already known stays; the rest is absent rather than too low.
        target.doubt(figure, Absence.PARTIAL_ANSWER);
        continue;
      }
      target.trust(figure);
      BitSet doubts = figure.isReportedByPods() ? pods.doubts(target) : new BitSet();
      BitSet shrunk = figure.isReportedByPods() ? pods.shrunk(target) : new BitSet();
      TargetSums.OfTarget its = sums.of(target);
      for (int point = 0; point < scope.chunk().points(); point++) {
        if (shrunk.get(point)) {
          continue; // what was read when more was there stays
        }
        if (doubts.get(point)) {
          put(target, figure, point, Double.NaN);
        } else if (its.has(point)) {
          double value = its.at(point);
          if (Double.isNaN(value)) {
            target.doubt(figure, Absence.NOT_A_NUMBER);
          }
          put(target, figure, point, value);
        }
      }
      if (!scope.chunk().isByHour()) {
        putHours(target, figure, its, doubts);
      }
    }
  }

  /** A part of the prompts that cannot be read leaves the rest unknown too. */
  private void noteUnreadCached(TargetSums sums) {
    boolean hasFailed = answers.hasFailed(Figure.CACHED.query());
    for (TargetState target : scope.index().all()) {
      if (!isToBeKept(target)) {
        continue;
      }
      TargetSums.OfTarget its = sums.of(target);
      for (int point = 0; point < scope.chunk().points(); point++) {
        target.cachedUnread(
            stepOf(point),
            hasFailed
                ? Float.isNaN(target.history().at(Figure.CACHED, stepOf(point)))
                : its.has(point) && Double.isNaN(its.at(point)));
      }
    }
  }

  /**
   * Where nobody recorded how many replicas there were, the pods that were scraped stand in.
   *
   * @param recorded replicas that Kubernetes' state reports
   */
  void storePodsWhereNotRecorded(TargetSums recorded) {
    TargetSums scraped = pods.scraped();
    for (TargetState target : scope.index().all()) {
      if (!isToBeKept(target)) {
        continue;
      }
      boolean used = false;
      for (int point = 0; point < scope.chunk().points(); point++) {
        if (!scraped.has(target, point) || recorded.has(target, point)) {
          continue;
        }
        float known = target.history().at(Figure.REPLICAS, stepOf(point));
        used = true;
        if (Float.isNaN(known) || known < scraped.at(target, point)) {
          put(target, Figure.REPLICAS, point, scraped.at(target, point));
        }
      }
      if (used) {
        target.remark(Note.Reason.REPLICAS_FROM_PODS, Message.of(Cause.REPLICAS_COUNTED_FROM_PODS));
      }
    }
  }

  /** Steps that others' longer windows ask for are kept by the hour where this window is over. */
  private void putHours(
      TargetState target, Figure figure, TargetSums.OfTarget sums, BitSet doubts) {
    StepRanges.Run run = scope.chunk().run();
    int hour = StoredHistory.STEPS_PER_HOUR;
    long recentFrom = target.history().recentFrom();
    long from = -Math.floorDiv(-run.from(), (long) hour) * hour;
    for (; from + hour <= Math.min(run.to(), recentFrom); from += hour) {
      double sum = 0;
      int known = 0;
      for (int i = 0; i < hour; i++) {
        int point = Math.toIntExact(from + i - run.from());
        if (!doubts.get(point) && sums.has(point)) {
          double value = sums.at(point);
          if (!Double.isNaN(value)) {
            sum += value;
            known++;
          }
        }
      }
      if (known >= StoredHistory.FEWEST_KNOWN_OF_AN_HOUR) {
        target.history().putHour(figure, from / hour, sum / known);
      }
    }
  }

  private void put(TargetState target, Figure figure, int point, double value) {
    if (scope.chunk().isByHour()) {
      target.history().putHour(figure, stepOf(point) / StoredHistory.STEPS_PER_HOUR, value);
    } else {
      target.history().put(figure, stepOf(point), value);
    }
  }

  private long stepOf(int point) {
    return scope.chunk().run().from() + (long) point * scope.chunk().stepsPerPoint();
  }
}
