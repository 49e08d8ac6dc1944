package dev.breakeven.operator.status;

import dev.breakeven.api.CostPolicyStatus;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** A status, compressed to a tenth of what it weighs as objects, and its hash. */
final class PackedStatus {

  /** The hash of no status at all. */
  static final long NONE = 0;

  private final byte[] bytes;
  private final long print;

  private PackedStatus(byte[] bytes, long print) {
    this.bytes = bytes;
    this.print = print;
  }

  /** Equal for equal statuses. */
  long print() {
    return print;
  }

  static PackedStatus of(CostPolicyStatus status, KubernetesSerialization serialization) {
    byte[] json = json(status, serialization);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PackedStatus(bytes.toByteArray(), print(json));
  }

  CostPolicyStatus unpacked(KubernetesSerialization serialization) {
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
      return serialization.unmarshal(in, CostPolicyStatus.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The hash of a status that is not to be kept. */
  static long print(@Nullable CostPolicyStatus status, KubernetesSerialization serialization) {
    return status == null ? NONE : print(json(status, serialization));
  }

  private static long print(byte[] json) {
    long print = ByteBuffer.wrap(sha256().digest(json)).getLong();
    return print == NONE ? 1 : print;
  }

  private static byte[] json(CostPolicyStatus status, KubernetesSerialization serialization) {
    return serialization.asJson(status).getBytes(StandardCharsets.UTF_8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
