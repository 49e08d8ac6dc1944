package dev.breakeven.prometheus.collect.request;

import dev.breakeven.prometheus.CollectionReport;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.HttpResult;
import dev.breakeven.prometheus.client.QueryResult;
import dev.breakeven.prometheus.client.RequestBudget;
import dev.breakeven.prometheus.client.ResponseParser;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.client.SourceFailure.Reason;
import dev.breakeven.prometheus.client.Transport;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The health of one source, shared by all its readers: how many requests are left, whether it
 * answers, and how far its clock is from ours. A cycle begins with one cheap query for its time.
 * Safe for use by several threads.
 */
public final class SourceHealth {

  /**
   * If only refusals opened the circuit, it is closed again after this time, even if trials fail.
   */
  private static final Duration IN_EARNEST_AGAIN = Duration.ofMinutes(5);

  /** The most requests of a chunk: with fewer left, a chunk is not begun. */
  public static final int FEWEST_REQUESTS = 20;

  /** Policies that come between two cycles begin one too, which does not ask again. */
  private static final Duration KNOWN_FOR = Duration.ofSeconds(30);

  private static final double MOST_AHEAD_MILLIS = 1e15;

  private final Transport transport;
  private final Clock clock;
  private final RequestBudget budget = new RequestBudget();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong heldBack = new AtomicLong();
  private @Nullable Instant beganAt; // guarded by this, as are the next
  private Beginning began = new Beginning.Go(Optional.empty());
  private Instant inEarnestAt = Instant.EPOCH;
  private Instant answeredAt = Instant.EPOCH;
  private Beginning.Go answered = new Beginning.Go(Optional.empty());
  private int requests;
  private long bytesTold;

  /**
   * @param clock ours, which the source's is compared with
   */
  public SourceHealth(Transport transport, Clock clock) {
    this.transport = transport;
    this.clock = clock;
  }

  /** What a cycle may do. */
  public sealed interface Beginning {
    /**
     * Read.
     *
     * @param ahead how far the source's clock is ahead of ours, if it is known; negative if it is
     *     behind
     */
    record Go(Optional<Duration> ahead) implements Beginning {}

    /** Read nothing now; what is known stands. */
    record HeldBack() implements Beginning {}

    /** Read nothing, because the source does not answer. */
    record Failed(SourceFailure failure) implements Beginning {}
  }

  /**
   * Begins a cycle. Every reader of the source gets the same answer in a cycle.
   *
   * @param now when the cycle began
   * @param millis the current time
   */
  public synchronized Beginning begin(Instant now, LongSupplier millis) {
    if (!now.equals(beganAt)) {
      beganAt = now;
      began = tried(now, millis);
    }
    return began;
  }

  private Beginning tried(Instant now, LongSupplier millis) {
    boolean wasOpen = budget.isOpen();
    boolean isKnown = Duration.between(answeredAt, now).abs().compareTo(KNOWN_FOR) < 0;
    if (!wasOpen && isKnown && budget.left(millis.getAsLong()) >= FEWEST_REQUESTS) {
      return answered;
    }
    boolean isSpent = budget.left(millis.getAsLong()) < FEWEST_REQUESTS;
    boolean isTrial = wasOpen || (isSpent && budget.isAiling());
    if (isTrial ? !budget.isTimeToTry(millis.getAsLong()) : isSpent) {
      if (!wasOpen) {
        // What is known stands. Requests are available again in a minute at the latest.
        heldBack.incrementAndGet();
      }
      return new Beginning.HeldBack();
    }
    budget.tried(millis.getAsLong());
    long before = clock.millis();
    double[] time = {Double.NaN};
    QueryResult answer = askTime(time);
    if (isPassing(answer) && !wasOpen && budget.take(millis.getAsLong())) {
      // A single failure may pass.
      answer = askTime(time);
    }
    if (answer instanceof QueryResult.Failed failed) {
      budget.failed();
      boolean isEarnest = Duration.between(inEarnestAt, now).compareTo(IN_EARNEST_AGAIN) >= 0;
      if (failed.failure().concernsTheServer() || (wasOpen && !isEarnest)) {
        budget.open();
        return new Beginning.Failed(failed.failure());
      }
      // A proxy may refuse queries that read no series.
    } else {
      budget.answered();
    }
    budget.close();
    inEarnestAt = now;
    answeredAt = now;
    answered = Double.isFinite(time[0]) ? go(time[0], before) : new Beginning.Go(Optional.empty());
    return budget.left(millis.getAsLong()) < FEWEST_REQUESTS ? new Beginning.HeldBack() : answered;
  }

  private Beginning.Go go(double seconds, long askedAtMillis) {
    // The source read its clock between the two.
    double ours = (askedAtMillis + clock.millis()) / 2.0;
    double ahead = Math.max(-MOST_AHEAD_MILLIS, Math.min(MOST_AHEAD_MILLIS, 1e3 * seconds - ours));
    return new Beginning.Go(Optional.of(Duration.ofMillis(Math.round(ahead))));
  }

  private QueryResult askTime(double[] time) {
    requests++;
    return ResponseParser.read(
        counted(transport.ask(new ApiRequest.Now(QueryCatalog.SOURCE_TIME, "vector(time())"))),
        (labels, points) -> time[0] = points.size() == 1 ? points.valueAt(0) : Double.NaN);
  }

  private static boolean isPassing(QueryResult answer) {
    return answer instanceof QueryResult.Failed failed
        && failed.failure().concernsTheServer()
        && !failed.failure().isLasting();
  }

  public RequestBudget budget() {
    return budget;
  }

  /** A request was not sent, because the requests of this minute are used up. */
  public SourceFailure holdBack() {
    heldBack.incrementAndGet();
    return SourceFailure.of(Reason.HELD_BACK, "this minute's requests to it are spent");
  }

  /** Bytes of all its answers, uncompressed. */
  public long bytesRead() {
    return bytes.get();
  }

  /** The same result, whose bytes are counted while they are read. */
  public HttpResult counted(HttpResult result) {
    return result instanceof HttpResult.Answered answered
        ? new HttpResult.Answered(
            answered.status(), new CountingInputStream(answered.body(), bytes))
        : result;
  }

  /** Requests and bytes since the last call. */
  public synchronized CollectionReport.SourceUse use(String source) {
    int requestCount = requests;
    requests = 0;
    long read = bytes.get() - bytesTold;
    bytesTold += read;
    return new CollectionReport.SourceUse(
        source, requestCount, read, heldBack.getAndSet(0), budget.isOpen());
  }
}
