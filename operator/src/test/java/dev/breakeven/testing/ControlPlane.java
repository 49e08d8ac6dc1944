package dev.breakeven.testing;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Kubernetes API server, one for the whole Maven run: {@code @RegisterExtension static final
 * ControlPlane cluster = new ControlPlane();}.
 *
 * <p>Where it comes from: {@link ControlPlaneSource}. With {@code -Dbreakeven.skipClusterTests} a
 * class that registers this is left out, and the run says so at its end.
 *
 * <p>It has no kubelet and, unless {@link #startControllers} is called, no controllers, except
 * where the tests run against a whole cluster: a test must hold in both. Pods that ask for GPUs, or
 * that name a node which a test has made, never really start in either. A namespace from {@link
 * #freshNamespace} is emptied and removed after the test (or the class) that asked for it;
 * everything cluster-wide is for the test to remove.
 */
public final class ControlPlane
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ExecutionCondition {

  /** The system property that leaves these tests out. */
  public static final String SKIP = "breakeven.skipClusterTests";

  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(ControlPlane.class);

  private @Nullable RunningControlPlane running;
  private @Nullable KubernetesClient admin;
  private final Deque<List<String>> namespacesByScope = new ArrayDeque<>();

  /** What the first class found, kept so that the others need not look again. */
  private sealed interface Search extends AutoCloseable {
    record Found(RunningControlPlane plane) implements Search {
      @Override
      public void close() {
        plane.close();
      }
    }

    record NotFound(IllegalStateException why) implements Search {
      @Override
      public void close() {}
    }

    @Override
    void close();
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return System.getProperty(SKIP) != null && !"false".equals(System.getProperty(SKIP))
        ? ConditionEvaluationResult.disabled("-D" + SKIP)
        : ConditionEvaluationResult.enabled("cluster tests are wanted");
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Search search =
        context
            .getRoot()
            .getStore(STORE)
            .getOrComputeIfAbsent(Search.class, key -> search(), Search.class);
    if (search instanceof Search.NotFound none) {
      throw none.why();
    }
    running = ((Search.Found) search).plane();
    admin = clientOf(kubeconfig());
    namespacesByScope.push(new ArrayList<>());
  }

  private static Search search() {
    try {
      return new Search.Found(ControlPlaneSource.first());
    } catch (IllegalStateException e) {
      return new Search.NotFound(e);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    namespacesByScope.push(new ArrayList<>());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    namespacesByScope.pop().forEach(this::remove);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (admin != null) {
      namespacesByScope.pop().forEach(this::remove);
      plane().stopControllers();
      admin.close();
    }
  }

  /** A client that may do everything. It is closed with the class. */
  public KubernetesClient client() {
    return Objects.requireNonNull(admin, "the control plane has not been started");
  }

  /** A kubeconfig file with which everything is allowed, for a process. */
  public Path kubeconfig() {
    return plane().kubeconfig();
  }

  /** A namespace that is there for this test, or for the class if asked for before its tests. */
  public String freshNamespace() {
    String name =
        client()
            .resource(
                new NamespaceBuilder()
                    .withNewMetadata()
                    .withGenerateName("test-")
                    .endMetadata()
                    .build())
            .create()
            .getMetadata()
            .getName();
    Objects.requireNonNull(namespacesByScope.peek()).add(name);
    return name;
  }

  /**
   * A client that is that service account; it may do what its roles say. For the caller to close.
   */
  public KubernetesClient clientAs(String namespace, String serviceAccount) {
    return clientAs(namespace, serviceAccount, http -> {});
  }

  /**
   * A client that is that service account, whose HTTP client is made in this way. For the caller to
   * close.
   */
  public KubernetesClient clientAs(
      String namespace, String serviceAccount, Consumer<HttpClient.Builder> http) {
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(kubeconfig().toFile()))
            .withOauthToken(tokenOf(namespace, serviceAccount))
            .withClientCertFile(null)
            .withClientCertData(null)
            .withClientKeyFile(null)
            .withClientKeyData(null)
            .build();
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientBuilderConsumer(http)
        .build();
  }

  /** A kubeconfig file that is that service account, for a process. */
  public Path kubeconfigAs(String namespace, String serviceAccount) {
    return new ServiceAccount(namespace, serviceAccount).kubeconfig(kubeconfig(), client());
  }

  /** A token of that service account, which is made where it is not there. */
  public String tokenOf(String namespace, String serviceAccount) {
    return new ServiceAccount(namespace, serviceAccount).token(client());
  }

  /** Applies YAML files, and waits until the definitions among them are served. */
  public void apply(Path... files) {
    for (Path file : files) {
      try (InputStream yaml = Files.newInputStream(file)) {
        for (HasMetadata item : client().load(yaml).items()) {
          client().resource(item).forceConflicts().serverSideApply();
          if (item instanceof CustomResourceDefinition definition) {
            awaitServed(definition);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Applies the definitions of this project's resources, from {@code crds/}. */
  public void installDefinitions() {
    try (var files = Files.list(Repository.top().resolve("crds"))) {
      apply(files.filter(file -> file.toString().endsWith(".yaml")).sorted().toArray(Path[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitServed(CustomResourceDefinition definition) {
    Predicate<CustomResourceDefinition> established =
        now ->
            now != null
                && now.getStatus() != null
                // For a moment the server shows the status with its names and no condition yet.
                && now.getStatus().getConditions() != null
                && now.getStatus().getConditions().stream()
                    .anyMatch(
                        c -> c.getType().equals("Established") && c.getStatus().equals("True"));
    client().resource(definition).waitUntilCondition(established, 30, TimeUnit.SECONDS);
  }

  /**
   * Makes Kubernetes' own controllers run until the end of the class. This can build
   * kube-controller-manager, and few tests need it: {@link ServingPods} does without it.
   */
  public void startControllers() {
    plane().startControllers();
  }

  /** Whether Kubernetes' own controllers run; they make pods, and fill in statuses. */
  public boolean hasControllers() {
    return plane().hasControllers();
  }

  /**
   * Ends the API server at once and starts it again on the same port, as {@code restart} says;
   * empty where the tests run against a cluster that is not theirs to end.
   */
  public Optional<ApiServerSwitch> apiServerSwitch() {
    return plane() instanceof LoopbackControlPlane own
        ? Optional.of(
            new ApiServerSwitch() {
              @Override
              public void kill() {
                own.killApiServer();
              }

              @Override
              public void startAgain() {
                own.restartApiServer();
              }

              @Override
              public void backUp() {
                own.backUp();
              }

              @Override
              public void restore() {
                own.restore();
              }
            })
        : Optional.empty();
  }

  /** Takes the API server away and brings it back. A test that kills it starts it again. */
  public interface ApiServerSwitch {
    /** It is gone at once, as after a crash. */
    void kill();

    /** It answers again, on the same port, with everything it knew. */
    void startAgain();

    /** Keeps a copy of all that is stored; it is away meanwhile, and answers again. */
    void backUp();

    /** What was stored then is there again, as after a disaster, and nothing of later. */
    void restore();
  }

  private RunningControlPlane plane() {
    return Objects.requireNonNull(running, "the control plane has not been started");
  }

  private static KubernetesClient clientOf(Path kubeconfig) {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
        .build();
  }

  /**
   * Without controllers a deleted namespace stays for ever, with all that is in it: what a whole
   * cluster does on its own is done here by hand.
   */
  private void remove(String namespace) {
    client().namespaces().withName(namespace).delete();
    if (plane().hasControllers()) {
      return;
    }
    for (APIResourceList group : servedGroups()) {
      for (APIResource kind : group.getResources()) {
        if (kind.getNamespaced() && kind.getVerbs().contains("deletecollection")) {
          empty(namespace, group.getGroupVersion(), kind);
        }
      }
    }
    Namespace emptied = client().namespaces().withName(namespace).get();
    if (emptied != null) {
      emptied.getSpec().setFinalizers(List.of());
      client().raw("/api/v1/namespaces/" + namespace + "/finalize", "PUT", emptied);
    }
  }

  private List<APIResourceList> servedGroups() {
    List<APIResourceList> served = new ArrayList<>();
    served.add(client().getApiResources("v1"));
    client()
        .getApiGroups()
        .getGroups()
        .forEach(
            group -> {
              APIResourceList resources =
                  client().getApiResources(group.getPreferredVersion().getGroupVersion());
              if (resources != null) {
                served.add(resources);
              }
            });
    return served;
  }

  private void empty(String namespace, String groupVersion, APIResource kind) {
    int slash = groupVersion.indexOf('/');
    ResourceDefinitionContext context =
        new ResourceDefinitionContext.Builder()
            .withGroup(slash < 0 ? "" : groupVersion.substring(0, slash))
            .withVersion(groupVersion.substring(slash + 1))
            .withKind(kind.getKind())
            .withPlural(kind.getName())
            .withNamespaced(true)
            .build();
    var resources = client().genericKubernetesResources(context).inNamespace(namespace);
    for (GenericKubernetesResource item : resources.list().getItems()) {
      resources.withName(item.getMetadata().getName()).withGracePeriod(0).delete();
    }
  }
}
