package dev.breakeven.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.configuration.PemFiles;
import dev.breakeven.render.metrics.Monitoring;
import dev.breakeven.render.metrics.Probe;
import dev.breakeven.render.metrics.ScrapeAccess;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port by TLS, with a certificate that is replaced while it listens. */
class RotatedCertificateTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Path directory;

  RotatedCertificateTest(@TempDir Path directory) {
    this.directory = directory;
  }

  /** A self-signed key pair as PEM files, made by the JDK's own tool. */
  private void pair(String name) throws Exception {
    Path store = directory.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "it",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=" + name,
                    "-ext",
                    "san=ip:127.0.0.1",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    new String(PASSWORD)))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore pair = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      pair.load(in, PASSWORD);
    }
    pem(name + ".key", "PRIVATE KEY", pair.getKey("it", PASSWORD).getEncoded());
    pem(name + ".crt", "CERTIFICATE", pair.getCertificate("it").getEncoded());
  }

  private void pem(String file, String what, byte[] der) throws Exception {
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN %s-----%n%s%n-----END %s-----%n"
            .formatted(what, Base64.getMimeEncoder().encodeToString(der), what));
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private void put(String name) throws Exception {
    for (String end : List.of(".crt", ".key")) {
      Files.copy(
          directory.resolve(name + end),
          directory.resolve("tls" + end),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private int get(Monitoring monitoring, String trusted) throws Exception {
    HttpClient client =
        HttpClient.newBuilder().sslContext(PemFiles.trusting(file(trusted + ".crt"))).build();
    URI uri = URI.create("https://127.0.0.1:" + monitoring.address().getPort() + "/healthz");
    return client
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  @Test
  void aCertificateThatIsReplacedIsShownToTheNextConnection() throws Exception {
    pair("first");
    pair("second");
    put("first");
    try (Monitoring monitoring =
        Monitoring.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            "test",
            1,
            new Monitoring.Door(
                Optional.of(RotatedCertificate.context(file("tls.crt"), file("tls.key"))),
                ScrapeAccess.EVERYBODY),
            Probe.Condition.Good::new,
            Probe.Condition.Good::new,
            Optional.empty())) {
      assertThat(get(monitoring, "first")).isEqualTo(200);
      put("second");
      assertThat(get(monitoring, "second")).isEqualTo(200);
      Assertions.assertThatExceptionOfType(SSLHandshakeException.class)
          .isThrownBy(() -> get(monitoring, "first"));
      // Half of it replaced: the last one that could be read stays.
      Files.writeString(directory.resolve("tls.crt"), "no certificate");
      assertThat(get(monitoring, "second")).isEqualTo(200);
    }
  }
}
