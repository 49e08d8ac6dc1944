package dev.breakeven.figures;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** All policies as they stand, watched. */
final class Statuses implements AutoCloseable {

  private final Map<String, CostPolicy> byName = new ConcurrentHashMap<>();
  private final SharedIndexInformer<CostPolicy> informer;

  Statuses(KubernetesClient client) {
    informer =
        client
            .resources(CostPolicy.class)
            .inAnyNamespace()
            .inform(
                new ResourceEventHandler<CostPolicy>() {
                  @Override
                  public void onAdd(CostPolicy policy) {
                    take(policy);
                  }

                  @Override
                  public void onUpdate(CostPolicy before, CostPolicy policy) {
                    take(policy);
                  }

                  @Override
                  public void onDelete(CostPolicy policy, boolean unknown) {
                    byName.remove(policy.getMetadata().getName());
                  }
                });
  }

  private void take(CostPolicy policy) {
    byName.put(policy.getMetadata().getName(), policy);
  }

  CostPolicy policy(String name) {
    return Objects.requireNonNull(byName.get(name), name);
  }

  CostPolicyStatus status(String name) {
    return Objects.requireNonNull(policy(name).getStatus(), name);
  }

  List<String> names() {
    return byName.keySet().stream().sorted().toList();
  }

  Collection<CostPolicy> all() {
    return byName.values();
  }

  long count(Predicate<CostPolicy> condition) {
    return byName.values().stream().filter(condition).count();
  }

  /** Waits until so many policies are so; returns when they were, by the JVM's clock. */
  long await(long many, Predicate<CostPolicy> condition, int patienceSeconds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
    while (count(condition) < many) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "after %d s %d of %d policies are not as awaited"
                .formatted(patienceSeconds, many - count(condition), many));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(many > 1000 ? 50 : 2));
    }
    return System.nanoTime();
  }

  /** Waits until no policy is there. */
  void awaitNone(int patienceSeconds) {
    awaitAtMost(0, patienceSeconds);
  }

  /** Waits until no more policies are there than so many. */
  void awaitAtMost(int many, int patienceSeconds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
    while (byName.size() > many) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(byName.size() + " policies are still there");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  /** Whether a policy's status answers it as it is now. */
  static boolean isAnswered(CostPolicy policy) {
    return policy.getStatus() != null
        && Objects.equals(
            policy.getStatus().observedGeneration(), policy.getMetadata().getGeneration())
        && !policy.getStatus().alternatives().isEmpty();
  }

  /** A condition's status and reason, such as {@code False/SourceUnavailable}. */
  static String condition(CostPolicy policy, String type) {
    CostPolicyStatus status = policy.getStatus();
    return status == null
        ? ""
        : status.conditions().stream()
            .filter(c -> c.type().equals(type))
            .map(c -> c.status() + "/" + c.reason())
            .findFirst()
            .orElse("");
  }

  @Override
  public void close() {
    informer.close();
  }
}
