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
 * How one source fares, for all that read it: what it may still be asked, and whether it answers at
 * all and by which clock. A cycle begins with one cheap query, its time. Safe for use by several
 * threads.
 */
public final class SourceHealth {

  /**
   * Opened by refusals alone it is asked in earnest again after so long, whatever came of trials.
   */
  private static final Duration IN_EARNEST_AGAIN = Duration.ofMinutes(5);

  /** A reading takes so many or fewer: it is better not begun than left in its middle. */
  public static final int FEWEST_REQUESTS = 20;

  /** Policies that come between two cycles begin one too, which need not ask again. */
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
   * @param clock ours, to which the source's is compared
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
     * @param ahead how far the source's clock is ahead of ours, where that is known; less than
     *     nothing where it is behind
     */
    record Go(Optional<Duration> ahead) implements Beginning {}

    /** Nothing for now; what is known stands. */
    record HeldBack() implements Beginning {}

    /** Nothing, for the source does not answer. */
    record Failed(SourceFailure failure) implements Beginning {}
  }

  /**
   * Begins a cycle; whoever comes second in it gets the same answer.
   *
   * @param now when the cycle began
   * @param millis the time as it goes on
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
        // What is known stands; there is room again in a minute at the latest.
        heldBack.incrementAndGet();
      }
      return new Beginning.HeldBack();
    }
    budget.tried(millis.getAsLong());
    long before = clock.millis();
    double[] time = {Double.NaN};
    QueryResult answer = askTime(time);
    if (isPassing(answer) && !wasOpen && budget.take(millis.getAsLong())) {
      // One failing answer may be no more than that.
      answer = askTime(time);
    }
    if (answer instanceof QueryResult.Failed failed) {
      budget.failed();
      boolean isEarnest = Duration.between(inEarnestAt, now).compareTo(IN_EARNEST_AGAIN) >= 0;
      if (failed.failure().concernsTheServer() || (wasOpen && !isEarnest)) {
        budget.open();
        return new Beginning.Failed(failed.failure());
      }
      // A proxy may let no query through that reads nothing.
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
    // It looked at its clock somewhere between the two.
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

  /** A request was not sent, for this minute's are spent. */
  public SourceFailure holdBack() {
    heldBack.incrementAndGet();
    return SourceFailure.of(Reason.HELD_BACK, "this minute's requests to it are spent");
  }

  /** Bytes of all that it ever answered, unpacked. */
  public long bytesRead() {
    return bytes.get();
  }

  /** The answer, whose bytes are counted while it is read. */
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
