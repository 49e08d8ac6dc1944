package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.target.TargetState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Targets whose past is read together, and how far that has come. Steps are numbered in UTC. */
final class ReadBatch {

  // Late writes may still change them.
  private static final int STEPS_READ_AGAIN = 2;
  private static final int CLOCK_BACK_STEPS = 6;

  /** How often what failed of the past is retried; its newest part in every cycle. */
  private static final Duration RETRY_PAST = Duration.ofMinutes(10);

  /** Those that come go on reading their past in one reading after the other. */
  private static final Duration NEWEST_EVERY = Duration.ofSeconds(30);

  private final List<TargetState> targets = new ArrayList<>();
  private final Map<Figure, StepRanges> missing = new EnumMap<>(Figure.class);
  private final List<StepRanges.Run> again = new ArrayList<>();
  private final ChunkLimit limit;
  private long missedThrough; // steps from here on are not yet in `missing`
  private long readThrough; // the newest that was read of what every answer needs
  private StepRanges.Run readNow = new StepRanges.Run(0, 0); // the newest steps, as last asked for
  private Instant retryPastAt = Instant.MIN;
  private Instant nextNewest = Instant.EPOCH;
  private boolean isTold;
  private boolean begun;

  /** A batch of nobody yet, of which no step before {@code through} is missing. */
  ReadBatch(long through, ChunkLimit limit) {
    this.limit = limit;
    this.missedThrough = through;
    this.readThrough = through - ChunkLimit.FIRST_POINTS;
  }

  /** Whose past is read; may be added to and taken from. */
  List<TargetState> targets() {
    return targets;
  }

  /** The step after the last that it knows of. */
  long through() {
    return missedThrough;
  }

  /** Notes that steps of these figures have to be read. */
  void miss(Set<Figure> figures, StepRanges.Run run) {
    for (Figure figure : figures) {
      missing.computeIfAbsent(figure, f -> new StepRanges()).add(run);
    }
  }

  /** Whether a clock went back so far that what was read is no past any more. */
  boolean isAheadOf(long through) {
    return through < missedThrough - CLOCK_BACK_STEPS;
  }

  /** Forgets all that was read; the clock by which it was kept was wrong. */
  void startAnew(long through, Set<Figure> figures) {
    missing.clear();
    again.clear();
    readThrough = through - ChunkLimit.FIRST_POINTS;
    missedThrough = through;
    for (TargetState tracked : targets) {
      tracked.history().startAnew(through);
      miss(figures, new StepRanges.Run(tracked.history().earliestFrom(), through));
    }
  }

  /** Time went on: the steps up to then have to be read. */
  void reach(long through, Set<Figure> figures) {
    miss(figures, new StepRanges.Run(missedThrough, through));
    missedThrough = Math.max(missedThrough, through);
  }

  /** The newest steps: what has come since they were last read whole, and a little of before. */
  Chunk newest(long through) {
    long from = Math.min(readThrough, through) - STEPS_READ_AGAIN;
    return new Chunk(
        new StepRanges.Run(
            Math.max(Math.max(from, through - limit.points()), recentFrom(through)), through),
        1);
  }

  /** The newest steps were queried. */
  void askedNewest(Chunk chunk, boolean wasWhole, Instant now) {
    readNow = chunk.run();
    if (wasWhole) {
      readThrough = chunk.run().to();
      nextNewest = now.plus(NEWEST_EVERY);
    }
  }

  /** Notes that steps have to be read again once they are no longer among the newest. */
  void readAgain(StepRanges.Run run) {
    again.add(run);
  }

  /** Takes for missing what has to be read again and is past by now. */
  void missWhatIsPast(Set<Figure> figures) {
    for (StepRanges.Run run : List.copyOf(again)) {
      if (run.to() <= Math.max(readNow.from(), 0)) {
        again.remove(run);
        miss(figures, run);
      }
    }
  }

  /** Whether anything of the past has still to be read, of any figure. */
  boolean isMissingAny() {
    return !allMissing().isEmpty()
        || again.stream().anyMatch(run -> run.to() <= Math.max(readNow.from(), 0));
  }

  /** What is missing of the past, without the newest steps, which are read again anyway. */
  StepRanges missingPast() {
    StepRanges left = allMissing();
    left.remove(readNow);
    return left;
  }

  /**
   * Tells those targets of whose window no step is left to be asked for.
   *
   * @return whether that is so of all of them
   */
  boolean noteWindows() {
    StepRanges left = missingPast();
    boolean all = true;
    for (TargetState target : targets) {
      long end = target.history().endStep();
      if (left.meets(new StepRanges.Run(end - target.history().windowSteps(), end))) {
        all = false;
      } else {
        target.windowWasAsked();
      }
    }
    return all;
  }

  /** Tells once that all windows have been asked for, where older days have not. */
  void tellOfWindows(Runnable onWindows) {
    if (!isTold && noteWindows()) {
      isTold = true;
      onWindows.run();
    }
  }

  /** How many figures of each kind stand for these steps, in the resolution that they are kept. */
  long pointsOf(StepRanges steps) {
    long recentFrom = recentFrom(Long.MIN_VALUE);
    StepRanges recent = new StepRanges();
    recent.addAll(steps);
    recent.remove(new StepRanges.Run(Long.MIN_VALUE / 2, recentFrom));
    return recent.length() + (steps.length() - recent.length()) / StoredHistory.STEPS_PER_HOUR;
  }

  /** Whether the newest steps are due: new ones may have ended since. */
  boolean isNewestDue(Instant now) {
    return !now.isBefore(nextNewest) || now.isBefore(nextNewest.minus(NEWEST_EVERY));
  }

  private StepRanges allMissing() {
    StepRanges all = new StepRanges();
    missing.values().forEach(all::addAll);
    return all;
  }

  /** The newest of what is left, as much as is asked for at once. */
  Chunk newestOf(StepRanges left) {
    return Chunk.newest(left, recentFrom(Long.MIN_VALUE), limit.points());
  }

  /** The figures of which any of these steps is missing. */
  Set<Figure> missingIn(StepRanges.Run run) {
    Set<Figure> found = EnumSet.noneOf(Figure.class);
    missing.forEach(
        (figure, ranges) -> {
          if (ranges.meets(run)) {
            found.add(figure);
          }
        });
    return found;
  }

  /** Whether any of it has been read: who comes now has to be read apart. */
  boolean isBegun() {
    return begun;
  }

  /** A figure of these steps has come whole. */
  void found(Figure figure, StepRanges.Run run) {
    begun = true;
    StepRanges ranges = missing.get(figure);
    if (ranges != null) {
      ranges.remove(run);
    }
  }

  /** Something of the past could not be read. */
  void pastFailed(Instant now) {
    retryPastAt = now.plus(RETRY_PAST);
  }

  /** It can be read again. */
  void pastAnswers() {
    retryPastAt = Instant.MIN;
  }

  /** Whether the past failed a short while ago. */
  boolean isWaitingToRetry(Instant now) {
    return now.isBefore(retryPastAt);
  }

  /** Takes in another batch, with whatever is still missing of its past. */
  void absorb(ReadBatch other) {
    if (targets.isEmpty()) {
      readThrough = other.readThrough;
      missedThrough = other.missedThrough;
      missing.clear();
    } else {
      readThrough = Math.min(readThrough, other.readThrough);
      missedThrough = Math.min(missedThrough, other.missedThrough);
    }
    other.missing.forEach(
        (figure, ranges) -> missing.computeIfAbsent(figure, f -> new StepRanges()).addAll(ranges));
    retryPastAt = other.retryPastAt;
    targets.addAll(other.targets);
    again.addAll(other.again);
  }

  /** The first step that any of its histories keeps as a step once read up to {@code end}. */
  private long recentFrom(long end) {
    return targets.stream().mapToLong(t -> t.history().recentFromUpTo(end)).min().orElse(0);
  }
}
