package dev.breakeven.figures;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.testing.LoopbackControlPlane;
import dev.breakeven.testing.Repository;
import dev.breakeven.testing.ServiceAccount;
import dev.breakeven.testing.Tool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An API server with RBAC that knows this project's resources, and the service account that the
 * chart makes for the operator, whose every request is logged.
 */
final class Stage implements AutoCloseable {

  private static final String NAMESPACE = "breakeven";
  private static final String ACCOUNT = "breakeven";
  private static final String POLICIES = "/apis/breakeven.dev/v1alpha1/namespaces/%s/costpolicies";

  private final LoopbackControlPlane plane;
  private final AuditLog audit;
  private final KubernetesClient client;
  private final Path operatorKubeconfig;

  Stage() {
    Path directory = Repository.scratch("figures");
    audit = new AuditLog(directory.resolve("audit.log"));
    Path policy = directory.resolve("audit-policy.yaml");
    try {
      Files.writeString(
          policy, AuditLog.policyFor("system:serviceaccount:%s:%s".formatted(NAMESPACE, ACCOUNT)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    plane =
        LoopbackControlPlane.withApiServerFlags(
            "--audit-policy-file=" + policy,
            "--audit-log-path=" + audit.file(),
            "--audit-log-maxsize=2000");
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(plane.kubeconfig().toFile()))
            .build();
    namespace(NAMESPACE);
    installDefinitions();
    installRoles();
    operatorKubeconfig =
        new ServiceAccount(NAMESPACE, ACCOUNT).kubeconfig(plane.kubeconfig(), client);
  }

  KubernetesClient client() {
    return client;
  }

  /** CPU that the API server has used so far, seconds. */
  double apiServerCpu() {
    return plane.apiServerCpu().toMillis() / 1e3;
  }

  /** CPU that etcd has used so far, seconds. */
  double etcdCpu() {
    return plane.etcdCpu().toMillis() / 1e3;
  }

  /** Ends the API server at once, and starts it again. */
  void restartApiServer() {
    plane.killApiServer();
    plane.restartApiServer();
  }

  AuditLog audit() {
    return audit;
  }

  /** What the operator reaches the API server with: it may do what the chart's roles say. */
  Path operatorKubeconfig() {
    return operatorKubeconfig;
  }

  /** Lets Kubernetes' own controllers make pods. */
  void startControllers() {
    plane.startControllers();
  }

  void namespace(String name) {
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  private void installDefinitions() {
    try (Stream<Path> files = Files.list(Repository.top().resolve("crds"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        apply(Files.newInputStream(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .list()
        .getItems()
        .forEach(
            definition ->
                client
                    .resource(definition)
                    .waitUntilCondition(Stage::isServed, 30, TimeUnit.SECONDS));
  }

  private static boolean isServed(CustomResourceDefinition definition) {
    return definition != null
        && definition.getStatus() != null
        && definition.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }

  private void installRoles() {
    String rendered =
        Tool.HELM
            .run(
                "template",
                ACCOUNT,
                Repository.top().resolve("helm/breakeven").toString(),
                "--namespace=" + NAMESPACE,
                "--kube-version=1.36.0",
                "--show-only=templates/serviceaccount.yaml",
                "--show-only=templates/rbac.yaml")
            .orFail();
    apply(new ByteArrayInputStream(rendered.getBytes(StandardCharsets.UTF_8)));
  }

  private void apply(InputStream yaml) {
    for (HasMetadata item : client.load(yaml).items()) {
      client.resource(item).forceConflicts().serverSideApply();
    }
  }

  /** Creates or changes policies, from their YAML. */
  void applyPolicies(List<String> texts) {
    texts.parallelStream()
        .flatMap(text -> Manifests.parse("policy.yaml", text).policies().stream())
        .forEach(policy -> client.resource(policy).forceConflicts().serverSideApply());
  }

  /** Writes a policy's status as the operator does, with another word in it. */
  void applyStatus(CostPolicy policy, String summary) {
    KubernetesSerialization json = client.getKubernetesSerialization();
    ObjectNode status = json.convertValue(policy.getStatus(), ObjectNode.class);
    ((ObjectNode) status.get("advice")).put("summary", summary);
    client
        .resource(policy)
        .subresource("status")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON)
                .withFieldManager(CostPolicy.FIELD_MANAGER)
                .build(),
            json.asJson(List.of(Map.of("op", "add", "path", "/status", "value", status))));
  }

  /** A status as the API server is sent it. */
  static String json(CostPolicyStatus status) {
    return Serialization.asJson(status);
  }

  /** Deletes a policy. */
  void removePolicy(String namespace, String name) {
    client.resources(CostPolicy.class).inNamespace(namespace).withName(name).delete();
  }

  /** Deletes every policy. */
  void removePolicies() {
    client.namespaces().list().getItems().parallelStream()
        .map(namespace -> namespace.getMetadata().getName())
        .forEach(name -> client.raw(POLICIES.formatted(name), "DELETE", null));
  }

  /** Creates objects, from their YAML. */
  void create(List<String> texts) {
    texts.parallelStream()
        .flatMap(
            text ->
                client
                    .load(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                    .items()
                    .stream())
        .forEach(item -> client.resource(item).create());
  }

  @Override
  public void close() {
    client.close();
    plane.close();
  }
}
