package dev.breakeven.prometheus.client;

import java.time.Duration;

/**
 * How many requests a source may be sent in any minute, whoever asks: many while it is healthy, few
 * once it has refused or failed anything. It is healthy again when all that is new was read without
 * a failure.
 *
 * <p>It is a circuit breaker too. Once the source has failed as a whole, or has refused one request
 * after another, it is open: nothing is asked but one cheap query, now and then, until that is
 * answered.
 *
 * <p>Times are milliseconds of the caller's clock. Safe for use by several threads.
 */
public final class RequestBudget {

  /** Requests in any minute while nothing fails. */
  public static final int HEALTHY = 300;

  /**
   * Requests in any minute once anything was refused or failed, without those that were sent before
   * it did: what is new has to be read at once when it is well again.
   */
  public static final int AILING = 60;

  /** Refusals in a row, of ever smaller questions, after which the next is no better. */
  private static final int REFUSALS = 20;

  private static final long WINDOW_MILLIS = Duration.ofMinutes(1).toMillis();

  /** So that enough of a minute's requests is left when the cheap query is answered. */
  private static final long BETWEEN_TRIALS_MILLIS = Duration.ofSeconds(5).toMillis();

  private final long[] sentAt = new long[HEALTHY];
  private int sent; // the last of them stand in `sentAt`, as in a ring
  private boolean ailing;
  private int sentBeforeAiling; // while it was healthy, which was no burden to it
  private boolean everFailed;
  private long failedAt;
  private boolean open;
  private boolean everTried;
  private long triedAt;
  private int refusals;

  /** Takes one request out of this minute's; false where none is left. */
  public synchronized boolean take(long now) {
    if (left(now) <= 0) {
      return false;
    }
    tried(now);
    return true;
  }

  /** How many requests may still be sent in this minute. */
  public synchronized int left(long now) {
    int left = HEALTHY - sentLately(now, 0);
    return Math.max(0, ailing ? Math.min(left, AILING - sentLately(now, sentBeforeAiling)) : left);
  }

  private int sentLately(long now, int from) {
    int lately = 0;
    for (int i = Math.max(from, sent - HEALTHY); i < sent; i++) {
      // A clock that went back must not hold requests for longer than a window.
      lately += Math.abs(now - sentAt[i % HEALTHY]) < WINDOW_MILLIS ? 1 : 0;
    }
    return lately;
  }

  /** Notes that the health check was sent; the caller decides whether it was due. */
  public synchronized void tried(long now) {
    sentAt[sent % HEALTHY] = now;
    sent++;
  }

  /** Whether only the health check may be sent. */
  public synchronized boolean isOpen() {
    return open;
  }

  /**
   * Whether it is time to ask the cheap query, of an open circuit or where the others are spent,
   * which the caller then does: what was sent while the source was healthy does not count, or for a
   * minute nobody would know that it no longer is.
   */
  public synchronized boolean isTimeToTry(long now) {
    if ((everTried && Math.abs(now - triedAt) < BETWEEN_TRIALS_MILLIS)
        || (ailing && sentLately(now, sentBeforeAiling) >= AILING)) {
      return false;
    }
    everTried = true;
    triedAt = now;
    return true;
  }

  /** The source has failed as a whole: it is left alone but for the cheap query. */
  public synchronized void open() {
    open = true;
  }

  /** The cheap query was answered. */
  public synchronized void close() {
    open = false;
    refusals = 0;
  }

  /** A request was answered. */
  public synchronized void answered() {
    refusals = 0;
  }

  /** A request was refused, or failed. */
  public synchronized void failed() {
    long at = sent == 0 ? 0 : sentAt[(sent - 1) % HEALTHY];
    // One that fares well in between for less than a minute is still the same that failed.
    if (!ailing && (!everFailed || Math.abs(at - failedAt) >= WINDOW_MILLIS)) {
      sentBeforeAiling = sent;
    }
    ailing = true;
    everFailed = true;
    failedAt = at;
    refusals++;
    open |= refusals >= REFUSALS;
  }

  /** Whether anything was refused, or failed, since all that is new was last read. */
  public synchronized boolean isAiling() {
    return ailing;
  }

  /** All that is new was read, and nothing failed. */
  public synchronized void isWell() {
    ailing = false;
  }
}
