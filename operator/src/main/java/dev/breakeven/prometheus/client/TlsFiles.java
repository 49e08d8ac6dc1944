package dev.breakeven.prometheus.client;

import dev.breakeven.configuration.PemFiles;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Certificates and keys as Kubernetes mounts them: PEM files that change under a running process.
 */
final class TlsFiles {

  private static final int DEEPEST = 10;

  /** Of the JDK's own words on names that do not match, and on certificates without any. */
  private static final String NO_SUCH_NAME = "No subject alternative";

  private TlsFiles() {}

  /** What these files look like; equal as long as none was replaced. */
  static String stamp(Endpoint.Tls tls) throws IOException {
    return PemFiles.stamp(
        Stream.of(tls.caFile(), tls.clientCertificateFile(), tls.clientKeyFile())
            .filter(file -> !file.isEmpty())
            .toList());
  }

  /** A context that believes and shows what these files say. */
  static SSLContext context(Endpoint.Tls tls) throws IOException, GeneralSecurityException {
    TrustManager @Nullable [] believed = null;
    KeyManager @Nullable [] shown = null;
    if (!tls.caFile().isEmpty()) {
      believed = PemFiles.trustManagers(tls.caFile());
    }
    if (!tls.clientCertificateFile().isEmpty()) {
      shown = PemFiles.keyManagers(tls.clientCertificateFile(), tls.clientKeyFile());
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
}
