package dev.breakeven.operator;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.render.status.StatusChange;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The statuses that stand: those we wrote, and before that those that were found. Each is held
 * packed, a tenth of what it weighs as objects, and unpacked when its policy is answered again.
 */
final class StatusCache {

  /** How long a status may be missing on the API server before it is taken to be gone. */
  private static final Duration MISSING_AT_MOST = Duration.ofMinutes(10);

  private final KubernetesSerialization serialization;
  private final Map<String, Standing> byUid = new ConcurrentHashMap<>();

  /**
   * One status, packed.
   *
   * @param ours whether we wrote it: then the cache may be older, and does not replace it
   * @param writtenAt when, if we did
   * @param missing whether the API server last showed the policy without a status
   */
  private record Standing(Packed packed, boolean ours, Instant writtenAt, boolean missing) {

    boolean isGone(Instant now) {
      return missing && Duration.between(writtenAt, now).compareTo(MISSING_AT_MOST) > 0;
    }

    Standing seen(boolean isMissing) {
      return new Standing(packed, ours, writtenAt, isMissing);
    }
  }

  private static final class Packed {
    private final byte[] bytes;

    private Packed(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  StatusCache(KubernetesSerialization serialization) {
    this.serialization = serialization;
  }

  /**
   * The status that stands. What we wrote ourselves is newer than the cache, unless somebody took
   * it away since.
   */
  @Nullable CostPolicyStatus of(CostPolicy policy, Instant now) {
    Standing standing = byUid.get(uid(policy));
    if (standing == null) {
      return policy.getStatus();
    }
    return standing.isGone(now) ? null : unpacked(standing.packed());
  }

  /** How long ago we wrote it; long enough where we did not. */
  Duration sinceWritten(CostPolicy policy, Instant now) {
    Standing standing = byUid.get(uid(policy));
    return standing == null || !standing.ours()
        ? StatusChange.SETTLING_TIME
        : Duration.between(standing.writtenAt(), now);
  }

  /** We wrote it. */
  void wrote(CostPolicy policy, CostPolicyStatus status, Instant now) {
    byUid.put(uid(policy), new Standing(packed(status), true, now, false));
  }

  /** The API server sent a policy so. */
  void seen(CostPolicy policy) {
    CostPolicyStatus status = policy.getStatus();
    byUid.compute(
        uid(policy),
        (uid, standing) -> {
          if (standing != null && standing.ours()) {
            return standing.seen(status == null);
          }
          return status == null ? null : new Standing(packed(status), false, Instant.EPOCH, false);
        });
  }

  /** The policy is gone. */
  void forget(CostPolicy policy) {
    byUid.remove(uid(policy));
  }

  private Packed packed(CostPolicyStatus status) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(serialization.asJson(status).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Packed(bytes.toByteArray());
  }

  private CostPolicyStatus unpacked(Packed packed) {
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(packed.bytes))) {
      return serialization.unmarshal(in, CostPolicyStatus.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String uid(CostPolicy policy) {
    return policy.getMetadata().getUid();
  }
}
