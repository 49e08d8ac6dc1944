package dev.breakeven.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is kept of a workload, of whatever kind: little, for a cluster has many that nobody asks
 * about.
 *
 * @param replicasWanted what its scale asks for, at least 0
 * @param replicasReady of those, serving
 * @param devices accelerators of one replica, over all its pods
 * @param podSelector selects its pods; empty where it cannot be known
 * @param nodeSelector labels that the nodes of its pods must have
 * @param requestsAtOnce how many requests its engine takes at once, as its arguments say
 * @param devicesByModel accelerators of the containers of a pod by the name under which each shows
 *     its model, or by an empty one where its arguments do not say it; empty where all are alike
 */
record ScaleSnapshot(
    int replicasWanted,
    int replicasReady,
    PodDevices devices,
    String podSelector,
    Map<String, String> nodeSelector,
    OptionalInt requestsAtOnce,
    Map<String, PodDevices> devicesByModel) {

  ScaleSnapshot {
    nodeSelector = Map.copyOf(nodeSelector);
    devicesByModel = Map.copyOf(devicesByModel);
  }

  /** Of pods whose devices are those of one model. */
  ScaleSnapshot(
      int replicasWanted,
      int replicasReady,
      PodDevices devices,
      String podSelector,
      Map<String, String> nodeSelector,
      OptionalInt requestsAtOnce) {
    this(
        replicasWanted,
        replicasReady,
        devices,
        podSelector,
        nodeSelector,
        requestsAtOnce,
        Map.of());
  }

  private static final String RAY_CLUSTER = "RayCluster";
  private static final String RAY_CLUSTER_LABEL = "ray.io/cluster";
  private static final String LEADER_WORKER_SET = "LeaderWorkerSet";
  private static final String LEADER_WORKER_SET_LABEL = "leaderworkerset.sigs.k8s.io/name";

  /**
   * Reads what every kind with a scale subresource shares by custom: {@code spec.replicas}, {@code
   * status.readyReplicas}, {@code spec.selector} and a pod template. Of a LeaderWorkerSet a replica
   * is a leader and its workers.
   *
   * @return empty where it has no {@code spec.replicas}: then it is nothing that scales
   */
  static Optional<ScaleSnapshot> of(GenericKubernetesResource resource) {
    Map<String, Object> spec = JsonTree.map(resource.getAdditionalProperties().get("spec"));
    if (RAY_CLUSTER.equals(resource.getKind())) {
      return rayCluster(resource, spec);
    }
    if (!(spec.get("replicas") instanceof Number wanted)) {
      return Optional.empty();
    }
    Map<String, Object> status = JsonTree.map(resource.getAdditionalProperties().get("status"));
    int replicas = Math.max(0, wanted.intValue());
    int ready = Math.min(replicas, Math.max(0, JsonTree.whole(status, "readyReplicas", 0)));
    if (LEADER_WORKER_SET.equals(resource.getKind())) {
      return Optional.of(leaderWorkerSet(resource, spec, replicas, ready));
    }
    Map<String, Object> podSpec = JsonTree.map(spec, "template", "spec");
    return Optional.of(
        new ScaleSnapshot(
            replicas,
            ready,
            PodDevices.ofTemplate(JsonTree.map(spec, "template")),
            podSelector(spec, status),
            nodeSelector(podSpec),
            EngineArguments.requestsAtOnce(podSpec),
            devicesByModel(podSpec)));
  }

  /** A reranker beside a chat model, each with its GPU. */
  private static Map<String, PodDevices> devicesByModel(Map<String, Object> podSpec) {
    Map<String, PodDevices> byModel = new TreeMap<>();
    for (Map<String, Object> container : JsonTree.maps(podSpec.get("containers"))) {
      PodDevices devices = PodDevices.ofPod(Map.of("containers", List.of(container)));
      if (!devices.equals(PodDevices.NONE)) {
        byModel.merge(
            ClusterInventory.Container.of(container).label(),
            devices,
            (one, other) -> one.plus(other, 1));
      }
    }
    return byModel.size() > 1 ? byModel : Map.of();
  }

  private static ScaleSnapshot leaderWorkerSet(
      GenericKubernetesResource resource, Map<String, Object> spec, int replicas, int ready) {
    Map<String, Object> group = JsonTree.map(spec, "leaderWorkerTemplate");
    Map<String, Object> worker = JsonTree.map(group, "workerTemplate", "spec");
    Map<String, Object> leader = JsonTree.map(group, "leaderTemplate", "spec");
    PodDevices ofWorker = PodDevices.ofTemplate(JsonTree.map(group, "workerTemplate"));
    PodDevices ofLeader =
        leader.isEmpty() ? ofWorker : PodDevices.ofTemplate(JsonTree.map(group, "leaderTemplate"));
    int workers = Math.max(0, JsonTree.whole(group, "size", 1) - 1);
    return new ScaleSnapshot(
        replicas,
        ready,
        ofLeader.plus(ofWorker, workers),
        LEADER_WORKER_SET_LABEL + "=" + resource.getMetadata().getName(),
        nodeSelector(worker),
        EngineArguments.requestsAtOnce(leader.isEmpty() ? worker : leader));
  }

  /**
   * A RayCluster scales by its worker groups: a replica is one of the group whose workers hold
   * devices, with all of its hosts. Where several do, or the head does too, no one of them is a
   * replica.
   */
  private static Optional<ScaleSnapshot> rayCluster(
      GenericKubernetesResource resource, Map<String, Object> spec) {
    List<Map<String, Object>> serving =
        JsonTree.maps(spec.get("workerGroupSpecs")).stream()
            .filter(ScaleSnapshot::holdsDevices)
            .toList();
    if (serving.size() != 1 || holdsDevices(JsonTree.map(spec, "headGroupSpec"))) {
      return Optional.empty();
    }
    Map<String, Object> group = serving.get(0);
    Map<String, Object> worker = JsonTree.map(group, "template", "spec");
    PodDevices ofHost = PodDevices.ofTemplate(JsonTree.map(group, "template"));
    int hosts = Math.max(1, JsonTree.whole(group, "numOfHosts", 1));
    int replicas = Math.max(0, JsonTree.whole(group, "replicas", 1));
    Map<String, Object> status = JsonTree.map(resource.getAdditionalProperties().get("status"));
    int ready = JsonTree.whole(status, "readyWorkerReplicas", 0) / hosts;
    return Optional.of(
        new ScaleSnapshot(
            replicas,
            Math.min(replicas, Math.max(0, ready)),
            ofHost.plus(ofHost, hosts - 1),
            RAY_CLUSTER_LABEL + "=" + resource.getMetadata().getName(),
            nodeSelector(worker),
            EngineArguments.requestsAtOnce(worker)));
  }

  private static boolean holdsDevices(Map<String, Object> rayGroup) {
    return !PodDevices.ofTemplate(JsonTree.map(rayGroup, "template")).equals(PodDevices.NONE);
  }

  private static String podSelector(Map<String, Object> spec, Map<String, Object> status) {
    Map<String, Object> selector = JsonTree.map(spec, "selector");
    String labels =
        new TreeMap<>(JsonTree.map(selector, "matchLabels"))
            .entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
    String expressions =
        JsonTree.maps(selector.get("matchExpressions")).stream()
            .map(ScaleSnapshot::requirement)
            .collect(Collectors.joining(","));
    String all = labels + (labels.isEmpty() || expressions.isEmpty() ? "" : ",") + expressions;
    // Where the scale subresource names its selector, by custom.
    if (all.isEmpty()) {
      String ofScale = JsonTree.text(status, "selector");
      return ofScale.isEmpty() ? JsonTree.text(status, "labelSelector") : ofScale;
    }
    return all;
  }

  private static String requirement(Map<String, Object> expression) {
    String key = JsonTree.text(expression, "key");
    String values =
        expression.get("values") instanceof List<?> list
            ? list.stream().map(String::valueOf).collect(Collectors.joining(",", "(", ")"))
            : "()";
    return switch (JsonTree.text(expression, "operator")) {
      case "In" -> key + " in " + values;
      case "NotIn" -> key + " notin " + values;
      case "DoesNotExist" -> "!" + key;
      default -> key;
    };
  }

  private static Map<String, String> nodeSelector(Map<String, Object> podSpec) {
    return JsonTree.map(podSpec, "nodeSelector").entrySet().stream()
        .filter(label -> GpuNode.LABELS.contains(label.getKey()))
        .collect(
            Collectors.toUnmodifiableMap(
                Map.Entry::getKey, label -> String.valueOf(label.getValue())));
  }
}
