package dev.breakeven.prometheus.collect.request;

import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.QueryExecutor;
import dev.breakeven.prometheus.client.QueryResult;
import dev.breakeven.prometheus.client.ResponseParser;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.client.Transport;
import dev.breakeven.prometheus.history.Chunk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends queries to one source during one cycle, within its request budget, some in parallel. After
 * the source has failed as a whole, nothing is sent until the next cycle.
 */
public final class CycleQueryExecutor implements QueryExecutor {

  // One slow or failed response may be caused by the query, two are caused by the source.
  private static final int STRIKES = 2;

  private final Transport transport;
  private final SourceHealth health;
  private final LongSupplier millis;
  private final ExecutorService workers;
  private final int parallelism;
  private final long bytesBefore;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger struck = new AtomicInteger();
  private final AtomicReference<@Nullable SourceFailure> down = new AtomicReference<>();

  /**
   * @param health of the source, shared by all its readers
   * @param millis the current time
   * @param parallelism most queries in parallel
   */
  public CycleQueryExecutor(
      Transport transport,
      SourceHealth health,
      LongSupplier millis,
      ExecutorService workers,
      int parallelism) {
    this.transport = transport;
    this.health = health;
    this.millis = millis;
    this.workers = workers;
    this.parallelism = parallelism;
    this.bytesBefore = health.bytesRead();
  }

  /** Requests sent so far. */
  public int requests() {
    return requests.get();
  }

  /** Whether the source has failed as a whole. */
  public boolean gaveUp() {
    return down.get() != null;
  }

  /** Bytes that the source has sent in this cycle, to all its readers. */
  public long bytes() {
    return health.bytesRead() - bytesBefore;
  }

  /** Whether the source has refused nothing lately. */
  public boolean isWell() {
    return !health.budget().isAiling();
  }

  /** How many more queries may be sent in this minute. */
  public int left() {
    return health.budget().left(millis.getAsLong());
  }

  /**
   * For the queries of one chunk: after one was refused as too large, the others are not sent,
   * because a smaller chunk is next.
   */
  public QueryExecutor forChunk(Chunk chunk) {
    return chunk.isSplittable() ? new OfSplittableChunk() : this;
  }

  private final class OfSplittableChunk implements QueryExecutor {

    private final AtomicReference<@Nullable SourceFailure> tooLarge = new AtomicReference<>();

    @Override
    public QueryResult ask(ApiRequest request, SeriesSink sink) {
      SourceFailure refused = gaveUp() ? null : tooLarge.get();
      if (refused != null) {
        return new QueryResult.Failed(refused);
      }
      QueryResult answer = CycleQueryExecutor.this.ask(request, sink);
      if (answer instanceof QueryResult.Failed failed && failed.failure().isTooLarge()) {
        tooLarge.compareAndSet(null, failed.failure());
      }
      return answer;
    }

    @Override
    public void together(Collection<Runnable> work) {
      CycleQueryExecutor.this.together(work);
    }
  }

  @Override
  public QueryResult ask(ApiRequest request, SeriesSink sink) {
    SourceFailure known = down.get();
    if (known != null) {
      return new QueryResult.Failed(known);
    }
    if (!health.budget().take(millis.getAsLong())) {
      return new QueryResult.Failed(health.holdBack());
    }
    requests.incrementAndGet();
    FittingSink fitting = new FittingSink(request, sink);
    QueryResult answer = ResponseParser.read(health.counted(transport.ask(request)), fitting);
    if (!(answer instanceof QueryResult.Failed)) {
      answer = fitting.verdict(answer);
    }
    if (answer instanceof QueryResult.Failed failed) {
      failed(failed.failure());
    } else {
      health.budget().answered();
    }
    return answer;
  }

  private void failed(SourceFailure failure) {
    health.budget().failed();
    if (failure.concernsTheServer()) {
      int strikes = failure.isLasting() ? STRIKES : 1;
      if (struck.addAndGet(strikes) >= STRIKES) {
        health.budget().open();
      }
    }
    if (health.budget().isOpen()) {
      down.compareAndSet(null, failure);
    }
  }

  @Override
  public void together(Collection<Runnable> work) {
    Queue<Runnable> queue = new ConcurrentLinkedQueue<>(work);
    List<Supplier<Boolean>> lanes = new ArrayList<>();
    for (int i = 0; i < Math.min(parallelism, work.size()); i++) {
      lanes.add(
          () -> {
            for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
              next.run();
            }
            return true;
          });
    }
    ParallelTasks.all(workers, lanes);
  }

  /** Passes on series of the result type and the times that were asked for. */
  private static final class FittingSink implements SeriesSink {

    private final String form;
    private final long first;
    private final long last;
    private final SeriesSink sink;
    private boolean isOfOtherForm;
    private boolean wasTimely;
    private boolean wasUntimely;

    FittingSink(ApiRequest request, SeriesSink sink) {
      if (request instanceof ApiRequest.Range range) {
        this.form = "matrix";
        this.first = range.firstEpochSecond() - range.stepSeconds();
        this.last = range.lastEpochSecond() + range.stepSeconds();
      } else {
        this.form = "vector";
        this.first = Long.MIN_VALUE; // one sample, of whatever time
        this.last = Long.MAX_VALUE;
      }
      this.sink = sink;
    }

    @Override
    public void isA(String resultType) {
      isOfOtherForm |= !form.equals(resultType);
    }

    @Override
    public void take(Map<String, String> labels, Points points) {
      int n = points.size();
      if (n > 0 && (points.epochSecondAt(0) < first || points.epochSecondAt(n - 1) > last)) {
        wasUntimely = true;
        sink.takeUnreadable(labels);
        return;
      }
      wasTimely = true;
      sink.take(labels, points);
    }

    @Override
    public void takeUnreadable(Map<String, String> labels) {
      sink.takeUnreadable(labels);
    }

    /**
     * The answer; a failure if it has another type, or no series of the times that were asked for.
     */
    QueryResult verdict(QueryResult answer) {
      if (isOfOtherForm) {
        return unfit("its answer is no " + form);
      }
      return wasUntimely && !wasTimely
          ? unfit("its samples are of other times than were asked for")
          : answer;
    }

    private static QueryResult unfit(String why) {
      return new QueryResult.Failed(SourceFailure.of(SourceFailure.Reason.NOT_AN_ANSWER, why));
    }
  }
}
