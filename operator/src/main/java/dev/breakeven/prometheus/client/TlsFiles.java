package dev.breakeven.prometheus.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Certificates and keys as Kubernetes mounts them: PEM files that change under a running process.
 */
final class TlsFiles {

  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final List<String> KEY_KINDS = List.of("EC", "RSA", "Ed25519");
  private static final int DEEPEST = 10;

  /** Of the JDK's own words on names that do not match, and on certificates without any. */
  private static final String NO_SUCH_NAME = "No subject alternative";

  private static final char[] NO_PASSWORD = {};

  private TlsFiles() {}

  /**
   * What a set of files looked like; equal as long as none was replaced.
   *
   * @param files one entry for each file: its path, time and length
   */
  record Stamp(List<String> files) {

    static final Stamp NONE = new Stamp(List.of());

    static Stamp of(Endpoint.Tls tls) throws IOException {
      if (tls.isDefault()) {
        return NONE;
      }
      StringBuilder seen = new StringBuilder();
      for (String file : List.of(tls.caFile(), tls.clientCertificateFile(), tls.clientKeyFile())) {
        if (!file.isEmpty()) {
          Path path = Path.of(file).toRealPath();
          seen.append(path)
              .append(' ')
              .append(Files.getLastModifiedTime(path).toMillis())
              .append(' ')
              .append(Files.size(path))
              .append('\n');
        }
      }
      return new Stamp(List.of(seen.toString()));
    }
  }

  /** A context that believes and shows what these files say. */
  static SSLContext context(Endpoint.Tls tls) throws IOException, GeneralSecurityException {
    TrustManager @Nullable [] believed = null;
    KeyManager @Nullable [] shown = null;
    if (!tls.caFile().isEmpty()) {
      KeyStore authorities = empty();
      int n = 0;
      for (Certificate authority : certificates(tls.caFile())) {
        authorities.setCertificateEntry("ca-" + n++, authority);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(authorities);
      believed = factory.getTrustManagers();
    }
    if (!tls.clientCertificateFile().isEmpty()) {
      KeyStore ours = empty();
      ours.setKeyEntry(
          "client",
          key(tls.clientKeyFile()),
          NO_PASSWORD,
          certificates(tls.clientCertificateFile()).toArray(new Certificate[0]));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(ours, NO_PASSWORD);
      shown = factory.getKeyManagers();
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(shown, believed, null);
    return context;
  }

  /** Why two sides did not trust each other, without what stands in their certificates. */
  static String words(SSLException failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST; i++) {
      if (cause instanceof CertificateExpiredException) {
        return "its certificate has expired";
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "its certificate is not valid yet";
      }
      if (cause instanceof CertPathBuilderException) {
        return "its certificate is of an authority that is not trusted";
      }
      String said = String.valueOf(cause.getMessage());
      if (cause instanceof CertificateException && said.startsWith(NO_SUCH_NAME)) {
        return "its certificate is for another name";
      }
      cause = cause.getCause();
    }
    return "certificates do not fit";
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static Collection<? extends Certificate> certificates(String file)
      throws IOException, GeneralSecurityException {
    try (InputStream pem = new ByteArrayInputStream(Files.readAllBytes(Path.of(file)))) {
      return CertificateFactory.getInstance("X.509").generateCertificates(pem);
    }
  }

  private static PrivateKey key(String file) throws IOException, GeneralSecurityException {
    Matcher pem = PKCS8.matcher(Files.readString(Path.of(file)));
    if (!pem.find()) {
      throw new InvalidKeySpecException("no PKCS#8 key in PEM");
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
    InvalidKeySpecException refused = new InvalidKeySpecException("a key of no known kind");
    for (String kind : KEY_KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        refused.addSuppressed(e);
      }
    }
    throw refused;
  }
}
