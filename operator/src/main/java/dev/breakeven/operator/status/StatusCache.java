package dev.breakeven.operator.status;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.operator.evaluation.PolicyKey;
import dev.breakeven.render.status.StatusChange;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The status that each policy should have, beside the one that the watch shows. A write is done
 * when the watch shows it, and only then: until it does, and whenever something else is shown, the
 * status is to be written again, each time after a longer wait.
 *
 * <p>The wanted status is also the memory of what was decided. It is what we wrote; before that,
 * what was found, without the fields that somebody else has written since.
 *
 * <p>Wanted statuses are held packed; what is shown is held as a hash, unless somebody else wrote
 * it. Safe for use by many threads.
 */
public final class StatusCache {

  private final KubernetesSerialization serialization;
  private final Map<PolicyKey, StatusEntry> byPolicy = new ConcurrentHashMap<>();

  public StatusCache(KubernetesSerialization serialization) {
    this.serialization = serialization;
  }

  /** The status that the policy should have as far as is known, or none. */
  public @Nullable CostPolicyStatus of(CostPolicy policy) {
    StatusEntry entry = entryOf(policy);
    if (entry == null) {
      return policy.getStatus();
    }
    PackedStatus wanted = entry.wanted();
    return wanted == null ? null : wanted.unpacked(serialization);
  }

  /** How long ago we wrote it; long enough where we did not. */
  public Duration sinceWritten(CostPolicy policy, Instant now) {
    StatusEntry entry = entryOf(policy);
    Instant written = entry == null ? null : entry.writtenAt();
    return written == null ? StatusChange.SETTLING_TIME : Duration.between(written, now);
  }

  /**
   * The watch, or a list, showed a policy so.
   *
   * @param leads whether this replica writes: then what differs from what it wrote is a stranger's
   * @return whether the policy is to be looked at, because what is shown is not what is wanted
   */
  public boolean seen(CostPolicy policy, boolean leads, Instant now) {
    CostPolicyStatus status = policy.getStatus();
    long print = PackedStatus.print(status, serialization);
    String uid = policy.getMetadata().getUid();
    StatusEntry entry =
        byPolicy.compute(
            PolicyKey.of(policy),
            (key, known) ->
                known == null || !known.uid().equals(uid) ? new StatusEntry(uid) : known);
    synchronized (entry) {
      switch (entry.seen(print, leads, now)) {
        case SETTLED -> {
          return false;
        }
        case TO_BE_LOOKED_AT -> {
          return true;
        }
        case OF_OTHERS -> {
          entry.writtenOver(
              status == null ? null : packed(status),
              status == null
                  ? ForeignWrite.TAKEN_AWAY
                  : policy.othersStatusFields().isEmpty()
                      ? ForeignWrite.NOTHING
                      : ForeignWrite.WRITTEN_OVER);
          return true;
        }
        case NOT_OURS -> {
          found(entry, status, policy.othersStatusFields(), print, now);
          return leads && !entry.shows();
        }
      }
      throw new IllegalStateException("every case is there");
    }
  }

  /** What was found is wanted, but for what a stranger wrote of it, or must have written. */
  private void found(
      StatusEntry entry,
      @Nullable CostPolicyStatus status,
      Set<String> others,
      long print,
      Instant now) {
    if (status == null) {
      entry.found(null, ForeignWrite.NOTHING);
      return;
    }
    CostPolicyStatus unwritten = without(others, status);
    PackedStatus own = packed(PlausibleStatus.of(unwritten, now));
    boolean isPlausible =
        own.print() == (others.isEmpty() ? print : PackedStatus.print(unwritten, serialization));
    ForeignWrite foreign = others.isEmpty() ? ForeignWrite.NOTHING : ForeignWrite.WRITTEN_OVER;
    entry.found(own, isPlausible ? foreign : ForeignWrite.IMPLAUSIBLE);
  }

  /** What in a status is not the operator's own. */
  public enum ForeignWrite {
    NOTHING,
    /** Somebody else wrote it, or a part of it. */
    WRITTEN_OVER,
    /** Somebody took it away. */
    TAKEN_AWAY,
    /** A part of it cannot be what an operator wrote, such as a time to come. */
    IMPLAUSIBLE
  }

  /** A status that somebody else wrote since the last call, if any. */
  ForeignWrite takeForeignWrite(CostPolicy policy) {
    StatusEntry entry = entryOf(policy);
    return entry == null ? ForeignWrite.NOTHING : entry.takeForeignWrite();
  }

  /** Another replica leads: what it wrote is no stranger's. */
  public void handOver() {
    byPolicy.values().forEach(StatusEntry::handOver);
  }

  /** How a policy's status stands. */
  public enum WriteState {
    /** The watch shows what is wanted. */
    SHOWN,
    /** It was written a moment ago, and the watch has yet to show it. */
    UNDER_WAY,
    /** The watch shows something else, or nothing. */
    TO_BE_WRITTEN
  }

  /** How the status stands. */
  public WriteState writeState(CostPolicy policy, Instant now) {
    StatusEntry entry = entryOf(policy);
    return entry == null ? WriteState.TO_BE_WRITTEN : entry.writeState(now);
  }

  /** The policies whose status is to be written, or written again, and whose wait is over. */
  public List<PolicyKey> overdue(Instant now) {
    List<PolicyKey> overdue = new ArrayList<>();
    byPolicy.forEach(
        (key, entry) -> {
          if (entry.isOverdue(now)) {
            overdue.add(key);
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
    StatusEntry entry = entryOf(policy);
    return entry == null ? Duration.ZERO : entry.untilNextWrite(isNew, now);
  }

  /** It is about to be sent: the watch may show it before it is answered. */
  void sends(CostPolicy policy, PackedStatus status) {
    entryFor(policy).sends(status);
  }

  /**
   * The API server accepted a write.
   *
   * @param stored the status in its answer, or none where the answer had none
   * @return whether it was stored as it was sent, as far as is known
   */
  boolean wrote(
      CostPolicy policy, PackedStatus status, @Nullable CostPolicyStatus stored, Instant now) {
    long print = PackedStatus.print(stored, serialization);
    entryFor(policy).wrote(status, print, now);
    return print == PackedStatus.NONE || print == status.print();
  }

  /** The API server did not take it, or its answer was lost. */
  void refused(CostPolicy policy, PackedStatus status, Instant now) {
    entryFor(policy).refused(status, now);
  }

  PackedStatus packed(CostPolicyStatus status) {
    return PackedStatus.of(status, serialization);
  }

  /** The policy is gone. */
  public void forget(PolicyKey policy) {
    byPolicy.remove(policy);
  }

  private @Nullable StatusEntry entryOf(CostPolicy policy) {
    StatusEntry entry = byPolicy.get(PolicyKey.of(policy));
    return entry == null || !entry.uid().equals(policy.getMetadata().getUid()) ? null : entry;
  }

  /** For a write. Where a policy was made anew meanwhile, nothing of its predecessor is kept. */
  private StatusEntry entryFor(CostPolicy policy) {
    String uid = policy.getMetadata().getUid();
    StatusEntry entry = byPolicy.computeIfAbsent(PolicyKey.of(policy), key -> new StatusEntry(uid));
    return entry.uid().equals(uid) ? entry : new StatusEntry(uid);
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
}
