package dev.breakeven.prometheus.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.breakeven.configuration.PemFiles;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.testing.KeyPairFiles;
import dev.breakeven.testing.KeyPairFiles.Algorithm;
import dev.breakeven.testing.KeyPairFiles.Use;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server with a certificate that only its own authority vouches for, and that wants to see ours.
 */
class TlsFilesIT {

  private static final String ANSWER = "{\"status\":\"success\",\"data\":{\"result\":[]}}";
  private static final ApiRequest REQUEST = new ApiRequest.Instant(QueryCatalog.POD_OWNERS, "x", 0);

  private final Path directory;
  private final KeyPairFiles authority;

  TlsFilesIT(@TempDir Path directory) {
    this.directory = directory;
    KeyPairFiles.selfSigned(directory, "server");
    KeyPairFiles.selfSigned(directory, "other");
    KeyPairFiles.selfSigned(directory, "client");
    KeyPairFiles.selfSigned(directory, "next");
    authority = KeyPairFiles.selfSigned(directory, "authority", Algorithm.EC, Use.AUTHORITY);
  }

  private HttpsServer server(String ours, String trusted) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        PemFiles.keyManagers(file(ours + ".crt"), file(ours + ".key")),
        PemFiles.trustManagers(file(trusted + ".crt")),
        null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = context.getDefaultSSLParameters();
            wanted.setNeedClientAuth(true);
            parameters.setSSLParameters(wanted);
          }
        });
    server.createContext(
        "/",
        exchange -> {
          byte[] bytes = ANSWER.getBytes(UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }

  private Endpoint endpoint(HttpsServer server, String ca, String certificate, String key) {
    Endpoint plain = Endpoint.at("https://127.0.0.1:" + server.getAddress().getPort());
    return new Endpoint(
        plain.baseUrl(),
        plain.authentication(),
        new Endpoint.Tls(file(ca), file(certificate), file(key)),
        Map.of(),
        Duration.ofSeconds(30),
        plain.maxAnswerBytes());
  }

  private String file(String name) {
    return name.isEmpty() ? "" : directory.resolve(name).toString();
  }

  private static String ask(Transport transport) {
    QueryResult answer = ResponseParser.read(transport.ask(REQUEST), (labels, points) -> {});
    return answer instanceof QueryResult.Failed failed
        ? failed.failure().reason().name()
        : answer.getClass().getSimpleName();
  }

  @Test
  void aServersAuthorityAndOurCertificateComeFromFiles() throws Exception {
    KeyPairFiles.selfSigned(directory, "server", Algorithm.RSA, Use.LOOPBACK);
    HttpsServer server = server("server", "client");
    try {
      assertThat(ask(new HttpTransport(endpoint(server, "server.crt", "client.crt", "client.key"))))
          .isEqualTo("Whole");
      assertThat(ask(new HttpTransport(endpoint(server, "", "client.crt", "client.key"))))
          .isEqualTo("UNREACHABLE");
      assertThat(ask(new HttpTransport(endpoint(server, "server.crt", "", ""))))
          .isEqualTo("UNREACHABLE");
      assertThat(ask(new HttpTransport(endpoint(server, "server.crt", "client.crt", "server.crt"))))
          .isEqualTo("CREDENTIALS_UNREADABLE");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void filesThatAreRotatedAreReadAnew() throws Exception {
    assertThat(answersAround(server("other", "client"), Map.of("other.crt", "server.crt")))
        .containsExactly("UNREACHABLE", "Whole");
  }

  @Test
  void aClientCertificateThatIsRotatedIsShownAnew() throws Exception {
    assertThat(
            answersAround(
                server("server", "next"),
                Map.of("next.crt", "client.crt", "next.key", "client.key")))
        .containsExactly("UNREACHABLE", "Whole");
  }

  /** What the server answers before and after each file takes the place of another. */
  private List<String> answersAround(HttpsServer server, Map<String, String> placeOf)
      throws Exception {
    List<String> answers = new ArrayList<>();
    try {
      Transport transport =
          new HttpTransport(endpoint(server, "server.crt", "client.crt", "client.key"));
      answers.add(ask(transport));
      for (Map.Entry<String, String> file : placeOf.entrySet()) {
        Files.copy(
            directory.resolve(file.getKey()),
            directory.resolve(file.getValue()),
            StandardCopyOption.REPLACE_EXISTING);
      }
      answers.add(ask(transport));
    } finally {
      server.stop(0);
    }
    return answers;
  }

  private static String message(Transport transport) {
    QueryResult answer = ResponseParser.read(transport.ask(REQUEST), (labels, points) -> {});
    return ((QueryResult.Failed) answer).failure().message();
  }

  @ParameterizedTest
  @CsvSource({
    "good, 0, LOOPBACK, client, is of an authority that is not trusted",
    "expired, -5, LOOPBACK, authority, has expired",
    "early, 2, LOOPBACK, authority, is not valid yet",
    "elsewhere, 0, ELSEWHERE, authority, is for another name",
    "nameless, 0, NAMELESS, authority, is for another name"
  })
  void whyACertificateIsNotTrustedIsSaid(
      String name, int inDays, Use use, String trusted, String words) throws Exception {
    authority.signed(directory, name, use, Duration.ofDays(inDays));
    HttpsServer server = server(name, "client");
    try {
      assertThat(
              message(
                  new HttpTransport(
                      endpoint(server, trusted + ".crt", "client.crt", "client.key"))))
          .isEqualTo("no TLS connection: its certificate " + words);
    } finally {
      server.stop(0);
    }
  }
}
