package dev.breakeven.testing;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * etcd and kube-apiserver as processes on loopback, with RBAC on; kube-controller-manager where a
 * test asks for it. No kubelet: pods stay pending until a test patches them.
 */
public final class LoopbackControlPlane implements RunningControlPlane {

  private static final int TRIES = 3;

  private final String origin;
  private final Path directory;
  private final String adminToken = UUID.randomUUID().toString();
  private final Path apiServerBinary;
  private final Path etcdBinary;
  private final List<String> apiServerFlags;
  private final List<ChildProcess> controllers = new ArrayList<>();
  private int etcdPort;
  private int peerPort;
  private int apiServerPort;
  private ChildProcess etcd;
  private ChildProcess apiServer;

  private LoopbackControlPlane(
      String origin, Path apiServerBinary, Path etcdBinary, List<String> apiServerFlags) {
    this.origin = origin;
    this.apiServerBinary = apiServerBinary;
    this.etcdBinary = etcdBinary;
    this.apiServerFlags = List.copyOf(apiServerFlags);
    this.directory = Repository.scratch("control-plane");
    writeKeys();
    // A free port can be taken by somebody else between being found and being bound.
    for (int attempt = 1; ; attempt++) {
      peerPort = Loopback.freePort();
      etcdPort = Loopback.freePort();
      apiServerPort = Loopback.freePort();
      etcd = startEtcd();
      apiServer = startApiServer();
      try {
        Loopback.await(apiServer, this::answers);
        Loopback.await(etcd, () -> true);
        return;
      } catch (IllegalStateException e) {
        apiServer.close();
        etcd.close();
        Repository.delete(directory.resolve("etcd"));
        if (attempt == TRIES) {
          Repository.delete(directory);
          throw e;
        }
      }
    }
  }

  /**
   * Starts one and waits until it answers.
   *
   * @param origin where the binaries come from, for people
   */
  static LoopbackControlPlane start(String origin, Path apiServer, Path etcd) {
    return new LoopbackControlPlane(origin, apiServer, etcd, List.of());
  }

  /** Starts one from the machine's binaries, with these flags of the API server too. */
  public static LoopbackControlPlane withApiServerFlags(String... flags) {
    Path apiServer = Tool.KUBE_APISERVER.path();
    return new LoopbackControlPlane(
        "the binaries in " + apiServer.getParent(), apiServer, Tool.ETCD.path(), List.of(flags));
  }

  @Override
  public String origin() {
    return origin;
  }

  @Override
  public Path kubeconfig() {
    return directory.resolve("kubeconfig");
  }

  @Override
  public boolean hasControllers() {
    return !controllers.isEmpty();
  }

  /** CPU that the API server has used so far. */
  public Duration apiServerCpu() {
    return apiServer.cpu();
  }

  /** CPU that etcd has used so far. */
  public Duration etcdCpu() {
    return etcd.cpu();
  }

  /** Ends the API server at once, as a crash would; etcd keeps what it holds. */
  public void killApiServer() {
    apiServer.kill();
  }

  /** Starts the API server again, on the same port and with the same keys. */
  public void restartApiServer() {
    apiServer = startApiServer();
    Loopback.await(apiServer, this::answers);
  }

  /** Keeps a copy of all that is stored; nobody answers meanwhile. */
  void backUp() {
    endStore();
    copy(directory.resolve("etcd"), directory.resolve("backup"));
    restartStore();
  }

  /** Puts back what was stored when the copy was made, and its versions with it. */
  void restore() {
    endStore();
    copy(directory.resolve("backup"), directory.resolve("etcd"));
    restartStore();
  }

  private void endStore() {
    apiServer.kill();
    etcd.kill();
  }

  private void restartStore() {
    etcd = startEtcd();
    Loopback.await(etcd, this::etcdAnswers);
    restartApiServer();
  }

  private static void copy(Path from, Path to) {
    Repository.delete(to);
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void startControllers() {
    if (hasControllers()) {
      return;
    }
    ChildProcess started =
        ChildProcess.start(
            "kube-controller-manager",
            directory.resolve("kube-controller-manager.log"),
            Map.of(),
            Tool.KUBE_CONTROLLER_MANAGER.command(
                "--kubeconfig=" + kubeconfig(),
                "--use-service-account-credentials=false",
                "--service-account-private-key-file=" + directory.resolve("sa.key"),
                "--bind-address=127.0.0.1",
                "--secure-port=0",
                // No kubelet renews a node's lease: its pods would be unready after 40 s and gone
                // after five minutes.
                "--controllers=*,-node-lifecycle-controller",
                "--leader-elect=false"));
    controllers.add(started);
  }

  @Override
  public void stopControllers() {
    controllers.forEach(ChildProcess::close);
    controllers.clear();
  }

  @Override
  public void close() {
    stopControllers();
    apiServer.close();
    etcd.close();
    Repository.delete(directory);
  }

  private ChildProcess startEtcd() {
    String client = "http://127.0.0.1:" + etcdPort;
    String peer = "http://127.0.0.1:" + peerPort;
    return ChildProcess.start(
        "etcd",
        directory.resolve("etcd.log"),
        Map.of(),
        List.of(
            etcdBinary.toString(),
            "--data-dir=" + directory.resolve("etcd"),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=default=" + peer,
            "--unsafe-no-fsync",
            "--log-level=error"));
  }

  private ChildProcess startApiServer() {
    List<String> command =
        new ArrayList<>(
            List.of(
                apiServerBinary.toString(),
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--secure-port=" + apiServerPort,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--cert-dir=" + directory.resolve("certs"),
                "--authorization-mode=RBAC",
                "--token-auth-file=" + directory.resolve("tokens.csv"),
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-signing-key-file=" + directory.resolve("sa.key"),
                "--service-account-key-file=" + directory.resolve("sa.pub"),
                "--service-cluster-ip-range=10.0.0.0/24",
                "--allow-privileged=true",
                // Nothing makes the default service account that this plugin waits for.
                "--disable-admission-plugins=ServiceAccount",
                // It can linger while watches are open; nobody waits for them here.
                "--shutdown-delay-duration=0s",
                "--max-requests-inflight=4000",
                "--max-mutating-requests-inflight=2000"));
    command.addAll(apiServerFlags);
    return ChildProcess.start(
        "kube-apiserver", directory.resolve("kube-apiserver.log"), Map.of(), command);
  }

  private boolean answers() {
    if (!Files.exists(directory.resolve("certs/apiserver.crt")) || !etcdAnswers()) {
      return false;
    }
    writeKubeconfig();
    Config config = Config.fromKubeconfig(kubeconfig().toFile());
    config.setRequestRetryBackoffLimit(0);
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      return "ok".equals(client.raw("/readyz"));
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  private boolean etcdAnswers() {
    return !Loopback.textAt("http://127.0.0.1:%d/health".formatted(etcdPort)).isEmpty();
  }

  private void writeKubeconfig() {
    write(
        "kubeconfig",
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: tests
          cluster: {server: "https://127.0.0.1:%d", certificate-authority: "%s"}
        users:
        - name: admin
          user: {token: "%s"}
        contexts:
        - name: tests
          context: {cluster: tests, user: admin}
        current-context: tests
        """
            .formatted(apiServerPort, directory.resolve("certs/apiserver.crt"), adminToken));
  }

  private void writeKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair pair = generator.generateKeyPair();
      write("sa.key", pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
      write("sa.pub", pem("PUBLIC KEY", pair.getPublic().getEncoded()));
      write("tokens.csv", adminToken + ",admin,admin,\"system:masters\"\n");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), kind);
  }

  private void write(String name, String text) {
    try {
      Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
