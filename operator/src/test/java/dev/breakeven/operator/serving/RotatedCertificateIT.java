package dev.breakeven.operator.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.configuration.PemFiles;
import dev.breakeven.render.metrics.Monitoring;
import dev.breakeven.render.metrics.Probe;
import dev.breakeven.render.metrics.ScrapeAccess;
import dev.breakeven.testing.KeyPairFiles;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port by TLS, with a certificate that is replaced while it listens. */
class RotatedCertificateIT {

  private final Path directory;

  RotatedCertificateIT(@TempDir Path directory) {
    this.directory = directory;
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
    KeyPairFiles.selfSigned(directory, "first");
    KeyPairFiles.selfSigned(directory, "second");
    put("first");
    try (Monitoring monitoring =
        Monitoring.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            "test",
            1,
            new Monitoring.EndpointSecurity(
                Optional.of(RotatedCertificate.context(file("tls.crt"), file("tls.key"))),
                ScrapeAccess.EVERYBODY),
            Probe.Condition.Passing::new,
            Probe.Condition.Passing::new,
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
