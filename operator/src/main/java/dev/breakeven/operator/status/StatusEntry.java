package dev.breakeven.operator.status;

import dev.breakeven.cluster.Backoff;
import dev.breakeven.operator.status.StatusCache.ForeignWrite;
import dev.breakeven.operator.status.StatusCache.WriteState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of one policy's status: what it should be, what was sent, and what the
 * watch shows. Safe for use by many threads.
 */
final class StatusEntry {

  /** How long the watch may take to show what the API server acknowledged. */
  static final Duration SHOWN_WITHIN = Duration.ofSeconds(5);

  /** The same where the answer did not show it: then it may not have been the API server's. */
  private static final Duration UNACKNOWLEDGED_WITHIN = Duration.ofSeconds(1);

  /** After this long, a write that is undone is the first one again. */
  private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(5);

  /** Writes that were refused. */
  private static final Backoff REFUSED = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

  /** Writes that were acknowledged and are not shown, or are written over. */
  private static final Backoff UNDONE = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(2));

  /** Own writes that the watch may still be about to show. */
  private static final int RECENT = 6;

  private final String uid;
  private @Nullable PackedStatus wanted;
  private boolean isOurs;
  private Instant writtenAt = Instant.EPOCH;

  /** What the watch may show if the last write was taken: as sent, and as it was stored. */
  private List<Long> expected = List.of();

  /** Own writes before the last one. */
  private List<Long> earlier = List.of();

  private long shown = PackedStatus.NONE;

  /** What was sent last without a usable answer: it may have been taken all the same. */
  private @Nullable PackedStatus attempted;

  private boolean isUnwritten;

  /** What is shown, where it is not ours; to be taken over if another replica wrote it. */
  private @Nullable PackedStatus shownByOther;

  private ForeignWrite foreign = ForeignWrite.NOTHING;
  private Instant expectedBy = Instant.EPOCH;
  private Instant notBefore = Instant.EPOCH;

  /** Until then what was undone is not written once more; something new is. */
  private Instant notAgainBefore = Instant.EPOCH;

  private Instant undoneAt = Instant.EPOCH;
  private int timesUndone;
  private int refusals;

  StatusEntry(String uid) {
    this.uid = uid;
  }

  String uid() {
    return uid;
  }

  synchronized @Nullable PackedStatus wanted() {
    return wanted;
  }

  /** When we wrote it; empty where we did not. */
  synchronized @Nullable Instant writtenAt() {
    return isOurs ? writtenAt : null;
  }

  /**
   * The watch, or a list, showed the status so.
   *
   * @param leads whether this replica writes: then what differs from what it wrote is a stranger's
   * @return what it means; {@link #writtenOver} or {@link #found} follows where it is not ours
   */
  synchronized Seen seen(long print, boolean leads, Instant now) {
    shown = print;
    if (attempted != null && print == attempted.print()) {
      // Taken, though its answer was lost.
      wanted = attempted;
      written(List.of(print), now);
      return Seen.TO_BE_LOOKED_AT;
    }
    if (isOurs && shows()) {
      shownByOther = null;
      earlier = List.of();
      return Seen.SETTLED;
    }
    if (isOurs && earlier.contains(print) && now.isBefore(expectedBy)) {
      // The watch is behind: it will show the next of our own writes.
      return Seen.SETTLED;
    }
    return isOurs && leads ? Seen.OF_OTHERS : Seen.NOT_OURS;
  }

  /** What a status that is shown means. */
  enum Seen {
    SETTLED,
    TO_BE_LOOKED_AT,
    /** Somebody else wrote over ours. */
    OF_OTHERS,
    /** Nothing of ours is known: it was written before the start, or by another replica. */
    NOT_OURS
  }

  /** Somebody else wrote over our status, or took it away. */
  synchronized void writtenOver(@Nullable PackedStatus by, ForeignWrite what) {
    shownByOther = by;
    if (what != ForeignWrite.NOTHING) {
      foreign = what;
    }
  }

  /** A status that was found is wanted, as far as it can be an operator's. */
  synchronized void found(@Nullable PackedStatus own, ForeignWrite what) {
    isOurs = false;
    earlier = List.of();
    shownByOther = null;
    wanted = own;
    expected = List.of(own == null ? PackedStatus.NONE : own.print());
    if (what != ForeignWrite.NOTHING) {
      foreign = what;
    }
  }

  synchronized ForeignWrite takeForeignWrite() {
    ForeignWrite taken = foreign;
    foreign = ForeignWrite.NOTHING;
    return taken;
  }

  /** Another replica leads: what it wrote is no stranger's. */
  synchronized void handOver() {
    if (shownByOther != null) {
      wanted = shownByOther;
      shownByOther = null;
      expected = List.of(shown);
    }
    isOurs = false;
    isUnwritten = false;
    attempted = null;
    timesUndone = 0;
    refusals = 0;
    notBefore = Instant.EPOCH;
    notAgainBefore = Instant.EPOCH;
  }

  synchronized WriteState writeState(Instant now) {
    if (shows()) {
      return WriteState.SHOWN;
    }
    return isUnderWay(now) ? WriteState.UNDER_WAY : WriteState.TO_BE_WRITTEN;
  }

  /** Whether it is to be written, or written again, and its wait is over. */
  synchronized boolean isOverdue(Instant now) {
    boolean isOpen = isUnwritten || writeState(now) == WriteState.TO_BE_WRITTEN;
    return isOpen && untilNextWrite(false, now).isZero();
  }

  /**
   * How long to wait before the next write; nothing where it may be now.
   *
   * @param isNew whether the status differs from the last one that was written
   */
  synchronized Duration untilNextWrite(boolean isNew, Instant now) {
    Instant from = isNew || isUnwritten ? notBefore : later(notBefore, notAgainBefore);
    Duration left = Duration.between(now, from);
    // A clock that went back must not hold a write for longer than any wait is.
    return left.isNegative() || left.compareTo(UNDONE.most()) > 0 ? Duration.ZERO : left;
  }

  /** It is about to be sent: the watch may show it before it is answered. */
  synchronized void sends(PackedStatus status) {
    if (attempted != null && attempted.print() != status.print()) {
      earlier =
          Stream.concat(Stream.of(attempted.print()), earlier.stream()).limit(RECENT).toList();
    }
    attempted = status;
  }

  /**
   * The API server accepted a write.
   *
   * @param stored the hash of the status in its answer
   */
  synchronized void wrote(PackedStatus status, long stored, Instant now) {
    boolean isUndone = isOurs && writeState(now) == WriteState.TO_BE_WRITTEN;
    List<Long> next =
        stored == PackedStatus.NONE || stored == status.print()
            ? List.of(status.print())
            : List.of(status.print(), stored);
    List<Long> before = new ArrayList<>(expected);
    before.addAll(earlier);
    if (shownByOther == null) {
      before.add(shown);
    }
    before.add(attempted == null ? PackedStatus.NONE : attempted.print());
    earlier =
        before.stream()
            .distinct()
            .filter(print -> print != PackedStatus.NONE && !next.contains(print))
            .limit(RECENT)
            .toList();
    wanted = status;
    written(next, now);
    refusals = 0;
    notBefore = Instant.EPOCH;
    noteUndone(isUndone, now);
    Duration within = stored == PackedStatus.NONE ? UNACKNOWLEDGED_WITHIN : SHOWN_WITHIN;
    expectedBy = later(now.plus(within), notAgainBefore);
  }

  private void noteUndone(boolean isUndone, Instant now) {
    notAgainBefore = Instant.EPOCH;
    if (isUndone) {
      boolean isLongAgo = Duration.between(undoneAt, now).compareTo(FORGIVEN_AFTER) > 0;
      timesUndone = isLongAgo ? 1 : timesUndone + 1;
      undoneAt = now;
      notAgainBefore = now.plus(UNDONE.after(timesUndone));
    }
  }

  /** The API server did not take it, or its answer was lost. */
  synchronized void refused(PackedStatus status, Instant now) {
    isUnwritten = true;
    sends(status);
    refusals++;
    notBefore = now.plus(REFUSED.after(refusals));
  }

  private void written(List<Long> next, Instant now) {
    expected = next;
    isOurs = true;
    writtenAt = now;
    shownByOther = null;
    attempted = null;
    isUnwritten = false;
  }

  synchronized boolean shows() {
    return expected.contains(shown);
  }

  private boolean isUnderWay(Instant now) {
    return isOurs && shownByOther == null && now.isBefore(expectedBy);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
