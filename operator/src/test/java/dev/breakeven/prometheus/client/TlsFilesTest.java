package dev.breakeven.prometheus.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server with a certificate that only its own authority vouches for, and that wants to see ours.
 */
class TlsFilesTest {

  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String ANSWER = "{\"status\":\"success\",\"data\":{\"result\":[]}}";
  private static final ApiRequest REQUEST = new ApiRequest.Instant(QueryCatalog.POD_OWNERS, "x", 0);

  /** Key pairs that no test changes; each takes a process of its own to make. */
  private static Path made = Path.of("");

  private final Path directory;

  TlsFilesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @BeforeAll
  static void makeKeyPairs(@TempDir Path directory) throws Exception {
    made = directory;
    selfSigned("server", "it", "RSA", "san=ip:127.0.0.1", "+0d", "2");
    selfSigned("other", "it", "EC", "san=ip:127.0.0.1", "+0d", "2");
    selfSigned("client", "it", "EC", "san=ip:127.0.0.1", "+0d", "2");
    selfSigned("next", "it", "EC", "san=ip:127.0.0.1", "+0d", "2");
    selfSigned("authority", "authority", "EC", "bc=ca:true", "-30d", "60");
  }

  @BeforeEach
  void copyKeyPairs() throws IOException {
    try (Stream<Path> files = Files.list(made)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
  }

  /** A key pair that vouches for itself, made by the JDK's own tool; also as PEM files. */
  private static void selfSigned(
      String name, String alias, String algorithm, String extension, String from, String days)
      throws Exception {
    generate(made, name, alias, algorithm, extension, from, days);
    write(made, name, alias);
  }

  /**
   * A key pair that the authority vouches for.
   *
   * @param extension such as the names that a client may reach it by
   * @param from when it begins to be valid for two days, counted from now
   */
  private void signed(String name, String extension, String from) throws Exception {
    Files.copy(directory.resolve("authority.p12"), directory.resolve(name + ".p12"));
    generate(directory, name, "it", "EC", extension, from, "2", "-signer", "authority");
    KeyStore both = stored(directory, name);
    both.deleteEntry("authority");
    try (OutputStream out = Files.newOutputStream(directory.resolve(name + ".p12"))) {
      both.store(out, PASSWORD);
    }
  }

  private static void generate(
      Path directory,
      String name,
      String alias,
      String algorithm,
      String extension,
      String from,
      String days,
      String... more)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    // It ends before more would pay.
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-genkeypair"));
    command.addAll(List.of("-alias", alias, "-keyalg", algorithm, "-dname", "CN=" + name));
    command.addAll(List.of("-ext", extension, "-startdate", from, "-validity", days));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
    command.addAll(List.of("-keystore", directory.resolve(name + ".p12").toString()));
    command.addAll(List.of(more));
    Path log = directory.resolve("keytool.log");
    Process keytool =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).as(Files.readString(log)).isZero();
  }

  private KeyStore stored(String name) throws Exception {
    return stored(directory, name);
  }

  private static KeyStore stored(Path directory, String name) throws Exception {
    KeyStore pair = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve(name + ".p12"))) {
      pair.load(in, PASSWORD);
    }
    return pair;
  }

  private static void write(Path directory, String name, String alias) throws Exception {
    KeyStore pair = stored(directory, name);
    Key key = pair.getKey(alias, PASSWORD);
    Files.writeString(directory.resolve(name + ".key"), pem("PRIVATE KEY", key.getEncoded()));
    Certificate certificate = pair.getCertificate(alias);
    Files.writeString(
        directory.resolve(name + ".crt"), pem("CERTIFICATE", certificate.getEncoded()));
  }

  private static String pem(String what, byte[] der) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(der), what);
  }

  private HttpsServer server(KeyStore ours, KeyStore trusted) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(ours, PASSWORD);
    KeyStore believed = KeyStore.getInstance("PKCS12");
    believed.load(null, PASSWORD);
    believed.setCertificateEntry("client", trusted.getCertificate("it"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(believed);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
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
    HttpsServer server = server(stored("server"), stored("client"));
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
    HttpsServer server = server(stored("other"), stored("client"));
    List<String> answers = new ArrayList<>();
    try {
      Transport transport =
          new HttpTransport(endpoint(server, "server.crt", "client.crt", "client.key"));
      answers.add(ask(transport));
      Files.copy(
          directory.resolve("other.crt"),
          directory.resolve("server.crt"),
          StandardCopyOption.REPLACE_EXISTING);
      answers.add(ask(transport));
    } finally {
      server.stop(0);
    }
    assertThat(answers).containsExactly("UNREACHABLE", "Whole");
  }

  private static String message(Transport transport) {
    QueryResult answer = ResponseParser.read(transport.ask(REQUEST), (labels, points) -> {});
    return ((QueryResult.Failed) answer).failure().message();
  }

  @ParameterizedTest
  @CsvSource({
    "good, +0d, san=ip:127.0.0.1, client, is of an authority that is not trusted",
    "expired, -5d, san=ip:127.0.0.1, authority, has expired",
    "early, +2d, san=ip:127.0.0.1, authority, is not valid yet",
    "elsewhere, +0d, san=ip:127.0.0.2, authority, is for another name",
    "nameless, +0d, ku=digitalSignature, authority, is for another name"
  })
  void whyACertificateIsNotTrustedIsSaid(
      String name, String from, String extension, String trusted, String words) throws Exception {
    signed(name, extension, from);
    HttpsServer server = server(stored(name), stored("client"));
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

  @Test
  void aClientCertificateThatIsRotatedIsShownAnew() throws Exception {
    HttpsServer server = server(stored("server"), stored("next"));
    List<String> answers = new ArrayList<>();
    try {
      Transport transport =
          new HttpTransport(endpoint(server, "server.crt", "client.crt", "client.key"));
      answers.add(ask(transport));
      for (String end : List.of(".crt", ".key")) {
        Files.copy(
            directory.resolve("next" + end),
            directory.resolve("client" + end),
            StandardCopyOption.REPLACE_EXISTING);
      }
      answers.add(ask(transport));
    } finally {
      server.stop(0);
    }
    assertThat(answers).containsExactly("UNREACHABLE", "Whole");
  }
}
