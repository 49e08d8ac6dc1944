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

/** Targets whose past is read together, and which steps are missing. Steps are numbered in UTC. */
final class ReadBatch {

  // Late writes may still change the last steps.
  private static final int STEPS_READ_AGAIN = 2;
  private static final int CLOCK_BACK_STEPS = 6;

  /** How often a failed part of the past is retried; the newest steps are read in every cycle. */
  private static final Duration RETRY_PAST = Duration.ofMinutes(10);

  /** New targets may be read several times in a cycle, while their past is loaded. */
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

  /** An empty batch, of which no step before {@code through} is missing. */
  ReadBatch(long through, ChunkLimit limit) {
    this.limit = limit;
    this.missedThrough = through;
    this.readThrough = through - ChunkLimit.FIRST_POINTS;
  }

  /** The targets; may be added to and removed from. */
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

  /** Whether the clock went back so far that steps that were read are in the future. */
  boolean isAheadOf(long through) {
    return through < missedThrough - CLOCK_BACK_STEPS;
  }

  /** Forgets all that was read, because the clock was wrong. */
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

  /** Marks the steps up to {@code through} as missing. */
  void reach(long through, Set<Figure> figures) {
    miss(figures, new StepRanges.Run(missedThrough, through));
    missedThrough = Math.max(missedThrough, through);
  }

  /** The newest steps: those since the last complete reading, and a few before. */
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

  /** Marks steps as missing that have to be read again and are no longer among the newest. */
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
   * Notes on targets that every step of their window was asked for.
   *
   * @return whether that is so for all of them
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

  /** Runs once when all windows have been asked for, and older days have not. */
  void tellOfWindows(Runnable onWindows) {
    if (!isTold && noteWindows()) {
      isTold = true;
      onWindows.run();
    }
  }

  /** How many points these steps are stored as: steps, or hours if they are older. */
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

  /** Whether any of it has been read, so that new targets need a batch of their own. */
  boolean isBegun() {
    return begun;
  }

  /** A figure of these steps was read completely. */
  void found(Figure figure, StepRanges.Run run) {
    begun = true;
    StepRanges ranges = missing.get(figure);
    if (ranges != null) {
      ranges.remove(run);
    }
  }

  /** A part of the past could not be read. */
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

  /** Merges another batch, with what is still missing of its past. */
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

  /** The first step that any history stores as a step, and not by the hour, at {@code end}. */
  private long recentFrom(long end) {
    return targets.stream().mapToLong(t -> t.history().recentFromUpTo(end)).min().orElse(0);
  }
}
