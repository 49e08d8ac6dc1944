package dev.breakeven.operator.status;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.cluster.ApiFailure;
import dev.breakeven.cluster.OutageLog;
import dev.breakeven.operator.evaluation.PolicyKey;
import dev.breakeven.operator.events.EventRecorder;
import dev.breakeven.operator.lease.Leadership;
import dev.breakeven.render.metrics.OperatorMetrics;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes statuses while this replica holds the lease, and reports what came of it: one log line for
 * a write, one for the start and the end of an outage, and metrics. Safe for use by many threads.
 */
public final class StatusPublisher {

  private static final Logger log = LoggerFactory.getLogger(StatusPublisher.class);

  private static final String LEASE = "reading of the lease";
  private static final String STORED = "storing of statuses";

  private final StatusCache statuses;
  private final Leadership leadership;
  private final EventRecorder events;
  private final OperatorMetrics metrics;
  private final OutageLog outages;

  /** Policies of whose status the API server keeps less than was sent. */
  private final Set<PolicyKey> storedInPart = ConcurrentHashMap.newKeySet();

  public StatusPublisher(
      StatusCache statuses,
      Leadership leadership,
      EventRecorder events,
      OperatorMetrics metrics,
      OutageLog outages) {
    this.statuses = statuses;
    this.leadership = leadership;
    this.events = events;
    this.metrics = metrics;
    this.outages = outages;
  }

  /** Whether this replica holds the lease; false too if that cannot be known. */
  public boolean mayWrite() {
    try {
      boolean ours = leadership.isOurs();
      outages.ended(LEASE);
      return ours;
    } catch (KubernetesClientException e) {
      outages.failed(LEASE, ApiFailure.words(e));
      return false;
    }
  }

  /**
   * Writes a status, unless an earlier write asks to wait or another replica leads.
   *
   * @param isNews whether the status differs from the last one that was written
   * @return whether the API server took it
   */
  public boolean publish(
      CostPolicy policy,
      CostPolicyStatus status,
      boolean isNews,
      KubernetesClient client,
      Instant now) {
    return statuses.untilNextWrite(policy, isNews, now).isZero()
        && mayWrite()
        && write(policy, status, client, now);
  }

  private boolean write(
      CostPolicy policy, CostPolicyStatus status, KubernetesClient client, Instant now) {
    PackedStatus packed = statuses.packed(status);
    statuses.sends(policy, packed);
    try {
      StatusWriter.Stored stored = StatusWriter.write(policy, status, client);
      noteStored(policy, statuses.wrote(policy, packed, stored.status(), now));
      metrics.wrote();
      outages.ended(subject(PolicyKey.of(policy)), PolicyKey.logFields(policy));
      log.atInfo()
          .addKeyValue("policy", PolicyKey.of(policy))
          .addKeyValue("source", policy.getSpec().source())
          .addKeyValue("reason", reason(status))
          .log("{}: {}", PolicyKey.of(policy), summary(status));
      return true;
    } catch (RuntimeException e) {
      metrics.didNotWrite(failure(e));
      statuses.refused(policy, packed, now);
      outages.failed(
          subject(PolicyKey.of(policy)),
          "not written: " + ApiFailure.words(e),
          PolicyKey.logFields(policy));
      log.debug("{} was not written", PolicyKey.of(policy), e);
      return false;
    }
  }

  /** What an older CRD does not know is dropped; that ends once no policy's status lacks any. */
  private void noteStored(CostPolicy policy, boolean isWhole) {
    if (!isWhole) {
      storedInPart.add(PolicyKey.of(policy));
      outages.failed(
          STORED, "the API server drops fields that were sent: apply this version's CRDs");
      return;
    }
    storedInPart.remove(PolicyKey.of(policy));
    if (storedInPart.isEmpty()) {
      outages.ended(STORED);
    }
  }

  private static String failure(RuntimeException e) {
    int code = ApiFailure.code(e);
    return switch (code) {
      case 0 -> "unreachable";
      case HttpURLConnection.HTTP_FORBIDDEN -> "forbidden";
      case HttpURLConnection.HTTP_NOT_FOUND -> "gone";
      case HttpURLConnection.HTTP_CONFLICT -> "conflict";
      default -> code >= 500 ? "server-error" : "refused";
    };
  }

  private static String summary(CostPolicyStatus status) {
    return status.advice() == null ? "" : String.valueOf(status.advice().summary());
  }

  private static String reason(CostPolicyStatus status) {
    return status.conditions().stream()
        .filter(c -> c.type().equals("Ready"))
        .map(c -> String.valueOf(c.reason()))
        .findFirst()
        .orElse("");
  }

  /** Reports once that somebody else changed a status; the change is not used as memory. */
  public void reportForeign(CostPolicy policy, Instant now) {
    String what =
        switch (statuses.takeForeignWrite(policy)) {
          case NOTHING -> "";
          case WRITTEN_OVER -> "somebody else wrote it; it is written anew";
          case TAKEN_AWAY -> "somebody took it away; it is written anew";
          case IMPLAUSIBLE ->
              "a part of it cannot be the operator's own, and is dropped; it is written anew";
        };
    if (what.isEmpty()) {
      return;
    }
    log.atWarn()
        .addKeyValue("policy", PolicyKey.of(policy))
        .addKeyValue("reason", "StatusForeign")
        .log("status of {}: {}", PolicyKey.of(policy), what);
    if (mayWrite()) {
      events.record(
          policy,
          EventRecorder.Severity.Warning,
          "StatusForeign",
          what + "/" + now.truncatedTo(ChronoUnit.HOURS),
          "status: " + what);
    }
  }

  /** The policy is gone. */
  public void forget(PolicyKey policy) {
    storedInPart.remove(policy);
    outages.forget(subject(policy));
  }

  private static String subject(PolicyKey policy) {
    return "status of " + policy;
  }
}
