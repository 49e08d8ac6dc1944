package dev.breakeven.cluster;

import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.configuration.WorkloadKind;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The workloads of one kind, watched in all of the cluster or in some namespaces. */
final class WatchedKind implements AutoCloseable {

  /** Kinds whose plural is fixed; the API server gives that of others. */
  private static final Set<WorkloadKind> BUILT_IN =
      Set.of(new WorkloadKind("apps/v1", "Deployment"), new WorkloadKind("apps/v1", "StatefulSet"));

  /** A kind that is not served now may be once its definition is installed. */
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(15);

  /** Key of {@link #watchByNamespace} where one watch is for all namespaces. */
  private static final String EVERYWHERE = "";

  private final KubernetesClient client;
  private final WorkloadKind kind;
  private final List<String> namespaces;
  private final Listener listener;
  private final Clock clock;
  private volatile Map<String, Watch<GenericKubernetesResource, Optional<ScaleSnapshot>>>
      watchByNamespace = Map.of();
  private volatile Message whyNotStarted = Message.of(Cause.KIND_NOT_ASKED_FOR_YET);
  private Instant nextAttempt = Instant.MIN;

  WatchedKind(
      KubernetesClient client,
      WorkloadKind kind,
      List<String> namespaces,
      Listener listener,
      Clock clock) {
    this.client = client;
    this.kind = kind;
    this.namespaces = namespaces.isEmpty() ? List.of(EVERYWHERE) : List.copyOf(namespaces);
    this.listener = listener;
    this.clock = clock;
  }

  /** Told of what changes, by a watching thread, which it must not hold up. */
  interface Listener {
    /** Its figures are new, or other than before. */
    void changed(WorkloadReference workload);

    /** It is no more. */
    void gone(WorkloadReference workload);
  }

  /** What is known of one workload. */
  sealed interface Known {
    /**
     * It is there.
     *
     * @param version changes whenever the workload does
     */
    record Present(ScaleSnapshot scalable, String version) implements Known {}

    /** It is not there, or cannot be read; the message says which. */
    record Unknown(Message message) implements Known {}
  }

  /** The workload of this name. */
  Known of(String namespace, String workload) {
    start();
    if (watchByNamespace.isEmpty()) {
      return new Known.Unknown(
          Message.of(
              Cause.KIND_NOT_READ,
              name(kind.kind()),
              name(kind.apiVersion()),
              clause(whyNotStarted)));
    }
    Watch<GenericKubernetesResource, Optional<ScaleSnapshot>> watch =
        Optional.ofNullable(watchByNamespace.get(EVERYWHERE))
            .orElseGet(() -> watchByNamespace.get(namespace));
    if (watch == null) {
      return new Known.Unknown(Message.of(Cause.NAMESPACE_NOT_WATCHED, name(namespace)));
    }
    if (watch.notSynced() instanceof Watch.NotSynced.Because because) {
      return new Known.Unknown(
          Message.of(
              Cause.WORKLOAD_NOT_READ,
              name(kind.kind()),
              name(workload),
              clause(because.message())));
    }
    String key = namespace + "/" + workload;
    String version = watch.store().version(key);
    return watch
        .store()
        .value(key)
        .map(
            found ->
                found
                    .<Known>map(scalable -> new Known.Present(scalable, version))
                    .orElseGet(() -> new Known.Unknown(whyItDoesNotScale(workload))))
        .orElseGet(
            () ->
                new Known.Unknown(
                    Message.of(
                        Cause.WORKLOAD_DOES_NOT_EXIST,
                        name(kind.kind()),
                        name(workload),
                        name(namespace))));
  }

  /** Why it has no number of replicas, and what to name instead. */
  private Message whyItDoesNotScale(String workload) {
    return switch (kind.kind()) {
      case "InferenceService" -> makesDeployment(workload, workload + "-predictor");
      case "LLMInferenceService" -> makesDeployment(workload, workload + "-kserve");
      case "Service" -> makesDeployment(workload, workload + "-00001-deployment");
      case "RayService" -> Message.of(Cause.WORKLOAD_MAKES_RAY_CLUSTER, name(workload));
      case "RayCluster" -> Message.of(Cause.RAY_CLUSTER_WITHOUT_ONE_GROUP, name(workload));
      default -> Message.of(Cause.WORKLOAD_WITHOUT_REPLICAS, name(kind.kind()), name(workload));
    };
  }

  private Message makesDeployment(String workload, String deployment) {
    return Message.of(
        Cause.WORKLOAD_MAKES_DEPLOYMENT, name(kind.kind()), name(workload), name(deployment));
  }

  /** Starts to watch where that has not been done; a failure is tried again a while later. */
  synchronized void start() {
    Instant now = clock.instant();
    if (!watchByNamespace.isEmpty() || now.isBefore(nextAttempt)) {
      return;
    }
    nextAttempt = now.plus(BETWEEN_ATTEMPTS);
    try {
      String plural = plural();
      if (plural.isEmpty()) {
        whyNotStarted = Message.of(Cause.KIND_NOT_SERVED);
        return;
      }
      Map<String, Watch<GenericKubernetesResource, Optional<ScaleSnapshot>>> started =
          new LinkedHashMap<>();
      for (String namespace : namespaces) {
        started.put(namespace, watch(plural, namespace));
      }
      watchByNamespace = started;
    } catch (KubernetesClientException e) {
      whyNotStarted = Watch.why(e);
    }
  }

  /** Lists everything again; starts the watch if there is none yet. */
  void renew() {
    start();
    watchByNamespace.values().forEach(Watch::renew);
  }

  /** Waits until everything there was at the start has been read, or until the time is over. */
  void awaitSync(long deadlineNanos) {
    for (Watch<?, ?> watch : watchByNamespace.values()) {
      watch.awaitSync(deadlineNanos);
    }
  }

  private String plural() {
    if (BUILT_IN.contains(kind)) {
      return kind.kind().toLowerCase(Locale.ROOT) + "s";
    }
    APIResourceList served = client.getApiResources(kind.apiVersion());
    return served == null
        ? ""
        : served.getResources().stream()
            .filter(r -> r.getKind().equals(kind.kind()) && !r.getName().contains("/"))
            .map(APIResource::getName)
            .findFirst()
            .orElse("");
  }

  private Watch<GenericKubernetesResource, Optional<ScaleSnapshot>> watch(
      String plural, String namespace) {
    String apiVersion = kind.apiVersion();
    int slash = apiVersion.indexOf('/');
    var resources =
        client.genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup(slash < 0 ? "" : apiVersion.substring(0, slash))
                .withVersion(apiVersion.substring(slash + 1))
                .withKind(kind.kind())
                .withPlural(plural)
                .withNamespaced(true)
                .build());
    TrimmedStore<GenericKubernetesResource, Optional<ScaleSnapshot>> store =
        new TrimmedStore<>(
            ScaleSnapshot::of,
            Watch::stub,
            new TrimmedStore.Listener() {
              @Override
              public void changed(String key) {
                listener.changed(reference(key));
              }

              @Override
              public void gone(String key) {
                listener.gone(reference(key));
              }
            });
    return Watch.start(
        namespace.equals(EVERYWHERE)
            ? resources.inAnyNamespace()
            : resources.inNamespace(namespace),
        store);
  }

  private WorkloadReference reference(String key) {
    int slash = key.indexOf('/');
    return new WorkloadReference(
        kind.apiVersion(), kind.kind(), key.substring(0, slash), key.substring(slash + 1));
  }

  @Override
  public void close() {
    watchByNamespace.values().forEach(Watch::close);
  }
}
