package dev.breakeven.cluster;

import dev.breakeven.configuration.WorkloadKind;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything in a cluster that may serve models, read once: for the commands that help to write
 * policies. It only ever gets and lists.
 *
 * @param workloads what a policy can name
 * @param parents what stands above them: InferenceServices and RayServices
 * @param nodes nodes with GPUs, by name
 * @param unread what could not be read, and why
 */
public record ClusterInventory(
    List<Workload> workloads,
    List<Parent> parents,
    Map<String, NodeGpus> nodes,
    List<String> unread) {

  /** The node labels that name a GPU's product; the first one present counts. */
  public static final List<String> PRODUCT_LABELS = GpuNode.PRODUCT;

  /** The node labels that say how a node is paid for. */
  public static final List<String> PURCHASE_LABELS = GpuNode.PURCHASE;

  private static final String APPS = "apps/v1";

  private static final List<WorkloadKind> KINDS =
      List.of(
          new WorkloadKind(APPS, "Deployment"),
          new WorkloadKind(APPS, "StatefulSet"),
          new WorkloadKind("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet"),
          new WorkloadKind("ray.io/v1", "RayCluster"));

  private static final List<WorkloadKind> PARENTS =
      List.of(
          new WorkloadKind("serving.kserve.io/v1beta1", "InferenceService"),
          new WorkloadKind("ray.io/v1", "RayService"));

  private static final String LEADER_WORKER_SET_LABEL = "leaderworkerset.sigs.k8s.io/name";

  public ClusterInventory {
    workloads = List.copyOf(workloads);
    parents = List.copyOf(parents);
    nodes = Map.copyOf(nodes);
    unread = List.copyOf(unread);
  }

  /**
   * Something with pods that serve.
   *
   * @param replicas what it asks for now
   * @param labels its own and its pods'
   * @param containers of its pods that are not set up to end
   * @param nodeByPod its pods now, each with its node, or an empty name where it has none
   * @param nodeGpus what its pods ask of a node that names a GPU
   */
  public record Workload(
      WorkloadReference reference,
      int replicas,
      Map<String, String> labels,
      List<Container> containers,
      Map<String, String> nodeByPod,
      NodeGpus nodeGpus) {

    public Workload {
      labels = Map.copyOf(labels);
      containers = List.copyOf(containers);
      nodeByPod = Map.copyOf(nodeByPod);
    }

    /** Whether its pods hold GPUs. */
    public boolean requestsGpus() {
      return containers.stream().anyMatch(c -> c.gpus() > 0);
    }
  }

  /**
   * A container of a pod template.
   *
   * @param words command and arguments, each word for itself
   * @param environment variables with a plain value
   * @param gpus devices that it requests
   */
  public record Container(
      String name, String image, List<String> words, Map<String, String> environment, double gpus) {

    public Container {
      words = List.copyOf(words);
      environment = Map.copyOf(environment);
    }

    /** The model in its arguments or environment. */
    public Optional<String> model() {
      return EngineArguments.model(words, environment);
    }

    /** The name under which it shows that model; empty where its arguments do not say it. */
    String label() {
      return EngineArguments.label(words, environment).orElse("");
    }

    static Container of(Map<String, Object> container) {
      List<String> words = new ArrayList<>();
      for (String field : List.of("command", "args")) {
        if (container.get(field) instanceof Collection<?> list) {
          // A whole command line may stand in one argument, for a shell.
          list.forEach(
              word -> words.addAll(List.of(String.valueOf(word).strip().split("\\s+", -1))));
        }
      }
      Map<String, String> environment = new TreeMap<>();
      for (Map<String, Object> variable : JsonTree.maps(container.get("env"))) {
        environment.put(JsonTree.text(variable, "name"), JsonTree.text(variable, "value"));
      }
      PodDevices devices = PodDevices.ofPod(Map.of("containers", List.of(container)));
      return new Container(
          JsonTree.text(container, "name"),
          JsonTree.text(container, "image"),
          words,
          environment,
          devices.countByResource().values().stream().mapToDouble(Double::doubleValue).sum());
    }
  }

  /**
   * What a controller made workloads from.
   *
   * @param storageUri where its model is from; empty where it does not say
   */
  public record Parent(WorkloadReference reference, String storageUri) {}

  /**
   * GPUs of a node.
   *
   * @param product as its labels name it; empty where none does
   * @param purchase how it is paid for
   */
  public record NodeGpus(String product, WorkloadState.PurchaseLabel purchase) {}

  /**
   * Reads a cluster.
   *
   * @param namespace the one that is looked at; empty for all
   */
  public static ClusterInventory read(KubernetesClient client, String namespace) {
    return new Reader(client, namespace).read();
  }

  /** One reading under way. */
  private static final class Reader {
    private final KubernetesClient client;
    private final String namespace;
    private final List<String> unread = new ArrayList<>();
    private final Map<String, Map<String, String>> podsByWorkload = new LinkedHashMap<>();

    Reader(KubernetesClient client, String namespace) {
      this.client = client;
      this.namespace = namespace;
    }

    ClusterInventory read() {
      readPods();
      List<Workload> workloads = new ArrayList<>();
      for (WorkloadKind kind : KINDS) {
        for (GenericKubernetesResource resource : list(kind)) {
          // A LeaderWorkerSet creates StatefulSets for its groups; they are not scaled by hand.
          if (!isPartOfAnother(kind, resource)) {
            workloads.add(workload(kind, resource));
          }
        }
      }
      List<Parent> parents = new ArrayList<>();
      for (WorkloadKind kind : PARENTS) {
        list(kind).forEach(resource -> parents.add(parent(kind, resource)));
      }
      return new ClusterInventory(workloads, parents, nodes(), unread);
    }

    private static boolean isPartOfAnother(WorkloadKind kind, GenericKubernetesResource resource) {
      return kind.kind().equals("StatefulSet")
          && Objects.requireNonNullElse(
                  resource.getMetadata().getLabels(), Map.<String, String>of())
              .containsKey(LEADER_WORKER_SET_LABEL);
    }

    private Map<String, NodeGpus> nodes() {
      Map<String, NodeGpus> nodes = new TreeMap<>();
      reading(
          "nodes",
          () -> {
            client
                .nodes()
                .list()
                .getItems()
                .forEach(
                    node -> {
                      Map<String, String> labels =
                          Objects.requireNonNullElse(node.getMetadata().getLabels(), Map.of());
                      GpuNode gpus = GpuNode.of(labels);
                      boolean hasGpus =
                          node.getStatus() != null
                              && node.getStatus().getCapacity() != null
                              && node.getStatus().getCapacity().keySet().stream()
                                  .anyMatch(GpuResource::isGpu);
                      if (hasGpus || !gpus.product().isEmpty()) {
                        nodes.put(
                            node.getMetadata().getName(),
                            new NodeGpus(gpus.product(), gpus.purchase()));
                      }
                    });
          });
      return nodes;
    }

    private void readPods() {
      reading(
          "pods",
          () -> {
            List<Pod> pods =
                namespace.isEmpty()
                    ? client.pods().inAnyNamespace().list().getItems()
                    : client.pods().inNamespace(namespace).list().getItems();
            pods.forEach(this::notePod);
          });
    }

    private void notePod(Pod pod) {
      owner(pod)
          .ifPresent(
              owner ->
                  podsByWorkload
                      .computeIfAbsent(owner, key -> new TreeMap<>())
                      .put(
                          pod.getMetadata().getName(),
                          Objects.requireNonNullElse(pod.getSpec().getNodeName(), "")));
    }

    /** The workload that a pod belongs to, as {@link #key} writes it. */
    private static Optional<String> owner(Pod pod) {
      String space = pod.getMetadata().getNamespace();
      Map<String, String> labels =
          Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
      String set = labels.get(LEADER_WORKER_SET_LABEL);
      if (set != null) {
        return Optional.of(key("LeaderWorkerSet", space, set));
      }
      for (OwnerReference owner : pod.getMetadata().getOwnerReferences()) {
        if (Boolean.TRUE.equals(owner.getController())) {
          // A ReplicaSet is called as its Deployment, with a hash behind it.
          return Optional.of(
              owner.getKind().equals("ReplicaSet")
                  ? key("Deployment", space, owner.getName().replaceFirst("-[a-z0-9]+$", ""))
                  : key(owner.getKind(), space, owner.getName()));
        }
      }
      return Optional.empty();
    }

    private static String key(String kind, String namespace, String name) {
      return kind + " " + namespace + "/" + name;
    }

    private Workload workload(WorkloadKind kind, GenericKubernetesResource resource) {
      var metadata = resource.getMetadata();
      Map<String, Object> spec = JsonTree.map(resource.getAdditionalProperties().get("spec"));
      List<Map<String, Object>> templates = templates(kind, spec);
      Map<String, String> labels = new TreeMap<>();
      List<Container> containers = new ArrayList<>();
      Map<String, String> selectorLabels = new TreeMap<>();
      for (Map<String, Object> template : templates) {
        JsonTree.map(template, "metadata", "labels")
            .forEach((label, value) -> labels.put(label, String.valueOf(value)));
        JsonTree.maps(JsonTree.map(template, "spec").get("containers"))
            .forEach(container -> containers.add(Container.of(container)));
        JsonTree.map(template, "spec", "nodeSelector")
            .forEach((label, value) -> selectorLabels.put(label, String.valueOf(value)));
      }
      if (metadata.getLabels() != null) {
        labels.putAll(metadata.getLabels());
      }
      GpuNode promised = GpuNode.of(selectorLabels);
      return new Workload(
          new WorkloadReference(
              kind.apiVersion(), kind.kind(), metadata.getNamespace(), metadata.getName()),
          Math.max(0, JsonTree.whole(spec, "replicas", 1)),
          labels,
          containers,
          podsByWorkload.getOrDefault(
              key(kind.kind(), metadata.getNamespace(), metadata.getName()), Map.of()),
          new NodeGpus(promised.product(), promised.purchase()));
    }

    private static List<Map<String, Object>> templates(
        WorkloadKind kind, Map<String, Object> spec) {
      return switch (kind.kind()) {
        case "LeaderWorkerSet" -> {
          Map<String, Object> group = JsonTree.map(spec, "leaderWorkerTemplate");
          yield List.of(
              JsonTree.map(group, "leaderTemplate"), JsonTree.map(group, "workerTemplate"));
        }
        case "RayCluster" ->
            JsonTree.maps(spec.get("workerGroupSpecs")).stream()
                .map(group -> JsonTree.map(group, "template"))
                .toList();
        default -> List.of(JsonTree.map(spec, "template"));
      };
    }

    private static Parent parent(WorkloadKind kind, GenericKubernetesResource resource) {
      var metadata = resource.getMetadata();
      Map<String, Object> model =
          JsonTree.map(resource.getAdditionalProperties().get("spec"), "predictor", "model");
      return new Parent(
          new WorkloadReference(
              kind.apiVersion(), kind.kind(), metadata.getNamespace(), metadata.getName()),
          JsonTree.text(model, "storageUri"));
    }

    private List<GenericKubernetesResource> list(WorkloadKind kind) {
      List<GenericKubernetesResource> found = new ArrayList<>();
      reading(
          kind.kind() + "s",
          () ->
              context(kind)
                  .ifPresent(
                      context -> {
                        var all = client.genericKubernetesResources(context);
                        found.addAll(
                            (namespace.isEmpty()
                                    ? all.inAnyNamespace().list()
                                    : all.inNamespace(namespace).list())
                                .getItems());
                      }));
      return found;
    }

    /** The API resource of a kind; empty if the cluster does not serve it. */
    private Optional<ResourceDefinitionContext> context(WorkloadKind kind) {
      int slash = kind.apiVersion().indexOf('/');
      @Nullable APIResourceList served = client.getApiResources(kind.apiVersion());
      return served == null
          ? Optional.empty()
          : served.getResources().stream()
              .filter(r -> r.getKind().equals(kind.kind()) && !r.getName().contains("/"))
              .map(APIResource::getName)
              .findFirst()
              .map(
                  plural ->
                      new ResourceDefinitionContext.Builder()
                          .withGroup(kind.apiVersion().substring(0, slash))
                          .withVersion(kind.apiVersion().substring(slash + 1))
                          .withKind(kind.kind())
                          .withPlural(plural)
                          .withNamespaced(true)
                          .build());
    }

    /** Reports and skips what may not be read. If the API server is unreachable, the read fails. */
    private void reading(String what, Runnable reads) {
      try {
        reads.run();
      } catch (KubernetesClientException e) {
        if (e.getCode() <= 0) {
          throw e;
        }
        unread.add(what + ": " + ApiFailure.words(e));
      }
    }
  }
}
