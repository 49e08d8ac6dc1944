package dev.breakeven.operator.lease;

import dev.breakeven.cluster.ApiFailure;
import dev.breakeven.cluster.OutageLog;
import dev.breakeven.cluster.UnexpectedAnswer;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leadership by a Lease, as client-go's leader election has it: the holder renews it, and who sees
 * it unchanged for as long as it lasts, by a clock of his own, may take it. Whoever loses it stands
 * by and takes it again when it is free; no replica ends for it.
 *
 * <p>A process that was stopped for longer than the lease lasts, as a frozen container or a paused
 * machine is, would first go on where it was. So before a write the lease itself is asked, unless
 * it has just been.
 */
public final class LeaseElection implements Leadership, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LeaseElection.class);

  private static final String SUBJECT = "renewing of the lease";

  /** Upper bound for the duration that another holder's lease states. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /** Told of what changes, by the thread that renews. */
  public interface Listener {
    /** This replica leads from now on. */
    void startedLeading();

    /** It does not any more, or cannot know that it does. */
    void stoppedLeading();
  }

  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final String identity;
  private final Duration duration;
  private final Duration retry;
  private final Listener listener;
  private final OutageLog outages;
  private final Clock clock;
  private final LongSupplier nanos;
  private @Nullable ScheduledExecutorService thread;
  private volatile boolean leading;
  private volatile boolean closed;

  /** When the lease was last seen to be ours, or renewed. */
  private long confirmedAt;

  private Instant confirmedOn = Instant.MIN;

  /** The lease as another holds it, and since when it has been so. */
  private @Nullable LeaseSpec observed;

  private long observedAt;

  /**
   * @param duration how long a holder keeps the lease without renewing it
   * @param retry how often the holder renews, and about how often the others look
   * @param nanos a clock that does not go back, nanoseconds
   */
  public LeaseElection(
      KubernetesClient client,
      String namespace,
      String name,
      String identity,
      Duration duration,
      Duration retry,
      Listener listener,
      OutageLog outages,
      Clock clock,
      LongSupplier nanos) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
    this.identity = identity;
    this.duration = duration;
    this.retry = retry;
    this.listener = listener;
    this.outages = outages;
    this.clock = clock;
    this.nanos = nanos;
  }

  /** Begins to stand for election; returns at once. */
  public synchronized void start() {
    ScheduledExecutorService started =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread daemon = new Thread(task, "lease");
              daemon.setDaemon(true);
              return daemon;
            });
    thread = started;
    started.execute(this::turn);
  }

  @Override
  public boolean leads() {
    return leading;
  }

  @Override
  public synchronized boolean isOurs() {
    if (!leading) {
      return false;
    }
    if (!wasJustConfirmed()) {
      Lease lease = read();
      if (lease == null || !isHeldByUs(lease)) {
        stepDown(lease == null ? "it is gone" : "it is held by " + holder(lease));
        return false;
      }
      noteConfirmed();
    }
    return true;
  }

  /** By both clocks: one stands still while a machine is paused, the other may be set. */
  private boolean wasJustConfirmed() {
    Instant now = clock.instant();
    return nanos.getAsLong() - confirmedAt < retry.toNanos()
        && !now.isBefore(confirmedOn)
        && now.isBefore(confirmedOn.plus(retry));
  }

  private void noteConfirmed() {
    confirmedAt = nanos.getAsLong();
    confirmedOn = clock.instant();
  }

  private void turn() {
    if (closed) {
      return;
    }
    try {
      step();
      outages.ended(SUBJECT);
    } catch (RuntimeException e) {
      failed(e);
    }
    ScheduledExecutorService running = thread;
    if (running != null) {
      long millis = retry.toMillis();
      long wait = leading ? millis : millis + ThreadLocalRandom.current().nextLong(millis / 2 + 1);
      try {
        var unused = running.schedule(this::turn, wait, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        log.debug("stopping; the lease is no longer looked at");
      }
    }
  }

  private synchronized void failed(RuntimeException e) {
    if (closed) {
      // Ended in the middle of asking.
      return;
    }
    // Somebody else wrote it in between: looked at again in the next turn.
    if (ApiFailure.code(e) != HttpURLConnection.HTTP_CONFLICT) {
      outages.failed(SUBJECT, ApiFailure.words(e));
      log.debug("the lease was not renewed", e);
    }
    Duration deadline = duration.multipliedBy(2).dividedBy(3);
    if (leading && nanos.getAsLong() - confirmedAt > deadline.toNanos()) {
      stepDown("it could not be renewed for " + deadline.toSeconds() + " s");
    }
  }

  /** Looks at the lease once, and takes or renews it where that may be. */
  synchronized void step() {
    if (closed) {
      return;
    }
    Lease lease = read();
    if (lease == null) {
      requireOurs(client.resource(anew()).create());
      if (leading) {
        log.info("the lease was deleted; it is taken again");
      }
      confirmed();
      return;
    }
    if (!isHeldByUs(lease)) {
      if (leading) {
        stepDown("it is held by " + holder(lease));
      }
      if (!isFree(lease)) {
        return;
      }
    }
    renew(lease);
    confirmed();
  }

  private void renew(Lease lease) {
    ZonedDateTime now = now();
    LeaseSpec before = lease.getSpec() == null ? new LeaseSpec() : lease.getSpec();
    boolean isOurs = isHeldByUs(lease);
    int transitions = Objects.requireNonNullElse(before.getLeaseTransitions(), 0);
    lease.setSpec(
        new LeaseSpecBuilder()
            .withHolderIdentity(identity)
            .withLeaseDurationSeconds(Math.toIntExact(duration.toSeconds()))
            .withAcquireTime(
                isOurs && before.getAcquireTime() != null ? before.getAcquireTime() : now)
            .withRenewTime(now)
            .withLeaseTransitions(transitions + (isOurs ? 0 : 1))
            .build());
    // Not if another replica has written the lease since: then it holds it.
    requireOurs(client.resource(lease).lockResourceVersion().update());
  }

  /** The lease, or none. An answer that is not the lease counts as a failed request. */
  private @Nullable Lease read() {
    Lease read = lease().get();
    if (read != null && !isTheLease(read)) {
      throw new UnexpectedAnswer("not the lease");
    }
    return read;
  }

  private boolean isTheLease(Lease read) {
    return read.getMetadata() != null
        && name.equals(read.getMetadata().getName())
        && read.getMetadata().getResourceVersion() != null;
  }

  /** A write counts when the API server shows what was written. */
  private void requireOurs(@Nullable Lease written) {
    if (written == null || !isTheLease(written) || !isHeldByUs(written)) {
      throw new UnexpectedAnswer("not the lease");
    }
  }

  private Lease anew() {
    ZonedDateTime now = now();
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(identity)
        .withLeaseDurationSeconds(Math.toIntExact(duration.toSeconds()))
        .withAcquireTime(now)
        .withRenewTime(now)
        .withLeaseTransitions(0)
        .endSpec()
        .build();
  }

  private void confirmed() {
    noteConfirmed();
    observed = null;
    if (!leading) {
      leading = true;
      log.info("{} leads", identity);
      listener.startedLeading();
    }
  }

  private void stepDown(String why) {
    leading = false;
    log.atWarn()
        .addKeyValue("reason", "LeaseLost")
        .log("the lease was lost: {}; standing by until it is free", why);
    listener.stoppedLeading();
  }

  /** Whether there is no holder, or the holder has not renewed the lease in time. */
  private boolean isFree(Lease lease) {
    LeaseSpec spec = lease.getSpec();
    if (spec == null || spec.getHolderIdentity() == null || spec.getHolderIdentity().isEmpty()) {
      return true;
    }
    if (!spec.equals(observed)) {
      observed = spec;
      observedAt = nanos.getAsLong();
      return false;
    }
    Integer said = spec.getLeaseDurationSeconds();
    Duration lasts = said == null || said < 1 ? duration : Duration.ofSeconds(said);
    Duration bounded = lasts.compareTo(LONGEST) > 0 ? LONGEST : lasts;
    return nanos.getAsLong() - observedAt > bounded.toNanos();
  }

  /** Ends; a lease that is ours is given back, so that the next replica leads within a retry. */
  @Override
  public void close() {
    closed = true;
    ScheduledExecutorService running = thread;
    if (running != null) {
      running.shutdownNow();
    }
    synchronized (this) {
      if (!leading) {
        return;
      }
      leading = false;
      try {
        giveBack();
      } catch (KubernetesClientException e) {
        log.warn("the lease was not given back and runs out by itself: {}", ApiFailure.words(e));
      }
    }
  }

  private void giveBack() {
    Lease held = read();
    if (held != null && isHeldByUs(held)) {
      held.getSpec().setHolderIdentity("");
      held.getSpec().setLeaseDurationSeconds(1);
      client.resource(held).lockResourceVersion().update();
    }
  }

  private boolean isHeldByUs(Lease lease) {
    return lease.getSpec() != null && identity.equals(lease.getSpec().getHolderIdentity());
  }

  private static String holder(Lease lease) {
    String holder = lease.getSpec() == null ? null : lease.getSpec().getHolderIdentity();
    return holder == null || holder.isEmpty() ? "nobody" : holder;
  }

  private ZonedDateTime now() {
    return clock.instant().atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
  }

  private Resource<Lease> lease() {
    return client.leases().inNamespace(namespace).withName(name);
  }
}
