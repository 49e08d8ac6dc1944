package dev.breakeven.operator;

import dev.breakeven.cluster.ApiFailure;
import dev.breakeven.cluster.WorkloadStates;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.operator.client.OperatorClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the watches with lists every few minutes, and soon after a watch began; begins them anew
 * where they have lost their place.
 */
final class AuditTimer {

  private static final Logger log = LoggerFactory.getLogger(AuditTimer.class);

  /** How often the watches are compared with a list; plus or minus a fifth. */
  private static final Duration EVERY = Duration.ofMinutes(3);

  /** How soon after a watch began, and how soon again where that failed. */
  private static final Duration AGAIN = Duration.ofSeconds(6);

  /** How soon a difference is looked at again, which the watch may be about to show. */
  private static final Duration UNSURE = Duration.ofSeconds(2);

  private final OperatorConfiguration configuration;
  private final OperatorClient api;
  private final CostPolicyReconciler reconciler;
  private final PolicyWatch watch;
  private final WorkloadStates workloads;
  private final WatchAudit audit;
  private long nextNanos;
  private long retryNanos;
  private int watchesCompared;

  AuditTimer(
      OperatorConfiguration configuration,
      OperatorClient api,
      CostPolicyReconciler reconciler,
      PolicyWatch watch,
      WorkloadStates workloads) {
    this.configuration = configuration;
    this.api = api;
    this.reconciler = reconciler;
    this.watch = watch;
    this.workloads = workloads;
    this.audit = new WatchAudit(api.client());
  }

  /** The first comparison is due once a watch has begun. */
  void begin() {
    nextNanos = System.nanoTime() + spread().toNanos();
    retryNanos = System.nanoTime();
  }

  /** To be called every few seconds. */
  void compareIfDue() {
    int begun = api.calls().watchesBegun();
    boolean isDue = System.nanoTime() - nextNanos >= 0;
    boolean isWatchNew = begun != watchesCompared && System.nanoTime() - retryNanos >= 0;
    // Those that cannot be listed are being tried already.
    if ((!isWatchNew && !isDue) || !watch.unsyncedNamespaces().isEmpty()) {
      return;
    }
    // A watch that was begun while nothing could be listed is still to be compared.
    retryNanos = System.nanoTime() + AGAIN.toNanos();
    nextNanos = System.nanoTime() + spread().toNanos();
    try {
      WatchAudit.Outcome outcome = audit.compare(kinds());
      watchesCompared = begun;
      switch (outcome) {
        case SAME -> watch.forgive();
        case UNSURE -> nextNanos = System.nanoTime() + UNSURE.toNanos();
        case LOST -> {
          log.atWarn()
              .addKeyValue("reason", "WatchLost")
              .log("the watch shows other versions than the API server has; listing anew");
          watch.beginAnew();
          workloads.renew();
        }
      }
    } catch (KubernetesClientException e) {
      log.debug("not compared: {}", ApiFailure.words(e));
    }
  }

  private List<WatchAudit.Kind> kinds() {
    List<WatchAudit.Kind> kinds = new ArrayList<>();
    kinds.add(
        new WatchAudit.Kind(
            "costpolicies", configuration.watchNamespaces(), reconciler.shownPolicies()));
    if (configuration.readsRateCards()) {
      kinds.add(new WatchAudit.Kind("ratecards", List.of(), reconciler.shownCards()));
    }
    return kinds;
  }

  private static Duration spread() {
    long fifth = EVERY.toMillis() / 5;
    return EVERY.plusMillis(ThreadLocalRandom.current().nextLong(2 * fifth) - fifth);
  }
}
