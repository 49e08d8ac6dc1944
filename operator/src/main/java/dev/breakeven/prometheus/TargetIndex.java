package dev.breakeven.prometheus;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Targets of one source by what their series are found by. */
final class TargetIndex {

  private record Key(String namespace, WorkloadRef workload) {}

  private final Map<Key, List<Tracked>> byWorkload = new HashMap<>();
  private final Map<String, List<Tracked>> byNamespace = new HashMap<>();
  private final Map<String, Set<WorkloadRef>> workloads = new HashMap<>();
  private final List<Tracked> all;

  /**
   * @param wanted targets whose series are asked for
   * @param known every target of the source: a pod may belong to one that is not asked for now
   */
  TargetIndex(Collection<Tracked> wanted, Collection<Tracked> known) {
    this.all = List.copyOf(wanted);
    for (Tracked tracked : known) {
      workloads
          .computeIfAbsent(tracked.target().namespace(), n -> new HashSet<>())
          .addAll(tracked.target().workloads());
    }
    for (Tracked tracked : wanted) {
      String namespace = tracked.target().namespace();
      byNamespace.computeIfAbsent(namespace, n -> new ArrayList<>()).add(tracked);
      for (WorkloadRef workload : tracked.target().workloads()) {
        byWorkload
            .computeIfAbsent(new Key(namespace, workload), k -> new ArrayList<>())
            .add(tracked);
      }
    }
  }

  List<Tracked> all() {
    return all;
  }

  Set<String> namespaces() {
    return byNamespace.keySet();
  }

  boolean hasNamespace(String namespace) {
    return byNamespace.containsKey(namespace);
  }

  /** Every workload that a target of this namespace names. */
  Set<WorkloadRef> workloadsIn(String namespace) {
    return workloads.getOrDefault(namespace, Set.of());
  }

  List<Tracked> of(String namespace, WorkloadRef workload) {
    return byWorkload.getOrDefault(new Key(namespace, workload), List.of());
  }

  List<Tracked> in(String namespace) {
    return byNamespace.getOrDefault(namespace, List.of());
  }
}
