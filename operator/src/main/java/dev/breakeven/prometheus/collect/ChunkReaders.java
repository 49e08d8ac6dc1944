package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.collect.pod.PodMemory;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.collect.request.CycleQueryExecutor;
import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.target.TargetIndex;
import dev.breakeven.prometheus.target.TargetState;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes the readers of a source's chunks, and learns from what the source refuses how much to ask
 * for at once.
 */
final class ChunkReaders {

  /** Fits a URL of 8 KiB; if that is refused too, no query names namespaces. */
  private static final int FEW_CHARACTERS = 4_000;

  private final Source source;
  private final EngineProfile profile;
  private final ChunkLimit limit = new ChunkLimit();
  private final PodMemory memory = new PodMemory();
  private final Map<QueryCatalog, SourceFailure> failures = new LinkedHashMap<>();
  private int mostCharacters = QueryBuilder.MOST_CHARACTERS;

  ChunkReaders(Source source, EngineProfile profile) {
    this.source = source;
    this.profile = profile;
  }

  /**
   * @param known every target of the source
   */
  ChunkReader reader(
      ReadBatch batch,
      Collection<TargetState> known,
      Chunk chunk,
      boolean isNewest,
      CycleQueryExecutor executor) {
    return new ChunkReader(
        new ChunkScope(
            source,
            profile,
            new TargetIndex(batch.targets(), known),
            chunk,
            isNewest,
            mostCharacters),
        memory,
        executor.forChunk(chunk));
  }

  /** How much to ask for at once. */
  ChunkLimit limit() {
    return limit;
  }

  /** What is known of the source's pods. */
  PodMemory memory() {
    return memory;
  }

  /** The most characters of a query that names namespaces. */
  int mostCharacters() {
    return mostCharacters;
  }

  /** Queries of this cycle that failed. */
  Map<QueryCatalog, SourceFailure> failures() {
    return failures;
  }

  /** Notes in a batch what was read of the past, and what was not. */
  void keep(ReadBatch batch, ChunkReader read) {
    failures.putAll(read.queries().failures());
    read.wanted().stream()
        .filter(read.queries()::isComplete)
        .forEach(figure -> batch.found(figure, read.chunk().run()));
    read.toReadAgain().forEach(batch::readAgain);
  }

  /**
   * Whether a chunk was refused for its size and a smaller one may be answered. Then the next
   * chunks are smaller.
   */
  boolean isTooLarge(ChunkReader read, Instant now) {
    boolean isTooLarge =
        read.chunk().isSplittable()
            && read.queries().failures().values().stream().anyMatch(SourceFailure::isTooLarge);
    if (isTooLarge) {
      limit.refused(read.chunk(), now);
    }
    return isTooLarge;
  }

  /**
   * Whether a query was refused for its length and a shorter one may be answered. Then the next
   * queries are shorter.
   */
  boolean isTooLong(ChunkReader read) {
    if (mostCharacters == 0
        || read.queries().failures().values().stream().noneMatch(SourceFailure::isTooLong)) {
      return false;
    }
    mostCharacters = mostCharacters > FEW_CHARACTERS ? FEW_CHARACTERS : 0;
    return true;
  }

  /** After a timeout the next chunks are smaller. */
  void learnFromTimeouts(ChunkReader read, Instant now) {
    if (read.chunk().isSplittable()
        && read.queries().failures().values().stream()
            .anyMatch(failure -> failure.reason() == SourceFailure.Reason.TIMEOUT)) {
      limit.refused(read.chunk(), now);
    }
  }
}
