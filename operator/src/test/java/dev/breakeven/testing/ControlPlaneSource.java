package dev.breakeven.testing;

import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubeapitest.KubeAPITestException;
import io.fabric8.kubeapitest.binary.Binaries;
import io.fabric8.kubeapitest.binary.BinaryManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** The ways to a control plane, in the order in which they are tried. The first that is there. */
enum ControlPlaneSource {
  /** A cluster that somebody gives to the tests on purpose. */
  KUBECONFIG {
    @Override
    Optional<RunningControlPlane> start() {
      return environment("BREAKEVEN_TEST_KUBECONFIG")
          .map(
              file -> {
                if (!Files.isReadable(Path.of(file))) {
                  throw new IllegalStateException(
                      "BREAKEVEN_TEST_KUBECONFIG names %s, which cannot be read".formatted(file));
                }
                return new GivenCluster("the kubeconfig " + file, Path.of(file), () -> {});
              });
    }
  },

  /** Binaries in a directory that the environment names. */
  DIRECTORY {
    @Override
    Optional<RunningControlPlane> start() {
      Optional<Path> apiServer = Tool.KUBE_APISERVER.inGivenDirectory();
      Optional<Path> etcd = Tool.ETCD.inGivenDirectory();
      return apiServer.isPresent() && etcd.isPresent()
          ? Optional.of(
              LoopbackControlPlane.start(
                  "the binaries in " + apiServer.get().getParent(), apiServer.get(), etcd.get()))
          : Optional.empty();
    }
  },

  /** k3s in a container. */
  DOCKER {
    @Override
    Optional<RunningControlPlane> start() {
      if (!dockerAnswers()) {
        return Optional.empty();
      }
      K3sContainer k3s = new K3sContainer(DockerImageName.parse(K3S_IMAGE));
      k3s.start();
      Path kubeconfig = Repository.scratch("k3s").resolve("kubeconfig");
      try {
        Files.writeString(kubeconfig, k3s.getKubeConfigYaml());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return Optional.of(new GivenCluster("Docker, " + K3S_IMAGE, kubeconfig, k3s::stop));
    }
  },

  /** Binaries that Kubernetes publishes for tests, as kube-api-test downloads them. */
  DOWNLOAD {
    @Override
    Optional<RunningControlPlane> start() {
      Path directory = Path.of(System.getProperty("user.home"), ".cache/breakeven/kube-api-test");
      try {
        boolean fetched = Files.isDirectory(directory.resolve("k8s"));
        if (!fetched && !reachable(DOWNLOADS)) {
          return Optional.empty();
        }
        Files.createDirectories(directory);
        BinaryManager manager =
            new BinaryManager(
                KubeAPIServerConfigBuilder.anAPIServerConfig()
                    .withTestDir(directory.toString())
                    .withApiServerVersion(DOWNLOADED_VERSION)
                    .build());
        manager.initAndDownloadIfRequired();
        Binaries binaries = manager.binaries();
        return Optional.of(
            LoopbackControlPlane.start(
                "kube-api-test's download of " + DOWNLOADED_VERSION,
                binaries.getApiServer().toPath(),
                binaries.getEtcd().toPath()));
      } catch (KubeAPITestException e) {
        return Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  },

  /** Built from the Go module proxy, once. */
  GO_MODULES {
    @Override
    Optional<RunningControlPlane> start() {
      boolean built = Tool.KUBE_APISERVER.found().isPresent() && Tool.ETCD.found().isPresent();
      return built || GoModule.goIsInstalled()
          ? Optional.of(
              LoopbackControlPlane.start(
                  "the Go module proxy", Tool.KUBE_APISERVER.path(), Tool.ETCD.path()))
          : Optional.empty();
    }
  };

  static final String K3S_IMAGE = "rancher/k3s:v1.34.1-k3s1";
  static final String DOWNLOADED_VERSION = "1.34.1";
  private static final String DOWNLOADS =
      "https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml";

  /** Said where none is there. */
  static final String NONE =
      "the tests need a Kubernetes control plane: set BREAKEVEN_TEST_KUBECONFIG to a cluster's"
          + " kubeconfig, or BREAKEVEN_TEST_BIN to a directory with kube-apiserver and etcd, or"
          + " start Docker, or install Go 1.21 or newer (-Dbreakeven.skipClusterTests leaves these"
          + " tests out)";

  /** A control plane, or empty where this machine does not have it in this way. */
  abstract Optional<RunningControlPlane> start();

  /**
   * The first that is there.
   *
   * @throws IllegalStateException with one line that says what to install, where none is
   */
  static RunningControlPlane first() {
    for (ControlPlaneSource source : values()) {
      Optional<RunningControlPlane> started = source.start();
      if (started.isPresent()) {
        System.out.println("tests: the control plane comes from " + started.get().origin());
        return started.get();
      }
    }
    throw new IllegalStateException(NONE);
  }

  private static Optional<String> environment(String variable) {
    return Optional.ofNullable(System.getenv(variable)).filter(value -> !value.isBlank());
  }

  private static boolean dockerAnswers() {
    try {
      return DockerClientFactory.instance().isDockerAvailable();
    } catch (RuntimeException e) {
      return false;
    }
  }

  /**
   * SampleInput first because the download itself would wait for minutes behind a silent firewall.
   */
  private static boolean reachable(String address) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(address).toURL().openConnection();
      connection.setRequestMethod("HEAD");
      connection.setConnectTimeout(5_000);
      connection.setReadTimeout(10_000);
      try {
        return connection.getResponseCode() == 200;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }
}
