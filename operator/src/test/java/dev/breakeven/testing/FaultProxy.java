package dev.breakeven.testing;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a real API server and spoils chosen calls: refuses them, answers
 * nonsense or nothing, cuts the answer, or takes the call and drops the answer. Calls that no fault
 * is for pass unchanged, watches over WebSocket included. It speaks plain HTTP to the client, and
 * to the API server with the certificate of the kubeconfig, one connection a call.
 */
public final class FaultProxy implements AutoCloseable {

  private static final int MAX_HEAD_BYTES = 64 << 10;

  /** {@code /api/v1/namespaces/NS/events/NAME/SUB} and the like. */
  private static final Pattern RESOURCE =
      Pattern.compile(
          "/(?:api|apis/[^/]+)/[^/]+(?:/namespaces/[^/]+)?/([a-z]+)(?:/([^/]+))?(?:/([a-z]+))?");

  private final ServerSocket listening;
  private final URI apiServer;
  private final @Nullable String token;
  private final SSLContext tls;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread daemon = new Thread(task, "fault-proxy");
            daemon.setDaemon(true);
            return daemon;
          });
  private final List<Injected> faults = new CopyOnWriteArrayList<>();
  private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** What becomes of a call. */
  public enum Fault {
    /** Refused with this code, before the API server has it. */
    UNAUTHORIZED(401),
    FORBIDDEN(403),
    NOT_FOUND(404),
    CONFLICT(409),
    GONE(410),
    UNPROCESSABLE(422),
    TOO_MANY_REQUESTS(429),
    SERVER_ERROR(500),
    UNAVAILABLE(503),
    OUT_OF_SPACE(507),
    /** Refused, to be tried again in an hour. */
    RETRY_IN_AN_HOUR(429),
    /** A proxy before it has no API server. */
    BAD_GATEWAY(502),
    /** Sent elsewhere. */
    REDIRECT(307),
    /** Answered with 200 and nothing in it; the API server never has it. */
    EMPTY(200),
    /** Answered with 200 and a page for people, as a login portal does. */
    HTML(200),
    /** Answered with 204 and nothing in it. */
    NO_CONTENT(204),
    /** Answered with 200 and null. */
    NULL(200),
    /** Answered with 200 and what is no JSON, under its content type. */
    GARBAGE(200),
    /** Answered with 200 and a list of something else. */
    OTHER_KIND(200),
    /** Answered with 200 and a list that has no items and no version. */
    NO_ITEMS(200),
    /** Answered with 200, and that it failed. */
    FAILURE_AS_SUCCESS(200),
    /** Answered with 200 and an event of a watch that is too old, whatever was asked. */
    GONE_AS_EVENT(200),
    /** Answered with 200 and events that there are not, whatever was asked. */
    ODD_EVENTS(200),
    /** Answered with what is not HTTP. */
    NOT_HTTP(0),
    /** The API server has it, and its answer arrives a few bytes at a time. */
    DRIPS(0),
    /** The API server has it, and half of its answer arrives. */
    CUT(0),
    /** The API server has it, and nothing of its answer arrives. */
    REPLY_DROPPED(0),
    /** The connection ends before the API server has it. */
    CLOSED(0),
    /** Nothing is answered until the fault ends. */
    HANGS(0),
    /** Nothing is ever answered: the connection stays open whatever ends. */
    HALF_OPEN(0);

    private final int code;

    Fault(int code) {
      this.code = code;
    }
  }

  /** What becomes of a watch over WebSocket, from its beginning to its end. */
  public enum StreamFault {
    /** Its first event says that its version is too old. */
    GONE(error(410)),
    /** Its first event says that the API server failed. */
    SERVER_ERROR(error(500)),
    /** Its first event is an error without a reason. */
    ERROR_OF_NOTHING("{\"type\": \"ERROR\"}"),
    /** Its first event is of a type that there is not. */
    ODD("{\"type\": \"ODD\", \"object\": {}}"),
    /** Its first event is none. */
    NULL("null"),
    /** Its first event is no JSON. */
    NO_JSON("\u0000{]"),
    /** Its first event is of something else. */
    OTHER_KIND(
        "{\"type\": \"ADDED\", \"object\": {\"kind\": \"Pod\", \"apiVersion\": \"v1\","
            + " \"metadata\": {\"name\": \"stray\", \"resourceVersion\": \"1\"}}}"),
    /** Its first event is a bookmark of a version that will never be. */
    FUTURE_BOOKMARK(
        "{\"type\": \"BOOKMARK\", \"object\": {\"metadata\":"
            + " {\"resourceVersion\": \"9223372036854775807\"}}}"),
    /** Every event comes twice. */
    TWICE(""),
    /** Of every two events that follow each other within a second the second comes first. */
    SWAPPED("");

    private final String first;

    StreamFault(String first) {
      this.first = first;
    }

    private static String error(int code) {
      return "{\"type\": \"ERROR\", \"object\": %s}".formatted(failure(code).replace("\n", ""));
    }
  }

  /** A fault that is in force until it has been met so many times, or is ended. */
  public final class Injected implements AutoCloseable {
    private final Predicate<String> which;
    private final Fault fault;
    private final @Nullable StreamFault stream;
    private final AtomicInteger left;
    private final AtomicInteger met = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);

    private Injected(
        Predicate<String> which, Fault fault, @Nullable StreamFault stream, int times) {
      this.which = which;
      this.fault = fault;
      this.stream = stream;
      this.left = new AtomicInteger(times);
    }

    private boolean meets(String call) {
      if (!which.test(call) || left.getAndUpdate(n -> Math.max(0, n - 1)) == 0) {
        return false;
      }
      met.incrementAndGet();
      return true;
    }

    /** How often it has been met. */
    public int met() {
      return met.get();
    }

    @Override
    public void close() {
      end();
    }

    /** Ends it; calls that hang are let go without an answer. */
    public void end() {
      left.set(0);
      faults.remove(this);
      ended.countDown();
    }
  }

  private FaultProxy(
      ServerSocket listening, URI apiServer, @Nullable String token, SSLContext tls) {
    this.listening = listening;
    this.apiServer = apiServer;
    this.token = token;
    this.tls = tls;
  }

  /** Starts one in front of the API server of this kubeconfig, as the user that it names. */
  public static FaultProxy before(Path kubeconfig) {
    Config config = Config.fromKubeconfig(kubeconfig.toFile());
    try {
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(SSLUtils.keyManagers(config), SSLUtils.trustManagers(config), null);
      FaultProxy proxy =
          new FaultProxy(
              new ServerSocket(0, 128, InetAddress.getLoopbackAddress()),
              URI.create(config.getMasterUrl()),
              config.getAutoOAuthToken() == null
                  ? config.getOauthToken()
                  : config.getAutoOAuthToken(),
              tls);
      proxy.threads.execute(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS", e);
    }
  }

  /** How a client reaches the API server through it. */
  public Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(address())
        .withNamespace("default")
        .withOauthToken(token)
        .build();
  }

  /** Such as {@code http://127.0.0.1:40123}. */
  public String address() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /**
   * Spoils calls of this kind, such as {@code "PATCH costpolicies/status"}, {@code "LIST pods"} or
   * {@code "WATCH ratecards"}.
   *
   * @param times how many calls at most
   */
  public Injected inject(String call, Fault fault, int times) {
    return added(new Injected(call::equals, fault, null, times));
  }

  /** Spoils watches of this kind, such as {@code "WATCH ratecards"}, once they have begun. */
  public Injected inject(String call, StreamFault fault, int times) {
    return added(new Injected(call::equals, Fault.CLOSED, fault, times));
  }

  private Injected added(Injected injected) {
    faults.add(injected);
    return injected;
  }

  /** Kinds of calls that were made until now. */
  public Set<String> calls() {
    return new TreeSet<>(calls.keySet());
  }

  /** How many calls were made until now, of all kinds. */
  public int callsMade() {
    return calls.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  /** What is known of a call by its first line. */
  static String kind(String method, String target) {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    Matcher resource = RESOURCE.matcher(path);
    if (!resource.matches()) {
      return method + " " + path;
    }
    boolean named = resource.group(2) != null;
    String subresource = resource.group(3) == null ? "" : "/" + resource.group(3);
    String verb = method;
    if ("GET".equals(method) && !named) {
      verb = target.contains("watch=true") ? "WATCH" : "LIST";
    }
    return verb + " " + resource.group(1) + subresource;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        open.add(client);
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      String head = head(client.getInputStream());
      if (head.isEmpty()) {
        return;
      }
      String[] first = head.substring(0, head.indexOf("\r\n")).split(" ", -1);
      String kind = kind(first[0], first[1]);
      calls.computeIfAbsent(kind, k -> new AtomicInteger()).incrementAndGet();
      for (Injected injected : faults) {
        if (injected.meets(kind)) {
          if (injected.stream == null) {
            spoil(client, head, injected);
          } else {
            passWatch(client, head, injected.stream);
          }
          return;
        }
      }
      pass(client, head, Long.MAX_VALUE);
    } catch (IOException e) {
      // One of the two went away; the other is closed with it.
      return;
    } finally {
      open.remove(client);
    }
  }

  private void spoil(Socket client, String head, Injected injected) throws IOException {
    switch (injected.fault) {
      case CUT -> pass(client, head, 600);
      case REPLY_DROPPED -> pass(client, head, 0);
      case DRIPS -> pass(client, head, Long.MAX_VALUE, injected);
      case CLOSED -> client.close();
      case HALF_OPEN -> {
        // Read to the client's end, which need never come.
        long read = client.getInputStream().transferTo(OutputStream.nullOutputStream());
        assert read >= 0;
      }
      case HANGS -> {
        try {
          boolean ended = injected.ended.await(5, TimeUnit.MINUTES);
          assert ended;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      case EMPTY -> answer(client, head, 200, "application/json", "");
      case NO_CONTENT -> answer(client, head, 204, "application/json", "");
      case NULL -> answer(client, head, 200, "application/json", "null");
      case GARBAGE -> answer(client, head, 200, "application/json", "\u0000{]\ufffd");
      case OTHER_KIND ->
          answer(
              client,
              head,
              200,
              "application/json",
              """
              {"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"},
               "items": [{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "stray"}}]}
              """);
      case NO_ITEMS ->
          answer(
              client,
              head,
              200,
              "application/json",
              "{\"kind\": \"List\", \"apiVersion\": \"v1\"}");
      case FAILURE_AS_SUCCESS ->
          answer(client, head, 200, "application/json", failure(injected.fault.code));
      case GONE_AS_EVENT ->
          answer(
              client,
              head,
              200,
              "application/json",
              "{\"type\": \"ERROR\", \"object\": %s}\n".formatted(failure(410).replace("\n", "")));
      case ODD_EVENTS ->
          answer(
              client,
              head,
              200,
              "application/json",
              """
              {"type": "ODD", "object": {}}
              {"type": "MODIFIED", "object": null}
              {"type": "MODIFIED", "object": {"kind": "CostPolicy", "apiVersion": "breakeven.dev/v1alpha1"}}
              {"type": "BOOKMARK", "object": {"metadata": {}}}
              {"type": "DELETED"
              """);
      case NOT_HTTP -> {
        client.getInputStream().readNBytes(contentLength(head));
        client
            .getOutputStream()
            .write("SSH-2.0-OpenSSH_9.6\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      case REDIRECT ->
          answer(client, head, 307, "text/plain\r\nLocation: http://127.0.0.1:1/", "elsewhere");
      case RETRY_IN_AN_HOUR ->
          answer(client, head, 429, "application/json\r\nRetry-After: 3600", failure(429));
      case BAD_GATEWAY ->
          answer(client, head, 502, "text/html", "<html><body>Bad Gateway</body></html>");
      case HTML -> answer(client, head, 200, "text/html", "<html><body>Sign in</body></html>");
      default ->
          answer(
              client, head, injected.fault.code, "application/json", failure(injected.fault.code));
    }
  }

  private static String failure(int code) {
    return """
           {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": %d,
            "message": "an injected fault", "reason": "Injected"}
           """
        .formatted(code);
  }

  private static void answer(Socket client, String head, int code, String type, String body)
      throws IOException {
    // What is not read when the connection closes would reset it before the answer arrives.
    client.getInputStream().readNBytes(contentLength(head));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String answer =
        "HTTP/1.1 %d Injected\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(code, type, bytes.length);
    OutputStream out = client.getOutputStream();
    out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
    out.write(bytes);
    out.flush();
  }

  /** Passes a call on, and of what comes back as many bytes as this. */
  private void pass(Socket client, String head, long answerBytes) throws IOException {
    pass(client, head, answerBytes, null);
  }

  /** The same, slowly until a fault ends. */
  private void pass(Socket client, String head, long answerBytes, @Nullable Injected slowly)
      throws IOException {
    try (Socket server =
        tls.getSocketFactory().createSocket(apiServer.getHost(), apiServer.getPort())) {
      open.add(server);
      OutputStream out = server.getOutputStream();
      out.write(forOneCall(head).getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      threads.execute(() -> copy(client, server));
      InputStream answer = server.getInputStream();
      byte[] buffer = new byte[slowly == null ? 16 << 10 : 10];
      long left = answerBytes;
      for (int read = answer.read(buffer); read >= 0; read = answer.read(buffer)) {
        int passed = (int) Math.min(left, read);
        client.getOutputStream().write(buffer, 0, passed);
        client.getOutputStream().flush();
        left -= passed;
        if (left == 0) {
          return;
        }
        if (slowly != null) {
          pause(slowly);
        }
      }
    } finally {
      open.removeIf(Socket::isClosed);
    }
  }

  /** Passes a watch over WebSocket on, event by event (RFC 6455, 5.2). */
  private void passWatch(Socket client, String head, StreamFault fault) throws IOException {
    try (Socket server =
        tls.getSocketFactory().createSocket(apiServer.getHost(), apiServer.getPort())) {
      open.add(server);
      server.getOutputStream().write(forOneCall(head).getBytes(StandardCharsets.ISO_8859_1));
      server.getOutputStream().flush();
      threads.execute(() -> copy(client, server));
      OutputStream out = client.getOutputStream();
      InputStream in = server.getInputStream();
      String answer = head(in);
      out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
      if (!answer.startsWith("HTTP/1.1 101")) {
        in.transferTo(out);
        return;
      }
      if (!fault.first.isEmpty()) {
        out.write(frame(0x81, fault.first.getBytes(StandardCharsets.UTF_8)));
      }
      server.setSoTimeout(1_000);
      byte[] held = new byte[0];
      while (true) {
        int first;
        try {
          first = in.read();
        } catch (SocketTimeoutException e) {
          out.write(held);
          held = new byte[0];
          continue;
        }
        if (first < 0) {
          return;
        }
        byte[] event = frame(first, payload(in));
        boolean isEvent = first == 0x81 || first == 0x82;
        if (isEvent && fault == StreamFault.SWAPPED && held.length == 0) {
          held = event;
          continue;
        }
        out.write(event);
        out.write(isEvent && fault == StreamFault.TWICE ? event : held);
        held = new byte[0];
      }
    } finally {
      open.removeIf(Socket::isClosed);
    }
  }

  private static byte[] payload(InputStream in) throws IOException {
    int said = in.read() & 0x7f;
    int bytes = said == 126 ? 2 : said == 127 ? 8 : 0;
    long length = bytes == 0 ? said : new BigInteger(1, in.readNBytes(bytes)).longValueExact();
    return in.readNBytes(Math.toIntExact(length));
  }

  private static byte[] frame(int first, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 10).put((byte) first);
    if (payload.length < 126) {
      frame.put((byte) payload.length);
    } else {
      frame.put((byte) 127).putLong(payload.length);
    }
    frame.put(payload).flip();
    return Arrays.copyOf(frame.array(), frame.limit());
  }

  private static void pause(Injected until) {
    try {
      boolean ended = until.ended.await(50, TimeUnit.MILLISECONDS);
      assert ended || until.ended.getCount() > 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the client sends; it goes on after the answer has begun only on a WebSocket. */
  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      closeQuietly(to);
    }
  }

  /** A connection a call: then nothing needs to know where an answer ends. */
  private static String forOneCall(String head) {
    if (head.toLowerCase(Locale.ROOT).contains("\r\nupgrade:")) {
      return head;
    }
    return head.replaceFirst("(?i)\r\nconnection:[^\r]*", "")
        .replaceFirst("\r\n", "\r\nConnection: close\r\n");
  }

  private static int contentLength(String head) {
    Matcher length = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)").matcher(head);
    return length.find() ? Integer.parseInt(length.group(1)) : 0;
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4 && head.size() < MAX_HEAD_BYTES) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** Ends every connection that is open, watches among them. */
  public void cutConnections() {
    open.forEach(FaultProxy::closeQuietly);
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      // It is closed.
      return;
    }
  }

  @Override
  public void close() {
    closeQuietly(listening);
    List.copyOf(faults).forEach(Injected::close);
    cutConnections();
    threads.shutdownNow();
  }
}
