package dev.breakeven.configuration;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
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
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Certificates and keys as Kubernetes mounts them: PEM files. */
public final class PemFiles {

  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final List<String> KEY_KINDS = List.of("EC", "RSA", "Ed25519");
  private static final char[] NO_PASSWORD = {};

  private PemFiles() {}

  /**
   * What shows a certificate to the other side.
   *
   * @param certificateFile a chain, the own certificate first
   * @param keyFile its PKCS#8 key
   */
  public static KeyManager[] keyManagers(String certificateFile, String keyFile)
      throws IOException, GeneralSecurityException {
    KeyStore ours = empty();
    ours.setKeyEntry(
        "ours",
        key(keyFile),
        NO_PASSWORD,
        certificates(certificateFile).toArray(new Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(ours, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  /** What believes the certificates that these authorities vouch for, and no others. */
  public static TrustManager[] trustManagers(String authoritiesFile)
      throws IOException, GeneralSecurityException {
    KeyStore authorities = empty();
    int n = 0;
    for (Certificate authority : certificates(authoritiesFile)) {
      authorities.setCertificateEntry("ca-" + n++, authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities);
    return factory.getTrustManagers();
  }

  /** A client's context that believes these authorities. */
  public static SSLContext trusting(String authoritiesFile)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trustManagers(authoritiesFile), null);
    return context;
  }

  /** What files look like; equal as long as none was replaced, as a mounted Secret's are. */
  public static String stamp(Collection<String> files) throws IOException {
    StringBuilder seen = new StringBuilder();
    for (String file : files) {
      Path path = Path.of(file).toRealPath();
      seen.append(path)
          .append(' ')
          .append(Files.getLastModifiedTime(path).toMillis())
          .append(' ')
          .append(Files.size(path))
          .append('\n');
    }
    return seen.toString();
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
