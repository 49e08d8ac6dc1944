package dev.breakeven.operator.cycle;

import dev.breakeven.operator.evaluation.PolicyKey;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** One cycle, from asking the sources until the last policy that it concerns is answered. */
final class CycleTimer {

  private final long startedNanos;
  private final Set<PolicyKey> open = ConcurrentHashMap.newKeySet();
  private final List<PolicyKey> concerned;
  private final AtomicInteger left;

  /**
   * @param startedNanos when the requests to the sources began, by the JVM's clock
   * @param concerned the policies of which something new is known
   */
  CycleTimer(long startedNanos, Collection<PolicyKey> concerned) {
    this.startedNanos = startedNanos;
    this.concerned = List.copyOf(concerned);
    this.open.addAll(concerned);
    this.left = new AtomicInteger(open.size());
  }

  /** The policies of which something new is known. */
  List<PolicyKey> concerned() {
    return concerned;
  }

  /** Whether this answer, or the end of this policy, was the last that the round waited for. */
  boolean endsWith(PolicyKey answered) {
    return open.remove(answered) && left.decrementAndGet() == 0;
  }

  /** Whether it concerns no policy, and so has ended as soon as it began. */
  boolean isEmpty() {
    return concerned.isEmpty();
  }

  /** Whether some of its policies are answered and others are not: it takes too long. */
  boolean isUnderWay() {
    int still = left.get();
    return still > 0 && still < concerned.size();
  }

  Duration sinceStart() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }
}
