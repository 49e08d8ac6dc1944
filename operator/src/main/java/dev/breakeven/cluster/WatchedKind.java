package dev.breakeven.cluster;

import dev.breakeven.configuration.WorkloadKind;
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

  /** Kinds whose plural every cluster knows; that of others is asked for. */
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
  private volatile String whyNotStarted = "it has not been asked for yet";
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

    /** It is not there, or cannot be read; one sentence says which. */
    record Unknown(String message) implements Known {}
  }

  /** The workload of this name. */
  Known of(String namespace, String name) {
    start();
    if (watchByNamespace.isEmpty()) {
      return new Known.Unknown(
          "the kind %s of %s cannot be read: %s"
              .formatted(kind.kind(), kind.apiVersion(), whyNotStarted));
    }
    Watch<GenericKubernetesResource, Optional<ScaleSnapshot>> watch =
        Optional.ofNullable(watchByNamespace.get(EVERYWHERE))
            .orElseGet(() -> watchByNamespace.get(namespace));
    if (watch == null) {
      return new Known.Unknown("the operator does not watch namespace " + namespace);
    }
    if (watch.notSynced() instanceof Watch.NotSynced.Because because) {
      return new Known.Unknown(
          "%s %s cannot be read: %s".formatted(kind.kind(), name, because.message()));
    }
    String key = namespace + "/" + name;
    String version = watch.store().version(key);
    return watch
        .store()
        .value(key)
        .map(
            found ->
                found
                    .<Known>map(scalable -> new Known.Present(scalable, version))
                    .orElseGet(
                        () ->
                            new Known.Unknown(
                                "%s %s has no spec.replicas%s"
                                    .formatted(kind.kind(), name, named(name)))))
        .orElseGet(
            () ->
                new Known.Unknown(
                    "there is no %s %s in namespace %s".formatted(kind.kind(), name, namespace)));
  }

  /** What to name instead of a kind that makes others which scale. */
  private String named(String name) {
    return switch (kind.kind()) {
      case "InferenceService" ->
          "; name the Deployment that it makes, %s-predictor as a rule".formatted(name);
      case "LLMInferenceService" ->
          "; name the Deployment that it makes, %s-kserve as a rule".formatted(name);
      case "RayService" ->
          "; name the RayCluster that it made (kubectl get rayclusters), kind RayCluster of ray.io/v1";
      case "RayCluster" -> " that count: not exactly one of its worker groups holds GPUs";
      case "Service" -> "; name the Deployment of its newest revision, %s-00001-deployment and up"
          .formatted(name);
      default -> "";
    };
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
        whyNotStarted = "this cluster does not serve it";
        return;
      }
      Map<String, Watch<GenericKubernetesResource, Optional<ScaleSnapshot>>> started =
          new LinkedHashMap<>();
      for (String namespace : namespaces) {
        started.put(namespace, watch(plural, namespace));
      }
      watchByNamespace = started;
    } catch (KubernetesClientException e) {
      whyNotStarted = Watch.sentence(e);
    }
  }

  /** Lists everything anew; where nothing is watched yet, that is tried. */
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
