package dev.breakeven.cluster;

import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * On which nodes a workload's pods are.
 *
 * <p>Pods are not watched: a cluster has many more of them than the operator is asked about, and
 * none of them can be told from others on the server by the GPUs it requests. They are listed by
 * their workload's selector instead, and again only when the workload has changed: a pod that
 * appears or goes changes its workload's status.
 */
final class PodPlacement {

  /** A rollout changes its workload many times a minute. */
  private static final Duration AT_MOST_EVERY = Duration.ofSeconds(20);

  /** In case a change was missed. */
  private static final Duration AT_LEAST_EVERY = Duration.ofHours(1);

  /** Read as trees: a pod's own class would bring those of every volume and probe there is. */
  private static final ResourceDefinitionContext PODS =
      new ResourceDefinitionContext.Builder()
          .withVersion("v1")
          .withKind("Pod")
          .withPlural("pods")
          .withNamespaced(true)
          .build();

  private static final Set<String> FINISHED = Set.of("Succeeded", "Failed");

  private final KubernetesClient client;
  private final Clock clock;
  private final Map<WorkloadReference, Remembered> rememberedByWorkload = new ConcurrentHashMap<>();

  PodPlacement(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Where a workload's pods are. */
  sealed interface Places {
    /** How many of its pods are on each node, unfinished and not about to go. */
    record Known(Map<String, Integer> podsByNode) implements Places {}

    /** Not known; the message says why. */
    record Unknown(Message message) implements Places {}
  }

  /** What was listed, for which version of the workload, and when. */
  private static final class Remembered {
    private String version = "";
    private Instant listed = Instant.MIN;
    private Places places = new Places.Unknown(Message.of(Cause.PODS_NOT_LISTED_YET));
  }

  /**
   * Where the pods are.
   *
   * @param version changes whenever the workload does
   * @param selector selects the pods
   */
  Places of(WorkloadReference workload, String version, String selector) {
    Remembered remembered = rememberedByWorkload.computeIfAbsent(workload, w -> new Remembered());
    synchronized (remembered) {
      Instant now = clock.instant();
      boolean outdated = !remembered.version.equals(version);
      Duration atMostAfter = outdated ? AT_MOST_EVERY : AT_LEAST_EVERY;
      if (remembered.listed.equals(Instant.MIN)
          || !now.isBefore(remembered.listed.plus(atMostAfter))) {
        remembered.places = list(workload, selector);
        remembered.listed = now;
        // What could not be read is retried soon.
        remembered.version = remembered.places instanceof Places.Known ? version : "";
      }
      return remembered.places;
    }
  }

  /** Forgets a workload that is gone. */
  void forget(WorkloadReference workload) {
    rememberedByWorkload.remove(workload);
  }

  /** Those that the selector finds; where it finds none, those that name it as their owner. */
  private Places list(WorkloadReference workload, String selector) {
    try {
      if (!selector.isEmpty()) {
        Map<String, Integer> selected = list(workload.namespace(), selector, pod -> true);
        if (!selected.isEmpty()) {
          return new Places.Known(selected);
        }
      }
      // The pods of a Deployment are a ReplicaSet's, and selectors of `apps` are never wrong.
      Map<String, Integer> owned =
          workload.apiVersion().startsWith("apps/")
              ? Map.of()
              : list(workload.namespace(), "", pod -> isOwned(pod, workload));
      return selector.isEmpty() && owned.isEmpty()
          ? new Places.Unknown(Message.of(Cause.PODS_NOT_SELECTED))
          : new Places.Known(owned);
    } catch (KubernetesClientException e) {
      return new Places.Unknown(Watch.why(e));
    }
  }

  private static boolean isOwned(GenericKubernetesResource pod, WorkloadReference workload) {
    return pod.getMetadata().getOwnerReferences().stream()
        .anyMatch(
            owner ->
                owner.getKind().equals(workload.kind()) && owner.getName().equals(workload.name()));
  }

  private Map<String, Integer> list(
      String namespace, String selector, Predicate<GenericKubernetesResource> isIts) {
    Map<String, Integer> podsByNode = new TreeMap<>();
    GenericKubernetesResourceList answer =
        client
            .genericKubernetesResources(PODS)
            .inNamespace(namespace)
            // Version 0: from the API server's memory, not from its disk.
            .list(
                new ListOptionsBuilder()
                    .withLabelSelector(selector)
                    .withResourceVersion("0")
                    .build());
    for (GenericKubernetesResource pod : pods(answer)) {
      String node = JsonTree.text(JsonTree.map(pod.getAdditionalProperties(), "spec"), "nodeName");
      if (!node.isEmpty() && staysOn(pod) && isIts.test(pod)) {
        podsByNode.merge(node, 1, Integer::sum);
      }
    }
    return podsByNode;
  }

  /** A response that is not a list of pods counts as a failed request. */
  private static List<GenericKubernetesResource> pods(
      @Nullable GenericKubernetesResourceList answer) {
    if (answer == null
        || !"PodList".equals(answer.getKind())
        || answer.getMetadata() == null
        || answer.getMetadata().getResourceVersion() == null
        || answer.getItems().stream().anyMatch(pod -> pod.getMetadata() == null)) {
      throw new UnexpectedAnswer("not a list of pods");
    }
    return answer.getItems();
  }

  private static boolean staysOn(GenericKubernetesResource pod) {
    String phase = JsonTree.text(JsonTree.map(pod.getAdditionalProperties(), "status"), "phase");
    return pod.getMetadata().getDeletionTimestamp() == null && !FINISHED.contains(phase);
  }
}
