package dev.breakeven.discovery;

import dev.breakeven.cluster.ClusterInventory.Workload;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which workload a pod belongs to, or belonged to. */
final class WorkloadIndex {

  private static final Pattern OF_A_REPLICA_SET = Pattern.compile("-[a-z0-9]{5,10}-[a-z0-9]{5}");
  private static final Pattern NUMBERED = Pattern.compile("(-\\d+){1,2}");

  private final List<Workload> workloads;
  private final Map<String, Workload> byPod = new HashMap<>();

  WorkloadIndex(List<Workload> workloads) {
    this.workloads = workloads;
    for (Workload workload : workloads) {
      workload
          .nodeByPod()
          .keySet()
          .forEach(pod -> byPod.put(workload.reference().namespace() + "/" + pod, workload));
    }
  }

  /** The workload of a pod: by its owner while it is there, by its name afterwards. */
  Optional<Workload> of(String namespace, String pod) {
    Workload now = byPod.get(namespace + "/" + pod);
    return now != null
        ? Optional.of(now)
        : workloads.stream()
            .filter(w -> w.reference().namespace().equals(namespace) && isNamedBy(w, pod))
            .max(Comparator.comparingInt(w -> w.reference().name().length()));
  }

  private static boolean isNamedBy(Workload workload, String pod) {
    String name = workload.reference().name();
    if (!pod.startsWith(name)) {
      return false;
    }
    String rest = pod.substring(name.length());
    return switch (workload.reference().kind()) {
      case "Deployment" -> OF_A_REPLICA_SET.matcher(rest).matches();
      case "StatefulSet", "LeaderWorkerSet" -> NUMBERED.matcher(rest).matches();
      default -> rest.startsWith("-");
    };
  }
}
