package dev.breakeven.operator.events;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.cluster.Backoff;
import dev.breakeven.operator.evaluation.PolicyKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records one event for each change of the advice. The change is read from the status, so that it
 * is recorded after a crash too. Safe for use by many threads.
 */
public final class AdviceEvents {

  private static final Logger log = LoggerFactory.getLogger(AdviceEvents.class);

  /** Kubernetes keeps events for an hour; an older change has its event, or needs none. */
  private static final Duration REPORTED_FOR = Duration.ofHours(1);

  private static final Backoff RETRIES = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1));

  /** A change whose event could not be recorded yet. */
  private record Unrecorded(int failures, Instant notBefore) {}

  private final EventRecorder events;
  private final Map<PolicyKey, String> recorded = new ConcurrentHashMap<>();
  private final Map<PolicyKey, Unrecorded> unrecorded = new ConcurrentHashMap<>();

  public AdviceEvents(EventRecorder events) {
    this.events = events;
  }

  /**
   * Records an event for the last change of the advice, unless there is one.
   *
   * @param status as the API server shows it, or is about to
   */
  public void record(CostPolicy policy, CostPolicyStatus status, Instant now) {
    PolicyKey key = PolicyKey.of(policy);
    AdviceChange change = AdviceChange.of(status).orElse(null);
    if (change == null || change.identity().equals(recorded.get(key))) {
      unrecorded.remove(key);
      return;
    }
    Unrecorded waiting = unrecorded.get(key);
    if (waiting != null && now.isBefore(waiting.notBefore())) {
      return;
    }
    boolean isOld = Duration.between(change.at(), now).compareTo(REPORTED_FOR) > 0;
    if (isOld
        || events.record(
            policy,
            EventRecorder.Severity.Normal,
            change.reason(),
            change.identity(),
            change.message())) {
      log.debug("{}: recorded {}", key, change.identity());
      recorded.put(key, change.identity());
      unrecorded.remove(key);
    } else {
      int failures = waiting == null ? 1 : waiting.failures() + 1;
      unrecorded.put(key, new Unrecorded(failures, now.plus(RETRIES.after(failures))));
    }
  }

  /** The policies whose event is to be tried again. */
  public Set<PolicyKey> overdue(Instant now) {
    return unrecorded.entrySet().stream()
        .filter(entry -> !now.isBefore(entry.getValue().notBefore()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The policy is gone. */
  public void forget(PolicyKey policy) {
    recorded.remove(policy);
    boolean wasWaiting = unrecorded.remove(policy) != null;
    if (wasWaiting
        && unrecorded.keySet().stream().noneMatch(p -> p.namespace().equals(policy.namespace()))) {
      events.waitsNoMore(policy.namespace());
    }
  }
}
