package dev.breakeven.prometheus.collect.duplicates;

import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.collect.duplicates.CounterComparison.Finding;
import dev.breakeven.prometheus.history.StoredHistory;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses of a workload's pods lead to one server (a mesh's agent that merges the
 * application's metrics with its own, a proxy before the metrics port, a collector that passes them
 * on), and which of its series are copies. Kept for later chunks, and for pods that are too young
 * to compare.
 */
public final class KnownDuplicates {

  /** Two addresses of a workload's pods, in order. */
  record Pair(Workload workload, String one, String other) {}

  /** A workload, in its namespace. */
  record Workload(String namespace, WorkloadRef ref) {}

  /** Labels by which series of one scrape differ, and whether they mark copies. */
  record Copies(Set<String> labels, Finding finding) {
    Copies {
      labels = Set.copyOf(labels);
    }
  }

  private record Known<T>(long step, T found) {}

  private @Nullable Known<Set<String>> gatewayCopies;
  private final Map<Pair, Known<Finding>> servers = new HashMap<>();
  private final Map<Workload, Known<Copies>> copies = new HashMap<>();

  /** Whether two addresses have not been compared, or not in the last hour. */
  boolean isToBeCompared(Pair pair, long step, boolean isNewest) {
    Known<Finding> before = servers.get(pair);
    return before == null || (isNewest && step - before.step() >= StoredHistory.STEPS_PER_HOUR);
  }

  void found(Pair pair, long step, Finding finding) {
    servers.put(pair, new Known<>(step, finding));
  }

  Optional<Finding> of(Pair pair) {
    return Optional.ofNullable(servers.get(pair)).map(Known::found);
  }

  /**
   * Whether a workload's series have not been compared, or not in the last hour. Each chunk of the
   * past is compared, because its copies need not be those of now.
   */
  boolean isToBeCompared(Workload workload, long step, boolean isNewest) {
    return isToBeCompared(copies.get(workload), step, isNewest);
  }

  private static boolean isToBeCompared(@Nullable Known<?> before, long step, boolean isNewest) {
    return before == null || !isNewest || step - before.step() >= StoredHistory.STEPS_PER_HOUR;
  }

  /** The same for the gateway's series. */
  boolean isGatewayToBeCompared(long step, boolean isNewest) {
    return isToBeCompared(gatewayCopies, step, isNewest);
  }

  void foundAtGateway(long step, Set<String> labels) {
    gatewayCopies = new Known<>(step, labels);
  }

  /** Labels that mark copies of the gateway's series. */
  Set<String> gatewayCopies() {
    Known<Set<String>> known = gatewayCopies;
    return known == null ? Set.of() : known.found();
  }

  void found(Workload workload, long step, Copies found) {
    copies.put(workload, new Known<>(step, found));
  }

  Optional<Copies> of(Workload workload) {
    return Optional.ofNullable(copies.get(workload)).map(Known::found);
  }

  /** Forgets what was found before a step. */
  public void forgetBefore(long step) {
    copies.values().removeIf(k -> k.step() < step);
    servers.values().removeIf(k -> k.step() < step);
  }
}
