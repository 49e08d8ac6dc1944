package dev.breakeven.figures;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.breakeven.configuration.PemFiles;
import dev.breakeven.testing.KeyPairFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;

/**
 * Stands for a managed service before a Prometheus: forwards what comes, without what stands before
 * {@code /api/v1} in its path, and counts by how it was signed. It hands out a made-up token as the
 * metadata servers of Google's and Azure's machines do.
 */
final class SignedRequests implements AutoCloseable {

  static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final String TOKEN = "made-up-token";

  private static final Pattern SIGNED =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=(\\w+)");

  private final HttpServer server;
  private final String prometheus;
  private final HttpClient client = HttpClient.newHttpClient();
  private final ConcurrentHashMap<String, AtomicInteger> requests = new ConcurrentHashMap<>();

  private SignedRequests(HttpServer server, String prometheus) {
    this.server = server;
    this.prometheus = prometheus;
    server.createContext("/", this::answer);
    server.setExecutor(
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "signed-requests");
              thread.setDaemon(true);
              return thread;
            }));
    server.start();
  }

  static SignedRequests before(String prometheus) throws IOException {
    return new SignedRequests(HttpServer.create(loopback(), 0), prometheus);
  }

  static SignedRequests withTls(String prometheus, KeyPairFiles pair) throws IOException {
    try {
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(
          PemFiles.keyManagers(pair.certificate().toString(), pair.key().toString()), null, null);
      HttpsServer server = HttpsServer.create(loopback(), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls));
      return new SignedRequests(server, prometheus);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** How many queries came that were signed so, such as {@code SigV4 aps}. */
  int count(String how) {
    AtomicInteger count = requests.get(how);
    return count == null ? 0 : count.get();
  }

  /** How many queries came. */
  int count() {
    return requests.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    URI uri = exchange.getRequestURI();
    if (uri.getPath().contains("token")) {
      // Google's metadata server, and Azure's App Service.
      exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      String expires = uri.getPath().contains("computeMetadata") ? "3599" : "\"3599\"";
      send(
          exchange,
          200,
          ("{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%s,"
                  + "\"expires_on\":\"4102444800\"}")
              .formatted(TOKEN, expires)
              .getBytes(StandardCharsets.UTF_8));
      return;
    }
    int api = uri.getRawPath().indexOf("/api/v1/");
    if (api < 0) {
      exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
      send(exchange, 200, "p".getBytes(StandardCharsets.UTF_8));
      return;
    }
    requests
        .computeIfAbsent(howSigned(exchange, body), how -> new AtomicInteger())
        .incrementAndGet();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(prometheus + uri.getRawPath().substring(api) + query))
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
        .ifPresent(type -> request.header("Content-Type", type));
    try {
      HttpResponse<byte[]> reply =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      send(exchange, reply.statusCode(), reply.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String howSigned(HttpExchange exchange, byte[] body) {
    String given = header(exchange, "Authorization");
    if (given.equals("Bearer " + TOKEN)) {
      return "Bearer";
    }
    Matcher signed = SIGNED.matcher(given);
    try {
      return signed.matches() && isRight(exchange, body, signed)
          ? "SigV4 " + signed.group(1).split("/", -1)[3]
          : "otherwise: " + given;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The signature worked out anew, as AWS documents it. */
  private static boolean isRight(HttpExchange exchange, byte[] body, Matcher signed)
      throws GeneralSecurityException {
    String[] scope = signed.group(1).split("/", -1);
    StringBuilder headers = new StringBuilder();
    for (String name : signed.group(2).split(";", -1)) {
      headers.append(name).append(':').append(header(exchange, name).strip()).append('\n');
    }
    String request =
        String.join(
            "\n",
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawPath(),
            query(exchange.getRequestURI().getRawQuery()),
            headers.toString(),
            signed.group(2),
            sha256(body));
    String toSign =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256",
            header(exchange, "X-Amz-Date"),
            String.join("/", List.of(scope).subList(1, scope.length)),
            sha256(request.getBytes(StandardCharsets.UTF_8)));
    byte[] key = ("AWS4" + SECRET).getBytes(StandardCharsets.UTF_8);
    for (int i = 1; i < scope.length; i++) {
      key = hmac(key, scope[i]);
    }
    return HexFormat.of().formatHex(hmac(key, toSign)).equals(signed.group(3));
  }

  private static String query(String raw) {
    if (raw == null || raw.isEmpty()) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    Stream.of(raw.split("&", -1))
        .map(part -> part.split("=", 2))
        .map(part -> encoded(part[0]) + "=" + (part.length > 1 ? encoded(part[1]) : ""))
        .sorted()
        .forEach(parts::add);
    return String.join("&", parts);
  }

  private static String encoded(String part) {
    return URLEncoder.encode(
            URLDecoder.decode(part, StandardCharsets.UTF_8), StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private static String sha256(byte[] bytes) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
