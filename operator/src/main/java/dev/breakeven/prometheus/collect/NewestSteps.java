package dev.breakeven.prometheus.collect;

import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.collect.request.ChunkQueries;
import dev.breakeven.prometheus.collect.request.CycleQueryExecutor;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.query.ScrapeLabels;
import dev.breakeven.prometheus.query.UntrustedTargets;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** Reads the newest steps of a batch of targets. */
final class NewestSteps {

  private static final SourceFailure UNKNOWN =
      SourceFailure.of(SourceFailure.Reason.NOT_AN_ANSWER, "no answer");

  private final String source;
  private final Set<Figure> figures;
  private final ChunkReaders readers;
  private UntrustedTargets leftOut = UntrustedTargets.NONE;
  private ScrapeLabels gatewayLabels = ScrapeLabels.NONE;

  /**
   * @param source its name
   * @param figures to read
   */
  NewestSteps(String source, Set<Figure> figures, ChunkReaders readers) {
    this.source = source;
    this.figures = figures;
    this.readers = readers;
  }

  /**
   * Reads them.
   *
   * @param known every target of the source
   * @param through the step after the newest
   */
  void read(
      ReadBatch batch,
      Collection<TargetState> known,
      long through,
      Instant now,
      CycleQueryExecutor executor) {
    if (batch.isAheadOf(through)) {
      batch.startAnew(through, figures);
      readers.memory().gapDetectors().clear();
    }
    batch.reach(through, figures);
    ChunkReader read;
    do {
      read = readers.reader(batch, known, batch.newest(through), true, executor);
      read.read(figures);
      if (batch.targets().stream().map(TargetState::target).allMatch(read.queries()::sufficeFor)) {
        readers.keep(batch, read);
      } else {
        readers.failures().putAll(read.queries().failures()); // nothing of it was stored for those
      }
    } while (readers.isTooLarge(read, now) || readers.isTooLong(read));
    readers.learnFromTimeouts(read, now);
    if (!read.queries().wasHeldBack()) { // else what is known stands
      leftOut = leftOut.and(read.leftOut());
      gatewayLabels = read.labels().ofGateways();
      noteResult(batch, read, now);
    }
  }

  private void noteResult(ReadBatch batch, ChunkReader read, Instant now) {
    boolean isComplete = !read.lacksAnswers();
    for (TargetState target : batch.targets()) {
      Optional<Note> why = whyUnanswered(target.target(), read.queries());
      why.ifPresentOrElse(note -> target.failed(note, now), target::wasRead);
      isComplete &=
          why.isEmpty()
              && read.queries().areCompleteFor(target.target())
              && !read.isIncomplete(target);
    }
    batch.askedNewest(read.chunk(), isComplete, now);
    if (isComplete) {
      readers.limit().answered(read.pointsRead(), now);
    }
  }

  /** Why a target has no data: a query that it needs failed. */
  private Optional<Note> whyUnanswered(Target target, ChunkQueries queries) {
    return ChunkQueries.neededBy(target).stream()
        .filter(queries::hasFailed)
        .max(Comparator.naturalOrder())
        .map(
            query ->
                new Note(
                    Note.Reason.SOURCE_UNAVAILABLE,
                    Message.of(
                        Cause.SOURCE_DOES_NOT_ANSWER,
                        name(source),
                        queries.failures().getOrDefault(query, UNKNOWN).quoted(),
                        name(query.label()))));
  }

  /** Forgets which scrape targets are not trusted, before all batches are read. */
  void forgetLeftOut() {
    leftOut = UntrustedTargets.NONE;
  }

  /** Scrape targets whose engine series are left out. */
  UntrustedTargets leftOut() {
    return leftOut;
  }

  /** The labels that the scrapers of the gateway set. */
  ScrapeLabels gatewayLabels() {
    return gatewayLabels;
  }
}
