package dev.breakeven.operator.serving;

import dev.breakeven.configuration.PemFiles;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the certificate that stands in its files: when these are replaced, as cert-manager does,
 * the next connection gets the new one. Files that cannot be read leave the last one in place.
 */
public final class RotatedCertificate extends X509ExtendedKeyManager {

  private static final Logger log = LoggerFactory.getLogger(RotatedCertificate.class);

  private final String certificateFile;
  private final String keyFile;
  private String stamp;
  private X509ExtendedKeyManager current;

  private RotatedCertificate(String certificateFile, String keyFile)
      throws IOException, GeneralSecurityException {
    this.certificateFile = certificateFile;
    this.keyFile = keyFile;
    this.stamp = PemFiles.stamp(List.of(certificateFile, keyFile));
    this.current = read();
  }

  /** A context that shows it. */
  public static SSLContext context(String certificateFile, String keyFile)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {new RotatedCertificate(certificateFile, keyFile)}, null, null);
    return context;
  }

  private X509ExtendedKeyManager read() throws IOException, GeneralSecurityException {
    for (KeyManager manager : PemFiles.keyManagers(certificateFile, keyFile)) {
      if (manager instanceof X509ExtendedKeyManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException("no key manager for X.509");
  }

  private synchronized X509ExtendedKeyManager current() {
    try {
      String now = PemFiles.stamp(List.of(certificateFile, keyFile));
      if (!now.equals(stamp)) {
        current = read();
        stamp = now;
      }
    } catch (IOException | GeneralSecurityException e) {
      log.debug("the certificate of /metrics cannot be read; the last one is shown", e);
    }
    return current;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return current().chooseEngineServerAlias(keyType, issuers, engine);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return current().chooseServerAlias(keyType, issuers, socket);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return current().getServerAliases(keyType, issuers);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return current().getCertificateChain(alias);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return current().getPrivateKey(alias);
  }
}
