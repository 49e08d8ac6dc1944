package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.collect.pod.ChunkPods;
import dev.breakeven.prometheus.collect.request.ChunkQueries;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.prometheus.target.TargetSums;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.BitSet;

/** Stores a chunk's figures in the histories of its targets, without what is not reliable. */
final class ChunkWriter {

  private final ChunkScope scope;
  private final ChunkPods pods;
  private final ChunkQueries queries;

  ChunkWriter(ChunkScope scope, ChunkPods pods, ChunkQueries queries) {
    this.scope = scope;
    this.pods = pods;
    this.queries = queries;
  }

  /** A target without an answer keeps its history as it was. */
  boolean isToBeWritten(TargetState target) {
    return !scope.isNewest() || queries.sufficeFor(target.target());
  }

  /** Stores a figure for every target, unless it failed. */
  void store(Figure figure, TargetSums sums) {
    if (figure == Figure.CACHED) {
      noteUnreadCached(sums);
    }
    if (queries.hasFailed(figure.query())) {
      return;
    }
    boolean isPartial = queries.isPartial(figure);
    for (TargetState target : scope.index().all()) {
      if (!isToBeWritten(target) || isPartial) {
        continue; // what is known stays; the rest is absent, because a part of it would be too low
      }
      BitSet unreliable = figure.isReportedByPods() ? pods.unreliable().of(target) : new BitSet();
      BitSet shrunk = figure.isReportedByPods() ? pods.gaps().shrunk(target) : new BitSet();
      TargetSums.OfTarget its = sums.of(target);
      for (int point = 0; point < scope.chunk().points(); point++) {
        if (shrunk.get(point)) {
          continue; // what was stored when more pods were read stays
        }
        if (unreliable.get(point)) {
          put(target, figure, point, Double.NaN);
        } else if (its.has(point)) {
          put(target, figure, point, its.at(point));
        }
      }
      if (!scope.chunk().isByHour()) {
        putHours(target, figure, its, unreliable);
      }
    }
  }

  /** If the cached part of the prompts cannot be read, the uncached part is not known either. */
  private void noteUnreadCached(TargetSums sums) {
    boolean hasFailed = queries.hasFailed(Figure.CACHED.query());
    for (TargetState target : scope.index().all()) {
      if (!isToBeWritten(target)) {
        continue;
      }
      TargetSums.OfTarget its = sums.of(target);
      for (int point = 0; point < scope.chunk().points(); point++) {
        target.setCachedUnread(
            scope.chunk().stepAt(point),
            hasFailed
                ? Float.isNaN(target.history().at(Figure.CACHED, scope.chunk().stepAt(point)))
                : its.has(point) && Double.isNaN(its.at(point)));
      }
    }
  }

  /**
   * Stores the replicas that were scraped where Kubernetes' state records none.
   *
   * @param recorded replicas that Kubernetes' state reports
   */
  void storeScrapedReplicas(TargetSums recorded) {
    TargetSums scraped = pods.replicas().byPoint();
    for (TargetState target : scope.index().all()) {
      if (!isToBeWritten(target)) {
        continue;
      }
      boolean used = false;
      for (int point = 0; point < scope.chunk().points(); point++) {
        if (!scraped.has(target, point) || recorded.has(target, point)) {
          continue;
        }
        float known = target.history().at(Figure.REPLICAS, scope.chunk().stepAt(point));
        used = true;
        if (Float.isNaN(known) || known < scraped.at(target, point)) {
          put(target, Figure.REPLICAS, point, scraped.at(target, point));
        }
      }
      if (used) {
        target.note(Note.Reason.REPLICAS_FROM_PODS, Message.of(Cause.REPLICAS_COUNTED_FROM_PODS));
      }
    }
  }

  /** Steps that are older than a target's window are stored by the hour. */
  private void putHours(
      TargetState target, Figure figure, TargetSums.OfTarget sums, BitSet unreliable) {
    StepRanges.Run run = scope.chunk().run();
    int hour = StoredHistory.STEPS_PER_HOUR;
    long recentFrom = target.history().recentFrom();
    long from = -Math.floorDiv(-run.from(), (long) hour) * hour;
    for (; from + hour <= Math.min(run.to(), recentFrom); from += hour) {
      double sum = 0;
      int known = 0;
      for (int i = 0; i < hour; i++) {
        int point = Math.toIntExact(from + i - run.from());
        if (!unreliable.get(point) && sums.has(point)) {
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
      target
          .history()
          .putHour(figure, scope.chunk().stepAt(point) / StoredHistory.STEPS_PER_HOUR, value);
    } else {
      target.history().put(figure, scope.chunk().stepAt(point), value);
    }
  }
}
