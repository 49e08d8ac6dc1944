package dev.breakeven.prometheus.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
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

  private final Path directory;

  TlsFilesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  /** A self-signed key pair, made by the JDK's own tool; also as PEM files. */
  private KeyStore pair(String name, String algorithm) throws Exception {
    return pair(name, algorithm, "san=ip:127.0.0.1", "+0d");
  }

  /**
   * @param extension such as the names that a client may reach it by
   * @param from when it begins to be valid, counted from now: for two days, or an authority's sixty
   */
  private KeyStore pair(String name, String algorithm, String extension, String from)
      throws Exception {
    Path store = directory.resolve(name + ".p12");
    keytool(
        store,
        "-genkeypair",
        "-alias",
        "it",
        "-keyalg",
        algorithm,
        "-dname",
        "CN=" + name,
        "-ext",
        extension,
        "-startdate",
        from,
        "-validity",
        extension.startsWith("bc=") ? "60" : "2");
    KeyStore pair = stored(name);
    write(name, pair);
    return pair;
  }

  /** A key pair in a store that holds an authority's, which vouches for it in its place. */
  private void signed(String name, String extension, String from) throws Exception {
    Path store = directory.resolve(name + ".p12");
    keytool(store, "-changealias", "-alias", "it", "-destalias", "authority");
    keytool(
        store,
        "-genkeypair",
        "-alias",
        "it",
        "-signer",
        "authority",
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + name,
        "-ext",
        extension,
        "-startdate",
        from,
        "-validity",
        "2");
    keytool(store, "-delete", "-alias", "authority");
  }

  private void keytool(Path store, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    // It ends before more would pay.
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            new String(PASSWORD)));
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).as(Files.readString(directory.resolve("keytool.log"))).isZero();
  }

  private KeyStore stored(String name) throws Exception {
    KeyStore pair = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve(name + ".p12"))) {
      pair.load(in, PASSWORD);
    }
    return pair;
  }

  private void write(String name, KeyStore pair) throws GeneralSecurityException, IOException {
    Key key = pair.getKey("it", PASSWORD);
    Files.writeString(directory.resolve(name + ".key"), pem("PRIVATE KEY", key.getEncoded()));
    Certificate certificate = pair.getCertificate("it");
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
    KeyStore serverPair = pair("server", "RSA");
    KeyStore client = pair("client", "EC");
    HttpsServer server = server(serverPair, client);
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
    pair("server", "EC");
    KeyStore client = pair("client", "EC");
    HttpsServer server = server(pair("other", "RSA"), client);
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
    KeyStore client = pair("client", "EC");
    pair("authority", "EC", "bc=ca:true", "-30d");
    Files.copy(directory.resolve("authority.p12"), directory.resolve(name + ".p12"));
    signed(name, extension, from);
    HttpsServer server = server(stored(name), client);
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
    KeyStore serverPair = pair("server", "EC");
    pair("client", "EC");
    KeyStore next = pair("next", "EC");
    HttpsServer server = server(serverPair, next);
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
