package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.CollectorSettings;
import dev.breakeven.prometheus.collect.request.CycleQueryExecutor;
import dev.breakeven.prometheus.collect.request.SourceHealth;
import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.target.TargetState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;

/** Reads what is missing of the past of a batch of targets, newest first. */
final class Backfill {

  private final ChunkReaders readers;
  private final Set<Figure> figures;
  private final CollectorSettings settings;
  private final ExecutorService workers;

  /**
   * @param figures to read
   */
  Backfill(
      ChunkReaders readers,
      Set<Figure> figures,
      CollectorSettings settings,
      ExecutorService workers) {
    this.readers = readers;
    this.figures = figures;
    this.settings = settings;
    this.workers = workers;
  }

  /** How fast the past is read. */
  private static final class Pace {
    private final long startedNanos = System.nanoTime();
    private long points;

    void read(Chunk chunk) {
      points += chunk.points();
    }

    Duration timeFor(long morePoints) {
      double nanosAPoint = (System.nanoTime() - startedNanos) / (double) Math.max(1, points);
      return Duration.ofNanos((long) (nanosAPoint * morePoints));
    }
  }

  /**
   * Reads while there is time. While the figures of a chunk are read, so are the pods of the next.
   *
   * @param known every target of the source
   * @param onWindow run once when all windows are read and what is older will take a while
   */
  void read(
      ReadBatch batch,
      Collection<TargetState> known,
      Instant now,
      BooleanSupplier hasTime,
      CycleQueryExecutor executor,
      Runnable onWindow) {
    if (executor.gaveUp()) {
      batch.noteWindows();
      return;
    }
    boolean isTrial = batch.isWaitingToRetry(now);
    batch.missWhatIsPast(figures);
    StepRanges left = batch.missingPast();
    Pace pace = new Pace();
    ChunkReader next = null;
    while (next != null || mayGoOn(left, hasTime, executor, 1)) {
      ChunkReader current = next == null ? readPods(batch, known, left, executor) : next;
      CompletableFuture<Void> figuresRead =
          CompletableFuture.runAsync(current::readFigures, workers);
      next =
          !isTrial && executor.isWell() && mayGoOn(left, hasTime, executor, 2)
              ? readPods(batch, known, left, executor)
              : null;
      figuresRead.join();
      readers.keep(batch, current);
      boolean isTooLarge = readers.isTooLarge(current, now);
      if (isTooLarge || readers.isTooLong(current)) {
        left.add(current.chunk().run());
        if (next != null && (!isTooLarge || isOverLimit(next))) {
          left.add(next.chunk().run());
          giveUp(batch, next);
          next = null;
        }
        continue;
      }
      noteResult(batch, current, isTrial, now);
      if (executor.gaveUp() || (isTrial && !current.queries().areComplete())) {
        break;
      }
      isTrial = false;
      readers.limit().answered(current.pointsRead(), now);
      pace.read(current.chunk());
      long pointsLeft = batch.pointsOf(left) + (next == null ? 0 : next.chunk().points());
      if (pointsLeft > 0 && pace.timeFor(pointsLeft).compareTo(settings.patience()) > 0) {
        batch.tellOfWindows(onWindow);
      }
    }
    if (next != null) {
      giveUp(batch, next);
    }
    batch.noteWindows();
  }

  /** Notes on a batch whether its past can be read. */
  private void noteResult(ReadBatch batch, ChunkReader read, boolean isTrial, Instant now) {
    readers.learnFromTimeouts(read, now);
    if (!read.queries().areComplete() && !read.queries().wasHeldBack()) {
      batch.pastFailed(now);
    } else if (isTrial && read.queries().areComplete()) {
      batch.pastAnswers();
    }
  }

  /** Whether a chunk would be refused as well. */
  private boolean isOverLimit(ChunkReader next) {
    return next.chunk().points() > readers.limit().points();
  }

  private boolean mayGoOn(
      StepRanges left, BooleanSupplier hasTime, CycleQueryExecutor executor, int chunksAtOnce) {
    return !left.isEmpty()
        && hasTime.getAsBoolean()
        && !executor.gaveUp()
        && executor.bytes() < settings.mostBytesACycle()
        && executor.left() >= chunksAtOnce * SourceHealth.FEWEST_REQUESTS;
  }

  /** Takes the newest chunk of what is left, and reads its pods. */
  private ChunkReader readPods(
      ReadBatch batch,
      Collection<TargetState> known,
      StepRanges left,
      CycleQueryExecutor executor) {
    Chunk chunk = batch.newestOf(left);
    left.remove(chunk.run());
    ChunkReader begun = readers.reader(batch, known, chunk, false, executor);
    begun.readPods(batch.missingIn(chunk.run()));
    return begun;
  }

  private static void giveUp(ReadBatch batch, ChunkReader begun) {
    begun.giveUp();
    begun.toReadAgain().forEach(batch::readAgain);
  }
}
