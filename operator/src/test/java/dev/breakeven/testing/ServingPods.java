package dev.breakeven.testing;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets a Deployment serve, as far as its API server can see: pods on nodes, some of them ready. It
 * plays the kubelet's part, and where no controllers run, theirs too; so a test that uses it holds
 * against a bare API server as well as against a whole cluster. The pods must ask for what no real
 * node has, GPUs for example, or a real scheduler takes them.
 *
 * @param cluster where
 * @param namespace the Deployment's
 * @param name the Deployment's
 */
public record ServingPods(ControlPlane cluster, String namespace, String name) {

  /**
   * Brings the Deployment to have one ready pod on each of these nodes. The rest of its replicas
   * are not ready: pending, or where they were.
   *
   * @param nodes names of nodes, one may stand in it several times; at most as many as replicas
   */
  public void readyOn(List<String> nodes) {
    Deployment wanted = deployment().get();
    int replicas = wanted.getSpec().getReplicas();
    List<Pod> pods = cluster.hasControllers() ? awaitPods(replicas) : makePods(wanted);
    for (int i = 0; i < pods.size(); i++) {
      Pod pod = pods.get(i);
      String node = pod.getSpec().getNodeName();
      if (i < nodes.size() && (node == null || node.isEmpty())) {
        bind(pod, nodes.get(i));
      }
      setReady(pod, i < nodes.size());
    }
    if (!cluster.hasControllers()) {
      deployment()
          .editStatus(
              deployment -> {
                DeploymentStatus status = new DeploymentStatus();
                status.setObservedGeneration(deployment.getMetadata().getGeneration());
                status.setReplicas(replicas);
                status.setReadyReplicas(nodes.size());
                deployment.setStatus(status);
                return deployment;
              });
    }
    deployment()
        .waitUntilCondition(
            deployment -> deployment != null && ready(deployment) == nodes.size(),
            60,
            TimeUnit.SECONDS);
  }

  private static int ready(Deployment deployment) {
    Integer ready =
        deployment.getStatus() == null ? null : deployment.getStatus().getReadyReplicas();
    return ready == null ? 0 : ready;
  }

  private List<Pod> makePods(Deployment wanted) {
    List<Pod> pods = ownPods();
    int replicas = wanted.getSpec().getReplicas();
    PodTemplateSpec template = wanted.getSpec().getTemplate();
    for (int i = pods.size(); i < replicas; i++) {
      client()
          .resource(
              new PodBuilder()
                  .withNewMetadata()
                  .withNamespace(namespace)
                  .withName("%s-%03d".formatted(name, i))
                  .withLabels(template.getMetadata().getLabels())
                  .endMetadata()
                  .withSpec(template.getSpec())
                  .build())
          .create();
    }
    for (int i = replicas; i < pods.size(); i++) {
      client().resource(pods.get(i)).withGracePeriod(0).delete();
    }
    return ownPods();
  }

  private List<Pod> awaitPods(int replicas) {
    List<Pod> pods = ownPods();
    while (pods.size() != replicas) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      pods = ownPods();
    }
    return pods;
  }

  /** In the order of their names, so that the same ones stay ready; without those of a test. */
  private List<Pod> ownPods() {
    return client()
        .pods()
        .inNamespace(namespace)
        .withLabelSelector(deployment().get().getSpec().getSelector())
        .list()
        .getItems()
        .stream()
        .filter(
            pod ->
                cluster.hasControllers()
                    ? !pod.getMetadata().getOwnerReferences().isEmpty()
                    : pod.getMetadata().getName().matches(name + "-\\d{3}"))
        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
        .toList();
  }

  private void bind(Pod pod, String node) {
    Binding binding =
        new BindingBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(pod.getMetadata().getName())
            .endMetadata()
            .withNewTarget()
            .withKind("Node")
            .withName(node)
            .endTarget()
            .build();
    client().bindings().inNamespace(namespace).resource(binding).create();
  }

  private void setReady(Pod pod, boolean ready) {
    client()
        .pods()
        .inNamespace(namespace)
        .withName(pod.getMetadata().getName())
        .editStatus(
            now -> {
              now.setStatus(
                  new PodStatusBuilder()
                      .withPhase(ready ? "Running" : "Pending")
                      .addNewCondition()
                      .withType("Ready")
                      .withStatus(ready ? "True" : "False")
                      .endCondition()
                      .build());
              return now;
            });
  }

  private RollableScalableResource<Deployment> deployment() {
    return client().apps().deployments().inNamespace(namespace).withName(name);
  }

  private KubernetesClient client() {
    return cluster.client();
  }
}
