package dev.breakeven.configuration;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Duration;

/** One leader among several replicas, by a Lease. */
public final class LeaderElection {

  @JsonProperty
  @JsonPropertyDescription("Whether replicas elect a leader; needed for more than one replica.")
  boolean enabled;

  @JsonProperty
  @JsonPropertyDescription("Name of the Lease.")
  String leaseName = "breakeven";

  @JsonProperty
  @JsonPropertyDescription("Namespace of the Lease; empty: the operator's own.")
  String leaseNamespace = "";

  @JsonProperty
  @JsonPropertyDescription(
      "How long a leader that does not renew its lease stays leader; 3s to 5m.")
  Duration leaseDuration = Duration.ofSeconds(12);

  /** Whether replicas elect a leader. */
  public boolean enabled() {
    return enabled;
  }

  /** Name of the Lease. */
  public String leaseName() {
    return leaseName;
  }

  /** Namespace of the Lease; empty for the operator's own. */
  public String leaseNamespace() {
    return leaseNamespace;
  }

  /** How long a leader that says nothing stays leader. */
  public Duration leaseDuration() {
    return leaseDuration;
  }

  /** How often the leader renews the lease, and about how often the others look at it. */
  public Duration retryPeriod() {
    return leaseDuration.dividedBy(6);
  }
}
