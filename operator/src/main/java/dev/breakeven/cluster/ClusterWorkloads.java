package dev.breakeven.cluster;

import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.cluster.WorkloadState.NodePlacement;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.configuration.WorkloadKind;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads workloads of a cluster. Workloads and nodes are watched and kept in a few words each; pods
 * are listed when their workload has changed. It only ever gets, lists and watches.
 */
public final class ClusterWorkloads implements WorkloadStates, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClusterWorkloads.class);

  /** In case a watch has lost its place, as after a restored backup; more or less a fifth. */
  private static final Duration RENEWED_EVERY = Duration.ofMinutes(5);

  private static final ResourceDefinitionContext NODES =
      new ResourceDefinitionContext.Builder()
          .withVersion("v1")
          .withKind("Node")
          .withPlural("nodes")
          .withNamespaced(false)
          .build();

  private final Map<WorkloadKind, WatchedKind> watchByKind = new LinkedHashMap<>();
  private final KubernetesClient client;
  private final boolean readsNodes;
  private final PodPlacement places;
  private final ScheduledExecutorService renewing =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread daemon = new Thread(task, "renewal");
            daemon.setDaemon(true);
            return daemon;
          });
  private Optional<Watch<GenericKubernetesResource, GpuNode>> nodes = Optional.empty();

  /**
   * Nothing is read before {@link #start}.
   *
   * @param client client of the API server; the caller closes it
   * @param configuration says which kinds, in which namespaces, and whether nodes are read
   * @param changed told of each workload whose figures are new, other than before, or gone; called
   *     by a watching thread, which it must not hold up
   */
  public ClusterWorkloads(
      KubernetesClient client,
      OperatorConfiguration configuration,
      Consumer<WorkloadReference> changed,
      Clock clock) {
    this.client = client;
    this.readsNodes = configuration.readsNodes();
    this.places = new PodPlacement(client, clock);
    WatchedKind.Listener listener =
        new WatchedKind.Listener() {
          @Override
          public void changed(WorkloadReference workload) {
            changed.accept(workload);
          }

          @Override
          public void gone(WorkloadReference workload) {
            places.forget(workload);
            changed.accept(workload);
          }
        };
    for (WorkloadKind kind : configuration.workloadKinds()) {
      watchByKind.put(
          kind, new WatchedKind(client, kind, configuration.watchNamespaces(), listener, clock));
    }
  }

  /**
   * Starts to watch, and waits until all has been read that is there.
   *
   * @param patience returns after this at the latest; what has not been read by then says so
   */
  public void start(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    if (readsNodes) {
      nodes =
          Optional.of(
              Watch.start(
                  client.genericKubernetesResources(NODES),
                  new TrimmedStore<>(
                      node -> GpuNode.of(labelsOf(node)),
                      Watch::stub,
                      TrimmedStore.Listener.NONE)));
    }
    watchByKind.values().forEach(WatchedKind::start);
    watchByKind.values().forEach(kind -> kind.awaitSync(deadline));
    nodes.ifPresent(watch -> watch.awaitSync(deadline));
    scheduleRenewal();
  }

  @Override
  public void renew() {
    watchByKind.values().forEach(WatchedKind::renew);
    nodes.ifPresent(Watch::renew);
  }

  private void renewNowAndThen() {
    try {
      renew();
    } catch (RuntimeException e) {
      log.debug("not listed anew", e);
    }
  }

  private void scheduleRenewal() {
    long fifth = RENEWED_EVERY.toMillis() / 5;
    long wait = RENEWED_EVERY.toMillis() + ThreadLocalRandom.current().nextLong(2 * fifth) - fifth;
    var unused =
        renewing.scheduleWithFixedDelay(this::renewNowAndThen, wait, wait, TimeUnit.MILLISECONDS);
  }

  @Override
  public WorkloadState of(WorkloadReference reference) {
    WatchedKind kind = watchByKind.get(new WorkloadKind(reference.apiVersion(), reference.kind()));
    if (kind == null) {
      return new WorkloadState.Missing(
          reference,
          Message.of(Cause.KIND_NOT_WATCHED, name(reference.kind()), name(reference.apiVersion())));
    }
    WatchedKind.Known known = kind.of(reference.namespace(), reference.name());
    if (known instanceof WatchedKind.Known.Unknown unknown) {
      return new WorkloadState.Missing(reference, unknown.message());
    }
    WatchedKind.Known.Present present = (WatchedKind.Known.Present) known;
    ScaleSnapshot scalable = present.scalable();
    PodNodes ground = ground(reference, scalable, present.version());
    return new WorkloadState.Found(
        reference,
        scalable.replicasWanted(),
        scalable.replicasReady(),
        requested(ground, scalable),
        ground.nodes().productOf(scalable.devices(), ground.whyNoProduct()),
        ground.placement(),
        scalable.requestsAtOnce());
  }

  private static WorkloadState.GpuRequest requested(PodNodes ground, ScaleSnapshot scalable) {
    WorkloadState.GpuRequest all = ground.nodes().requestOf(scalable.devices());
    if (!(all instanceof WorkloadState.GpuRequest.Requested requested)
        || scalable.devicesByModel().isEmpty()) {
      return all;
    }
    Map<String, Double> byModel = new HashMap<>();
    scalable
        .devicesByModel()
        .forEach(
            (model, devices) -> {
              if (ground.nodes().requestOf(devices)
                  instanceof WorkloadState.GpuRequest.Requested its) {
                byModel.put(model, its.gpusPerReplica());
              }
            });
    return new WorkloadState.GpuRequest.Requested(requested.gpusPerReplica(), byModel);
  }

  /**
   * What a workload runs on.
   *
   * @param nodes those that its pods are on, or that they must go to
   * @param whyNoProduct what to say where none of them names its GPU
   * @param placement those that its pods are on, by name
   */
  private record PodNodes(GpuNodes nodes, Message whyNoProduct, NodePlacement placement) {}

  private PodNodes ground(WorkloadReference reference, ScaleSnapshot scalable, String version) {
    if (nodes.isEmpty()) {
      return promised(scalable, Message.of(Cause.NODES_NOT_READ));
    }
    Watch<GenericKubernetesResource, GpuNode> watch = nodes.get();
    if (watch.notSynced() instanceof Watch.NotSynced.Because because) {
      return promised(scalable, Message.of(Cause.NODE_GPUS_NOT_KNOWN, clause(because.message())));
    }
    PodPlacement.Places where = places.of(reference, version, scalable.podSelector());
    if (where instanceof PodPlacement.Places.Unknown unknown) {
      return promised(
          scalable,
          Message.of(Cause.PODS_NOT_KNOWN, name(reference.toString()), clause(unknown.message())));
    }
    Map<String, Integer> podsByNode = ((PodPlacement.Places.Known) where).podsByNode();
    if (podsByNode.isEmpty()) {
      return promised(scalable, Message.of(Cause.NO_POD_ON_A_NODE, name(reference.toString())));
    }
    Map<GpuNode, Integer> podsByGpuNode = new HashMap<>();
    Map<String, Double> gpusByNode = new HashMap<>();
    Set<String> sliced = new HashSet<>();
    boolean holdsSlices = scalable.devices().resources().stream().anyMatch(GpuResource::isSlice);
    podsByNode.forEach(
        (name, pods) -> {
          GpuNode node = watch.store().value(name).orElse(GpuNode.UNLABELLED);
          podsByGpuNode.merge(node, pods, Integer::sum);
          gpusByNode.put(name, pods * gpusOfAPod(scalable, node));
          if (holdsSlices || node.sliced()) {
            sliced.add(name);
          }
        });
    return new PodNodes(
        new GpuNodes(podsByGpuNode),
        Message.of(Cause.NO_NODE_NAMES_ITS_GPU, name(reference.toString())),
        new NodePlacement.OnNodes(gpusByNode, sliced));
  }

  /** Of a replica of several pods, what all of them hold: nodes are weighed by it, not counted. */
  private static double gpusOfAPod(ScaleSnapshot scalable, GpuNode node) {
    return new GpuNodes(Map.of(node, 1)).requestOf(scalable.devices())
            instanceof WorkloadState.GpuRequest.Requested requested
        ? requested.gpusPerReplica()
        : 1;
  }

  /** Without a pod on a node, what its pods ask of a node is what they will get. */
  private static PodNodes promised(ScaleSnapshot scalable, Message whyNoProduct) {
    GpuNode requested = GpuNode.of(scalable.nodeSelector());
    return new PodNodes(
        new GpuNodes(Map.of(requested, 1)), whyNoProduct, new NodePlacement.Unknown(whyNoProduct));
  }

  private static Map<String, String> labelsOf(GenericKubernetesResource node) {
    Map<String, String> labels = node.getMetadata().getLabels();
    return labels == null ? Map.of() : labels;
  }

  @Override
  public void close() {
    renewing.shutdownNow();
    watchByKind.values().forEach(WatchedKind::close);
    nodes.ifPresent(Watch::close);
  }
}
