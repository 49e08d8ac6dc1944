package dev.breakeven.operator;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Leadership by a Lease. Who elects looks at it only now and then: a process that was stopped for
 * longer than the lease lasts, as a frozen container or a paused machine is, would first go on
 * where it was and write over what another replica has answered since. So before a write the lease
 * itself is asked, unless it has just been.
 */
final class LeaseLeadership implements Leadership {

  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final String identity;
  private final Duration askedAgainAfter;
  private final Clock clock;
  private Instant oursSince = Instant.MAX;

  /**
   * @param askedAgainAfter how long an answer holds; well below the lease's duration
   */
  LeaseLeadership(
      KubernetesClient client,
      String namespace,
      String name,
      String identity,
      Duration askedAgainAfter,
      Clock clock) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
    this.identity = identity;
    this.askedAgainAfter = askedAgainAfter;
    this.clock = clock;
  }

  @Override
  public synchronized boolean isOurs() {
    Instant now = clock.instant();
    boolean justAsked = !now.isBefore(oursSince) && now.isBefore(oursSince.plus(askedAgainAfter));
    if (!justAsked) {
      oursSince = isHeldByUs(lease().get()) ? now : Instant.MAX;
    }
    return !oursSince.equals(Instant.MAX);
  }

  @Override
  public void giveBack() {
    Lease held = lease().get();
    if (isHeldByUs(held)) {
      held.getSpec().setHolderIdentity("");
      held.getSpec().setLeaseDurationSeconds(1);
      // Not where somebody else has written it since: it is theirs then.
      client.resource(held).lockResourceVersion().update();
    }
  }

  private boolean isHeldByUs(@Nullable Lease lease) {
    return lease != null
        && lease.getSpec() != null
        && identity.equals(lease.getSpec().getHolderIdentity());
  }

  private Resource<Lease> lease() {
    return client.leases().inNamespace(namespace).withName(name);
  }
}
