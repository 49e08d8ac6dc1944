package dev.breakeven.prometheus.target;

import dev.breakeven.prometheus.WorkloadRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The targets of one source, by namespace and by workload. */
public final class TargetIndex {

  private record Key(String namespace, WorkloadRef workload) {}

  private final Map<Key, List<TargetState>> byWorkload = new HashMap<>();
  private final Map<String, List<TargetState>> byNamespace = new HashMap<>();
  private final Map<String, Set<WorkloadRef>> workloads = new HashMap<>();
  private final List<TargetState> all;

  /**
   * @param wanted targets whose series are read
   * @param known every target of the source: a pod may belong to one that is not read now
   */
  public TargetIndex(Collection<TargetState> wanted, Collection<TargetState> known) {
    this.all = List.copyOf(wanted);
    for (TargetState tracked : known) {
      workloads
          .computeIfAbsent(tracked.target().namespace(), n -> new HashSet<>())
          .addAll(tracked.target().workloads());
    }
    for (TargetState tracked : wanted) {
      String namespace = tracked.target().namespace();
      byNamespace.computeIfAbsent(namespace, n -> new ArrayList<>()).add(tracked);
      for (WorkloadRef workload : tracked.target().workloads()) {
        byWorkload
            .computeIfAbsent(new Key(namespace, workload), k -> new ArrayList<>())
            .add(tracked);
      }
    }
  }

  public List<TargetState> all() {
    return all;
  }

  public Set<String> namespaces() {
    return byNamespace.keySet();
  }

  public boolean hasNamespace(String namespace) {
    return byNamespace.containsKey(namespace);
  }

  /** Every workload that a target of this namespace names. */
  public Set<WorkloadRef> workloadsIn(String namespace) {
    return workloads.getOrDefault(namespace, Set.of());
  }

  public List<TargetState> of(String namespace, WorkloadRef workload) {
    return byWorkload.getOrDefault(new Key(namespace, workload), List.of());
  }

  public List<TargetState> in(String namespace) {
    return byNamespace.getOrDefault(namespace, List.of());
  }
}
