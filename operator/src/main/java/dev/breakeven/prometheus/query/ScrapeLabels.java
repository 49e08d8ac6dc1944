package dev.breakeven.prometheus.query;

import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Labels that were set by whoever scraped, as `up` shows them: no list of known names is needed.
 *
 * @param engines by which scrapes of engines may differ
 * @param gateways by which scrapes of the gateway may differ
 * @param apart of the engines' those in which two scrapes of one pod do differ; figures are asked
 *     for apart by these
 * @param gatewayJobs under which the gateway was scraped
 */
public record ScrapeLabels(
    Set<String> engines, Set<String> gateways, Set<String> apart, Set<String> gatewayJobs) {

  /** Nothing is known of who scraped. */
  public static final ScrapeLabels NONE = new ScrapeLabels(Set.of(), Set.of(), Set.of(), Set.of());

  public ScrapeLabels {
    engines = Collections.unmodifiableSet(new TreeSet<>(engines));
    gateways = Collections.unmodifiableSet(new TreeSet<>(gateways));
    apart = Collections.unmodifiableSet(new TreeSet<>(apart));
    gatewayJobs = Collections.unmodifiableSet(new TreeSet<>(gatewayJobs));
  }

  /** What is known of whoever scraped the gateway alone. */
  public ScrapeLabels ofGateways() {
    return new ScrapeLabels(Set.of(), gateways, Set.of(), gatewayJobs);
  }

  /** The same, with scrapes of one pod told apart by these. */
  public ScrapeLabels apartBy(Collection<String> labels) {
    return new ScrapeLabels(engines, gateways, Set.copyOf(labels), gatewayJobs);
  }
}
