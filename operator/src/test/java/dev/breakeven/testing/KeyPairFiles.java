package dev.breakeven.testing;

import dev.breakeven.configuration.PemFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.security.auth.x500.X500Principal;

/**
 * A certificate and its key, as PEM files. Made in this process: the JDK's own tool takes a process
 * for each.
 *
 * @param certificate its file
 * @param key its file, PKCS#8
 * @param pair the keys themselves
 * @param name whose they are
 */
public record KeyPairFiles(Path certificate, Path key, KeyPair pair, X500Principal name) {

  private static final DateTimeFormatter UTC_TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Random SERIALS = new Random();

  private static final int INTEGER = 2;
  private static final int BIT_STRING = 3;
  private static final int UTC = 0x17;
  private static final int SEQUENCE = 0x30;
  private static final int VERSION = 0xa0;
  private static final int EXTENSIONS = 0xa3;

  /** What keys are for. */
  public enum Algorithm {
    EC("SHA256withECDSA", "300a06082a8648ce3d040302"),
    RSA("SHA256withRSA", "300d06092a864886f70d01010b0500");

    private final String signature;
    private final String identifier;

    Algorithm(String signature, String identifier) {
      this.signature = signature;
      this.identifier = identifier;
    }
  }

  /** What a certificate is for. */
  public enum Use {
    /** A server at 127.0.0.1, or at localhost. */
    LOOPBACK("301a0603551d1104133011" + "87047f000001" + "82096c6f63616c686f7374"),
    /** A server at 127.0.0.2. */
    ELSEWHERE("300f0603551d110408300687047f000002"),
    /** It names nobody. */
    NAMELESS("300b0603551d0f040403020780"),
    /** To vouch for others. */
    AUTHORITY("300f0603551d130101ff040530030101ff");

    private final String extension;

    Use(String extension) {
      this.extension = extension;
    }
  }

  /** Makes {@code NAME.crt} and {@code NAME.key} in a directory, for two days from now. */
  public static KeyPairFiles selfSigned(Path directory, String name) {
    return selfSigned(directory, name, Algorithm.EC, Use.LOOPBACK);
  }

  /** Makes a certificate that vouches for itself, for two days from now. */
  public static KeyPairFiles selfSigned(Path directory, String name, Algorithm algorithm, Use use) {
    KeyPair pair = pair(algorithm);
    X500Principal its = new X500Principal("CN=" + name);
    return made(directory, name, pair, use, Duration.ZERO, algorithm, pair, its);
  }

  /**
   * Makes a certificate that this one vouches for.
   *
   * @param from when it begins to be valid for two days, counted from now
   */
  public KeyPairFiles signed(Path directory, String its, Use use, Duration from) {
    Algorithm ours = Algorithm.valueOf(pair.getPrivate().getAlgorithm());
    return made(directory, its, pair(Algorithm.EC), use, from, ours, pair, name);
  }

  private static KeyPairFiles made(
      Path directory,
      String name,
      KeyPair keys,
      Use use,
      Duration from,
      Algorithm algorithm,
      KeyPair issuerKeys,
      X500Principal issuer) {
    X500Principal subject = new X500Principal("CN=" + name);
    Instant begin = Instant.now().plus(from);
    byte[] identifier = HexFormat.of().parseHex(algorithm.identifier);
    byte[] toBeSigned =
        der(
            SEQUENCE,
            der(VERSION, der(INTEGER, new byte[] {2})),
            der(INTEGER, new BigInteger(63, SERIALS).toByteArray()),
            identifier,
            issuer.getEncoded(),
            der(SEQUENCE, time(begin), time(begin.plus(Duration.ofDays(2)))),
            subject.getEncoded(),
            keys.getPublic().getEncoded(),
            der(EXTENSIONS, der(SEQUENCE, HexFormat.of().parseHex(use.extension))));
    try {
      Signature signature = Signature.getInstance(algorithm.signature);
      signature.initSign(issuerKeys.getPrivate());
      signature.update(toBeSigned);
      byte[] signed = der(BIT_STRING, new byte[] {0}, signature.sign());
      return new KeyPairFiles(
          written(
              directory.resolve(name + ".crt"),
              "CERTIFICATE",
              der(SEQUENCE, toBeSigned, identifier, signed)),
          written(directory.resolve(name + ".key"), "PRIVATE KEY", keys.getPrivate().getEncoded()),
          keys,
          subject);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no key pair", e);
    }
  }

  private static KeyPair pair(Algorithm algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.name());
      generator.initialize(algorithm == Algorithm.EC ? 256 : 2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no key pair", e);
    }
  }

  private static byte[] time(Instant at) {
    return der(UTC, UTC_TIME.format(at).getBytes(StandardCharsets.US_ASCII));
  }

  /** ASN.1 as it is in certificates (X.690): a tag, the length, and what is in it. */
  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tag);
    int length = content.size();
    if (length > 0xff) {
      all.writeBytes(new byte[] {(byte) 0x82, (byte) (length >> 8)});
    } else if (length > 0x7f) {
      all.write(0x81);
    }
    all.write(length);
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }

  private static Path written(Path file, String what, byte[] der) {
    try {
      return Files.writeString(
          file,
          "-----BEGIN %s-----%n%s%n-----END %s-----%n"
              .formatted(what, Base64.getMimeEncoder().encodeToString(der), what));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
