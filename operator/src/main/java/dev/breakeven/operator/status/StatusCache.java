package dev.breakeven.operator.status;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.cluster.Backoff;
import dev.breakeven.operator.evaluation.PolicyKey;
import dev.breakeven.render.status.StatusChange;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The status that each policy should have, beside the one that the watch shows. A write is done
 * when the watch shows it, and only then: until it does, and whenever something else is shown, the
 * status is to be written again, each time after a longer wait.
 *
 * <p>The wanted status is also the memory of what was decided. It is what we wrote; before that,
 * what was found, without the fields that somebody else has written since.
 *
 * <p>A status is held packed, a tenth of what it weighs as objects; what is shown is held as a
 * hash, unless somebody else wrote it. Safe for use by many threads.
 */
public final class StatusCache {

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

  /** Of no status at all. */
  private static final long NONE = 0;

  /** Own writes that the watch may still be about to show. */
  private static final int RECENT = 6;

  private final KubernetesSerialization serialization;
  private final Map<PolicyKey, Entry> byPolicy = new ConcurrentHashMap<>();

  private static final class Packed {
    private final byte[] bytes;
    private final long print;

    private Packed(byte[] bytes, long print) {
      this.bytes = bytes;
      this.print = print;
    }
  }

  /** A status while it is being sent, so that it is packed once. */
  private record Sent(CostPolicyStatus status, Packed packed) {}

  /** Everything that is known of one policy's status. Guarded by itself. */
  private static final class Entry {
    private final String uid;
    private @Nullable Packed wanted;
    private boolean ours;
    private Instant writtenAt = Instant.EPOCH;

    /** What the watch may show if the last write was taken: as sent, and as it was stored. */
    private List<Long> expected = List.of();

    /** Own writes before the last one. */
    private List<Long> earlier = List.of();

    private long shown = NONE;

    /** What was sent last without a usable answer: it may have been taken all the same. */
    private @Nullable Packed attempted;

    private @Nullable Sent sent;
    private boolean unwritten;

    /** What is shown, where it is not ours; to be taken over if another replica wrote it. */
    private @Nullable Packed shownByOther;

    private boolean replace;

    /** A status that this operator did not write; reported once. */
    private Foreign foreign = Foreign.NOTHING;

    /** From then on applying would leave in place what it no longer names. */
    private boolean wasReplaced;

    private Instant expectedBy = Instant.EPOCH;
    private Instant notBefore = Instant.EPOCH;

    /** Until then what was undone is not written once more; something new is. */
    private Instant notAgainBefore = Instant.EPOCH;

    private Instant undoneAt = Instant.EPOCH;
    private int timesUndone;
    private int refusals;

    Entry(String uid) {
      this.uid = uid;
    }

    boolean shows() {
      return expected.contains(shown);
    }

    long attemptedPrint() {
      return attempted == null ? NONE : attempted.print;
    }

    boolean isUnderWay(Instant now) {
      return ours && shownByOther == null && now.isBefore(expectedBy);
    }
  }

  public StatusCache(KubernetesSerialization serialization) {
    this.serialization = serialization;
  }

  /** The status that the policy should have as far as is known, or none. */
  public @Nullable CostPolicyStatus of(CostPolicy policy) {
    Entry entry = entryOf(policy);
    if (entry == null) {
      return policy.getStatus();
    }
    synchronized (entry) {
      return entry.wanted == null ? null : unpacked(entry.wanted);
    }
  }

  /** How long ago we wrote it; long enough where we did not. */
  public Duration sinceWritten(CostPolicy policy, Instant now) {
    Entry entry = entryOf(policy);
    if (entry == null) {
      return StatusChange.SETTLING_TIME;
    }
    synchronized (entry) {
      return entry.ours ? Duration.between(entry.writtenAt, now) : StatusChange.SETTLING_TIME;
    }
  }

  /**
   * The watch, or a list, showed a policy so.
   *
   * @param leads whether this replica writes: then what differs from what it wrote is a stranger's
   * @return whether the policy is to be looked at, because what is shown is not what is wanted
   */
  public boolean seen(CostPolicy policy, boolean leads, Instant now) {
    CostPolicyStatus status = policy.getStatus();
    long print = print(status);
    Entry entry = entryFor(policy);
    synchronized (entry) {
      entry.shown = print;
      entry.wasReplaced |= policy.isStatusReplaced();
      if (entry.attempted != null && print == entry.attempted.print) {
        // Taken, though its answer was lost.
        entry.wanted = entry.attempted;
        written(entry, List.of(print), now);
        return true;
      }
      if (entry.ours && entry.shows()) {
        entry.shownByOther = null;
        entry.replace = false;
        entry.earlier = List.of();
        return false;
      }
      if (entry.ours && entry.earlier.contains(print) && now.isBefore(entry.expectedBy)) {
        // The watch is behind: it will show the next of our own writes.
        return false;
      }
      if (entry.ours && leads) {
        entry.replace = status != null;
        if (status == null) {
          entry.foreign = Foreign.TAKEN_AWAY;
        } else if (!policy.othersStatusFields().isEmpty()) {
          entry.foreign = Foreign.WRITTEN_OVER;
        }
        entry.shownByOther = status == null ? null : packed(status);
        return true;
      }
      found(entry, status, policy.othersStatusFields(), print, now);
      return leads && !entry.shows();
    }
  }

  /** What in a status is not the operator's own. */
  public enum Foreign {
    NOTHING,
    /** Somebody else wrote it, or a part of it. */
    WRITTEN_OVER,
    /** Somebody took it away. */
    TAKEN_AWAY,
    /** A part of it cannot be what an operator wrote, such as a time to come. */
    IMPLAUSIBLE
  }

  /** A status that somebody else wrote since the last call, if any. */
  Foreign takeForeign(CostPolicy policy) {
    Entry entry = entryOf(policy);
    if (entry == null) {
      return Foreign.NOTHING;
    }
    synchronized (entry) {
      Foreign found = entry.foreign;
      entry.foreign = Foreign.NOTHING;
      return found;
    }
  }

  private static void written(Entry entry, List<Long> expected, Instant now) {
    entry.expected = expected;
    entry.ours = true;
    entry.writtenAt = now;
    entry.shownByOther = null;
    entry.attempted = null;
    entry.unwritten = false;
  }

  /** What was found is wanted, but for what a stranger wrote of it, or must have written. */
  private void found(
      Entry entry, @Nullable CostPolicyStatus status, Set<String> others, long print, Instant now) {
    entry.ours = false;
    entry.earlier = List.of();
    entry.shownByOther = null;
    if (status == null) {
      entry.replace = false;
      entry.wanted = null;
      entry.expected = List.of(NONE);
      return;
    }
    CostPolicyStatus unwritten = without(others, status);
    Packed own = packed(PlausibleStatus.of(unwritten, now));
    if (own.print != (others.isEmpty() ? print : print(unwritten))) {
      entry.foreign = Foreign.IMPLAUSIBLE;
    } else if (!others.isEmpty()) {
      entry.foreign = Foreign.WRITTEN_OVER;
    }
    entry.replace = own.print != print;
    entry.wanted = own;
    entry.expected = List.of(own.print);
  }

  /** Another replica leads: what it wrote is no stranger's. */
  public void handOver() {
    for (Entry entry : byPolicy.values()) {
      synchronized (entry) {
        if (entry.shownByOther != null) {
          entry.wanted = entry.shownByOther;
          entry.shownByOther = null;
          entry.expected = List.of(entry.shown);
        }
        entry.ours = false;
        entry.replace = false;
        entry.unwritten = false;
        entry.attempted = null;
        entry.timesUndone = 0;
        entry.refusals = 0;
        entry.notBefore = Instant.EPOCH;
        entry.notAgainBefore = Instant.EPOCH;
      }
    }
  }

  /** How a policy's status stands. */
  public enum Standing {
    /** The watch shows what is wanted. */
    SHOWN,
    /** It was written a moment ago, and the watch has yet to show it. */
    UNDER_WAY,
    /** The watch shows something else, or nothing. */
    TO_BE_WRITTEN
  }

  /** How the status stands. */
  public Standing writeState(CostPolicy policy, Instant now) {
    Entry entry = entryOf(policy);
    if (entry == null) {
      return Standing.TO_BE_WRITTEN;
    }
    synchronized (entry) {
      if (entry.shows()) {
        return Standing.SHOWN;
      }
      return entry.isUnderWay(now) ? Standing.UNDER_WAY : Standing.TO_BE_WRITTEN;
    }
  }

  /** The policies whose status is to be written, or written again, and whose wait is over. */
  public List<PolicyKey> overdue(Instant now) {
    List<PolicyKey> overdue = new ArrayList<>();
    byPolicy.forEach(
        (key, entry) -> {
          synchronized (entry) {
            boolean open = entry.unwritten || (!entry.shows() && !entry.isUnderWay(now));
            if (open && left(entry, entry.unwritten, now).isZero()) {
              overdue.add(key);
            }
          }
        });
    return overdue;
  }

  /**
   * How long to wait before the next write; nothing where it may be now.
   *
   * @param isNew whether the status differs from the last one that was written
   */
  Duration untilNextWrite(CostPolicy policy, boolean isNew, Instant now) {
    Entry entry = entryOf(policy);
    if (entry == null) {
      return Duration.ZERO;
    }
    synchronized (entry) {
      return left(entry, isNew || entry.unwritten, now);
    }
  }

  private static Duration left(Entry entry, boolean isNew, Instant now) {
    Instant from = isNew ? entry.notBefore : later(entry.notBefore, entry.notAgainBefore);
    Duration left = Duration.between(now, from);
    // A clock that went back must not hold a write for longer than any wait is.
    return left.isNegative() || left.compareTo(UNDONE.most()) > 0 ? Duration.ZERO : left;
  }

  /** Whether all of the status is to be replaced, because others own fields of it. */
  boolean isToBeReplaced(CostPolicy policy) {
    Entry entry = entryOf(policy);
    if (entry == null) {
      return false;
    }
    synchronized (entry) {
      return entry.replace || entry.wasReplaced;
    }
  }

  /** How the API server stored a status, according to its response. */
  public enum Stored {
    /** As it was sent. */
    AS_SENT,
    /** With fields that were not sent, and are to be written over. */
    WITH_OTHERS,
    /** Without some that were sent: it does not know them. */
    IN_PART
  }

  /**
   * The API server accepted a write.
   *
   * @param stored the status in its answer, or none where the answer had none
   */
  Stored wrote(
      CostPolicy policy, CostPolicyStatus status, @Nullable CostPolicyStatus stored, Instant now) {
    Entry entry = entryFor(policy);
    synchronized (entry) {
      boolean undone = entry.ours && !entry.shows() && !entry.isUnderWay(now);
      boolean isReplaced = entry.replace || entry.wasReplaced;
      List<Long> earlier = new ArrayList<>(entry.expected);
      earlier.addAll(entry.earlier);
      if (entry.shownByOther == null) {
        earlier.add(entry.shown);
      }
      earlier.add(entry.attemptedPrint());
      Packed written = packed(entry, status);
      long print = written.print;
      long answered = print(stored);
      boolean isAsSent = answered == NONE || answered == print;
      List<Long> expected = isAsSent || !isReplaced ? List.of(print) : List.of(print, answered);
      entry.earlier =
          earlier.stream()
              .distinct()
              .filter(p -> p != NONE && !expected.contains(p))
              .limit(RECENT)
              .toList();
      entry.wanted = written;
      entry.sent = null;
      written(entry, expected, now);
      entry.refusals = 0;
      entry.wasReplaced = isReplaced;
      entry.notBefore = Instant.EPOCH;
      if (undone) {
        boolean longAgo = Duration.between(entry.undoneAt, now).compareTo(FORGIVEN_AFTER) > 0;
        entry.timesUndone = longAgo ? 1 : entry.timesUndone + 1;
        entry.undoneAt = now;
        entry.notAgainBefore = now.plus(UNDONE.after(entry.timesUndone));
      } else {
        entry.notAgainBefore = Instant.EPOCH;
      }
      entry.expectedBy =
          later(
              now.plus(stored == null ? UNACKNOWLEDGED_WITHIN : SHOWN_WITHIN),
              entry.notAgainBefore);
      if (isAsSent) {
        return Stored.AS_SENT;
      }
      if (!isReplaced) {
        entry.replace = true;
        entry.unwritten = true;
        return Stored.WITH_OTHERS;
      }
      return Stored.IN_PART;
    }
  }

  /** It is about to be sent: the watch may show it before it is answered. */
  void sends(CostPolicy policy, CostPolicyStatus status) {
    Entry entry = entryFor(policy);
    synchronized (entry) {
      Packed packed = packed(status);
      entry.sent = new Sent(status, packed);
      attempt(entry, packed);
    }
  }

  private static void attempt(Entry entry, Packed status) {
    if (entry.attempted != null && entry.attempted.print != status.print) {
      entry.earlier =
          Stream.concat(Stream.of(entry.attempted.print), entry.earlier.stream())
              .limit(RECENT)
              .toList();
    }
    entry.attempted = status;
  }

  /**
   * The API server did not take it, or its answer was lost.
   *
   * @param replaceNext whether to replace all of the status the next time, as applying was refused
   */
  void refused(CostPolicy policy, CostPolicyStatus status, boolean replaceNext, Instant now) {
    Entry entry = entryFor(policy);
    synchronized (entry) {
      entry.replace |= replaceNext;
      entry.unwritten = true;
      attempt(entry, packed(entry, status));
      entry.sent = null;
      entry.refusals++;
      entry.notBefore = now.plus(REFUSED.after(entry.refusals));
    }
  }

  /** The policy is gone. */
  public void forget(PolicyKey policy) {
    byPolicy.remove(policy);
  }

  private @Nullable Entry entryOf(CostPolicy policy) {
    Entry entry = byPolicy.get(PolicyKey.of(policy));
    return entry == null || !entry.uid.equals(policy.getMetadata().getUid()) ? null : entry;
  }

  /** A policy that was recreated under the same name has its own status. */
  private Entry entryFor(CostPolicy policy) {
    String uid = policy.getMetadata().getUid();
    return byPolicy.compute(
        PolicyKey.of(policy),
        (key, entry) -> entry == null || !entry.uid.equals(uid) ? new Entry(uid) : entry);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** Without what others wrote since, which is not our memory. */
  private static CostPolicyStatus without(Set<String> others, CostPolicyStatus status) {
    if (others.isEmpty()) {
      return status;
    }
    return new CostPolicyStatus(
        others.contains("advice") ? null : status.advice(),
        others.contains("alternatives") ? List.of() : status.alternatives(),
        others.contains("breakeven") ? null : status.breakeven(),
        others.contains("conditions") ? List.of() : status.conditions(),
        others.contains("cost") ? null : status.cost(),
        others.contains("messagesHash") ? null : status.messagesHash(),
        others.contains("changes") ? List.of() : status.changes(),
        others.contains("observed") ? null : status.observed(),
        others.contains("observedGeneration") ? null : status.observedGeneration(),
        others.contains("proof") ? null : status.proof(),
        others.contains("scenario") ? null : status.scenario(),
        others.contains("workloads") ? List.of() : status.workloads());
  }

  /** A hash of a status; 0 of none. */
  private long print(@Nullable CostPolicyStatus status) {
    return status == null ? NONE : print(json(status));
  }

  private static long print(byte[] json) {
    long print = ByteBuffer.wrap(sha256().digest(json)).getLong();
    return print == NONE ? 1 : print;
  }

  private byte[] json(CostPolicyStatus status) {
    return serialization.asJson(status).getBytes(StandardCharsets.UTF_8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private Packed packed(Entry entry, CostPolicyStatus status) {
    Sent sent = entry.sent;
    return sent != null && sent.status().equals(status) ? sent.packed() : packed(status);
  }

  private Packed packed(CostPolicyStatus status) {
    byte[] json = json(status);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Packed(bytes.toByteArray(), print(json));
  }

  private CostPolicyStatus unpacked(Packed packed) {
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(packed.bytes))) {
      return serialization.unmarshal(in, CostPolicyStatus.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
