package dev.breakeven.testing;

import dev.breakeven.configuration.PemFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * A certificate for 127.0.0.1 that vouches for itself, and its key, as PEM files.
 *
 * @param certificate its file
 * @param key its file, PKCS#8
 */
public record KeyPairFiles(Path certificate, Path key) {

  private static final char[] PASSWORD = "changeit".toCharArray();

  /** Makes {@code NAME.crt} and {@code NAME.key} in a directory, with the JDK's own tool. */
  public static KeyPairFiles selfSigned(Path directory, String name) {
    Path store = directory.resolve(name + ".p12");
    Finished.of(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1", // it ends before more would pay
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD)))
        .orFail();
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore pair = KeyStore.getInstance("PKCS12");
      pair.load(in, PASSWORD);
      return new KeyPairFiles(
          written(
              directory.resolve(name + ".crt"),
              "CERTIFICATE",
              pair.getCertificate("it").getEncoded()),
          written(
              directory.resolve(name + ".key"),
              "PRIVATE KEY",
              pair.getKey("it", PASSWORD).getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no key pair", e);
    }
  }

  private static Path written(Path file, String what, byte[] der) throws IOException {
    return Files.writeString(
        file,
        "-----BEGIN %s-----%n%s%n-----END %s-----%n"
            .formatted(what, Base64.getMimeEncoder().encodeToString(der), what));
  }

  /** For a client that trusts it, and nobody else. */
  public SSLContext trusted() {
    try {
      return PemFiles.trusting(certificate.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS", e);
    }
  }
}
