import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * {@code java TrainingCluster.java DIRECTORY COMMAND…}: runs an operator so that it loads the
 * classes that one loads in a cluster, for the class-data archive of the image. What it is shown is
 * a cluster in its answers only: one policy, one Deployment, a Prometheus without a series. Once it
 * has written a status it is told to end, and this ends as it does.
 */
class TrainingCluster {

  private static final long PATIENCE_SECONDS = 60;

  /** What RFC 6455 adds to the key of a WebSocket. */
  private static final String WEB_SOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private static final String METADATA =
      """
      "namespace": "training", "uid": "00000000-0000-0000-0000-00000000000%d", "generation": 1,
      "resourceVersion": "1", "creationTimestamp": "2026-01-01T00:00:00Z"
      """;

  /** Lists by the last part of their path, with every default that an API server would fill in. */
  private static final Map<String, String[]> LISTS =
      Map.of(
          "costpolicies",
          new String[] {
            "breakeven.dev/v1alpha1",
            "CostPolicyList",
            """
            {"apiVersion": "breakeven.dev/v1alpha1", "kind": "CostPolicy",
             "metadata": {"name": "chat", %s},
             "spec": {
               "model": "chat", "engine": "vllm", "source": "default", "rateCard": "default",
               "currency": "USD",
               "workloads": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "chat",
                              "role": "Serve"}],
               "selfHost": {"gpu": {"hourlyPrice": "2.50", "perReplica": 2},
                            "monthlyOverhead": {"engineering": "0", "onCall": "0",
                                                "modelUpdates": "0", "other": "0"},
                            "headroomPercent": 20, "redundantReplicas": 0, "minReplicas": 0,
                            "maxReplicas": 1000},
               "api": {"prices": {"inputPerMillion": "0.60", "outputPerMillion": "2.40"},
                       "limits": {}, "batchPercent": 0, "discountPercent": 0,
                       "maxOfferAgeDays": 180},
               "constraints": {"dataMustStay": false, "customWeights": false, "apiTooSlow": false,
                               "apiModelsNeeded": false, "stage": "Established"},
               "planning": {"window": "7d", "step": "10m", "hold": "1h", "lead": "10m",
                            "minSavingPercent": 5, "minCoveragePercent": 80}}}
            """
                .formatted(METADATA.formatted(1))
          },
          "deployments",
          new String[] {
            "apps/v1",
            "DeploymentList",
            """
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "chat", %s},
             "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "chat"}},
                      "template": {"metadata": {"labels": {"app": "chat"}},
                                   "spec": {"containers": [{"name": "engine", "resources":
                                     {"limits": {"nvidia.com/gpu": "2"}}}]}}},
             "status": {"readyReplicas": 2}}
            """
                .formatted(METADATA.formatted(2))
          },
          "statefulsets",
          new String[] {"apps/v1", "StatefulSetList", ""},
          "ratecards",
          new String[] {"breakeven.dev/v1alpha1", "RateCardList", ""},
          "nodes",
          new String[] {"v1", "NodeList", ""},
          "pods",
          new String[] {"v1", "PodList", ""});

  private final CountDownLatch statusWritten = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean failed;

  public static void main(String[] arguments) throws Exception {
    List<String> command = List.of(arguments).subList(1, arguments.length);
    System.exit(new TrainingCluster().train(Path.of(arguments[0]), command));
  }

  private int train(Path directory, List<String> command) throws Exception {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpsServer cluster = HttpsServer.create(anyPort, 0);
    cluster.setHttpsConfigurator(new HttpsConfigurator(tls(directory)));
    start(cluster, this::answer);
    HttpServer prometheus = HttpServer.create(anyPort, 0);
    start(prometheus, TrainingCluster::answerWithoutSeries);
    Path kubeconfig =
        Files.writeString(
            directory.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters:
            - name: training
              cluster: {server: "https://127.0.0.1:%d", certificate-authority: "%s"}
            users:
            - name: training
              user: {token: none}
            contexts:
            - name: training
              context: {cluster: training, user: training, namespace: training}
            current-context: training
            """
                .formatted(cluster.getAddress().getPort(), directory.resolve("training.crt")));
    List<String> whole = new ArrayList<>(command);
    whole.addAll(
        List.of(
            "--kubeconfig=" + kubeconfig,
            "--source=default=http://127.0.0.1:" + prometheus.getAddress().getPort(),
            "--listen=127.0.0.1:" + freePort()));
    long began = System.nanoTime();
    Process operator = new ProcessBuilder(whole).inheritIO().start();
    boolean written = statusWritten.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    double seconds = (System.nanoTime() - began) / 1e9;
    operator.destroy();
    boolean ended = operator.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    operator.destroyForcibly();
    over.countDown();
    if (failed) {
      System.err.println("the operator wrote a status that says InternalError");
    } else if (written) {
      System.out.printf("first status after %.2f s%n", seconds);
    } else {
      System.err.println("no status was written in " + PATIENCE_SECONDS + " s");
    }
    return written && ended && !failed ? 0 : 1;
  }

  private static void start(HttpServer server, HttpHandler handler) {
    server.createContext("/", handler);
    server.setExecutor(
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work);
              thread.setDaemon(true);
              return thread;
            }));
    server.start();
  }

  private void answer(HttpExchange request) throws IOException {
    String body = new String(request.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String path = request.getRequestURI().getPath();
    String query = String.valueOf(request.getRequestURI().getQuery());
    String[] list = LISTS.get(path.substring(path.lastIndexOf('/') + 1));
    if (!request.getRequestMethod().equals("GET")) {
      reply(request, request.getRequestMethod().equals("POST") ? 201 : 200, body);
      if (path.endsWith("/status")) {
        if (body.contains("InternalError")) {
          failed = true;
        }
        statusWritten.countDown();
      }
    } else if (query.contains("watch=true")) {
      holdOpen(request);
    } else if (list != null) {
      reply(
          request,
          200,
          """
          {"apiVersion": "%s", "kind": "%s", "metadata": {"resourceVersion": "1"}, "items": [%s]}
          """
              .formatted((Object[]) list));
    } else {
      reply(
          request,
          404,
          """
          {"apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404}
          """);
    }
  }

  /** A watch is a WebSocket; nothing ever happens in it. */
  private void holdOpen(HttpExchange request) throws IOException {
    String key = request.getRequestHeaders().getFirst("Sec-WebSocket-Key") + WEB_SOCKET;
    byte[] accepted = sha1(key.getBytes(StandardCharsets.US_ASCII));
    request
        .getResponseHeaders()
        .putAll(
            Map.of(
                "Upgrade", List.of("websocket"),
                "Connection", List.of("Upgrade"),
                "Sec-WebSocket-Accept", List.of(Base64.getEncoder().encodeToString(accepted))));
    request.sendResponseHeaders(101, -1);
    request.getResponseBody().flush();
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] sha1(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void answerWithoutSeries(HttpExchange request) throws IOException {
    String type = request.getRequestURI().getPath().endsWith("query_range") ? "matrix" : "vector";
    reply(
        request,
        200,
        """
        {"status": "success", "data": {"resultType": "%s", "result": []}}
        """
            .formatted(type));
  }

  private static void reply(HttpExchange request, int code, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    request.getResponseHeaders().set("Content-Type", "application/json");
    request.sendResponseHeaders(code, bytes.length);
    request.getResponseBody().write(bytes);
    request.close();
  }

  /** Keys that last for this run; the JDK's own tool makes them. */
  private static SSLContext tls(Path directory) throws Exception {
    String tool = Path.of(System.getProperty("java.home"), "bin/keytool").toString();
    Path store = directory.resolve("training.p12");
    String password = "training";
    List<String> open =
        List.of("-keystore", store.toString(), "-storepass", password, "-alias", "training");
    keytool(
        tool,
        "-genkeypair",
        open,
        "-keyalg EC -dname CN=training -ext san=ip:127.0.0.1 -validity 1");
    keytool(tool, "-exportcert", open, "-rfc -file " + directory.resolve("training.crt"));
    KeyStore keys = KeyStore.getInstance(store.toFile(), password.toCharArray());
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, password.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(String tool, String verb, List<String> open, String rest)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(tool, verb));
    command.addAll(open);
    command.addAll(List.of(rest.split(" ")));
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
