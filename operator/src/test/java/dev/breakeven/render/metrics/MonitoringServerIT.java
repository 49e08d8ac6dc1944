package dev.breakeven.render.metrics;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MonitoringServerIT {

  private final CollectorRegistry registry = new CollectorRegistry();
  private final HttpClient client = HttpClient.newHttpClient();
  private Probe.Condition ready = new Probe.Condition.Passing();
  private MonitoringServer server = start();

  private MonitoringServer start() {
    return start(Monitoring.EndpointSecurity.OPEN);
  }

  private MonitoringServer start(Monitoring.EndpointSecurity security) {
    return start(security, Optional.empty());
  }

  private MonitoringServer start(
      Monitoring.EndpointSecurity security, Optional<ServedPages> report) {
    try {
      return MonitoringServer.start(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          registry,
          security,
          Probe.Condition.Passing::new,
          () -> ready,
          report);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void onePolicy() {
    new PolicyMetrics(registry, 10).answered("ns", "chat", "llama", SampleAdvice.hybrid());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void metricsAreText() throws Exception {
    HttpResponse<byte[]> answer = get("/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(text(answer))
        .contains("# HELP breakeven_policy_replicas Replicas wanted now")
        .contains("breakeven_policy_replicas{namespace=\"ns\",policy=\"chat\",} 2.0");
  }

  @Test
  void metricsAreOpenMetricsForWhoWantsThat() throws Exception {
    HttpResponse<byte[]> answer =
        get("/metrics", "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/openmetrics-text");
    assertThat(text(answer)).endsWith("# EOF\n");
  }

  @Test
  void metricsAreCompressedForWhoTakesThat() throws Exception {
    HttpResponse<byte[]> answer = get("/metrics", "Accept-Encoding", "gzip");

    assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
    try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
      assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8))
          .contains("breakeven_policy_replicas{");
    }
  }

  @Test
  void aReplicaThatIsNotReadySaysWhy() throws Exception {
    ready = new Probe.Condition.Failing("the cache of costpolicies is not filled yet");

    HttpResponse<byte[]> answer = get("/readyz");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(text(answer)).isEqualTo("the cache of costpolicies is not filled yet\n");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/metrics/x").statusCode()).isEqualTo(404);
  }

  @Test
  void nothingCanBePosted() throws Exception {
    HttpResponse<byte[]> answer =
        client.send(
            HttpRequest.newBuilder(uri("/metrics"))
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());

    assertThat(answer.statusCode()).isEqualTo(405);
  }

  @Test
  void metricsAreForThoseWhoMayReadThemAndProbesForEverybody() throws Exception {
    server.close();
    server =
        start(
            new Monitoring.EndpointSecurity(
                Optional.empty(),
                token ->
                    switch (token) {
                      case "" -> ScrapeAccess.Decision.UNAUTHENTICATED;
                      case "prometheus" -> ScrapeAccess.Decision.ALLOWED;
                      case "tenant" -> ScrapeAccess.Decision.FORBIDDEN;
                      default -> ScrapeAccess.Decision.UNDECIDED;
                    }));

    assertThat(get("/metrics").statusCode()).isEqualTo(401);
    assertThat(get("/metrics").headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(get("/metrics", "Authorization", "Basic x").statusCode()).isEqualTo(401);
    assertThat(get("/metrics", "Authorization", "Bearer tenant").statusCode()).isEqualTo(403);
    assertThat(get("/metrics", "Authorization", "Bearer other").statusCode()).isEqualTo(503);
    assertThat(text(get("/metrics", "Authorization", "bearer prometheus")))
        .contains("breakeven_policy_replicas{");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void theReportIsServedToABearerTokenAndToABrowserThatSendsItAsThePassword() throws Exception {
    server.close();
    server = start(Monitoring.EndpointSecurity.OPEN, Optional.of(MonitoringServerIT::pages));

    HttpResponse<byte[]> page = get("/report/ns_chat.html", "Authorization", "Bearer reader");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(text(page)).isEqualTo("<p>page ns_chat.html</p>");
    assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
    String basic = Base64.getEncoder().encodeToString("any:reader".getBytes(US_ASCII));
    assertThat(text(get("/report/", "Authorization", "Basic " + basic))).isEqualTo("<p>page </p>");
    assertThat(get("/report").headers().firstValue("Location")).contains("/report/");
    assertThat(get("/report/x", "Authorization", "Bearer reader").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer nobody", "Basic !", "Basic bm9ib2R5", "Digest reader"})
  void theReportAsksWhoReads(String authorization) throws Exception {
    server.close();
    server = start(Monitoring.EndpointSecurity.OPEN, Optional.of(MonitoringServerIT::pages));

    HttpResponse<byte[]> answer =
        authorization.isEmpty() ? get("/report/") : get("/report/", "Authorization", authorization);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic ");
    assertThat(text(answer)).doesNotContain("page");
  }

  @Test
  void withoutAReportThereIsNone() throws Exception {
    assertThat(get("/report/").statusCode()).isEqualTo(404);
  }

  private static ServedPages.Reply pages(String page, String token) {
    if (!token.equals("reader")) {
      return new ServedPages.Reply.Refused(ScrapeAccess.Decision.UNAUTHENTICATED);
    }
    return page.equals("x")
        ? new ServedPages.Reply.Missing("no such page")
        : new ServedPages.Reply.Page("text/html", "<p>page " + page + "</p>");
  }

  @Test
  void probesAreAnsweredWhileManyClientsHaveSentHalfOfTheirRequests() throws Exception {
    List<Socket> halfSent = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
        client.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: a".getBytes(US_ASCII));
        client.setSoTimeout(60_000); // a server without a bound fails here, and does not hang
        halfSent.add(client);
      }
      for (int i = 0; i < 10; i++) {
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
      }
      // Their time is over after some seconds: the server ends the connection.
      assertThat(halfSent.get(0).getInputStream().read()).isEqualTo(-1);
    } finally {
      for (Socket client : halfSent) {
        client.close();
      }
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
