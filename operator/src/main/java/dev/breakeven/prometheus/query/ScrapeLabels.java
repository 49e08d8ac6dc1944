package dev.breakeven.prometheus.query;

import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * The labels that scrapers set, as `up` shows them: no list of known names is needed.
 *
 * @param engines those of engines
 * @param gateways those of the gateway
 * @param apart labels in which two scrapes of one pod differ; queries for figures group by these
 * @param gatewayJobs jobs that scraped the gateway
 * @param gatewayCopies labels that mark copies of the gateway's series
 */
public record ScrapeLabels(
    Set<String> engines,
    Set<String> gateways,
    Set<String> apart,
    Set<String> gatewayJobs,
    Set<String> gatewayCopies) {

  /** Nothing is known about scrapers. */
  public static final ScrapeLabels NONE =
      new ScrapeLabels(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

  public ScrapeLabels {
    engines = Collections.unmodifiableSet(new TreeSet<>(engines));
    gateways = Collections.unmodifiableSet(new TreeSet<>(gateways));
    apart = Collections.unmodifiableSet(new TreeSet<>(apart));
    gatewayJobs = Collections.unmodifiableSet(new TreeSet<>(gatewayJobs));
    gatewayCopies = Collections.unmodifiableSet(new TreeSet<>(gatewayCopies));
  }

  /** Those of the gateway alone. */
  public ScrapeLabels ofGateways() {
    return new ScrapeLabels(Set.of(), gateways, Set.of(), gatewayJobs, gatewayCopies);
  }

  /** The same, with other labels in which scrapes of one pod differ. */
  public ScrapeLabels apartBy(Collection<String> labels) {
    return new ScrapeLabels(engines, gateways, Set.copyOf(labels), gatewayJobs, gatewayCopies);
  }

  /** The same, with labels that mark copies of the gateway's series. */
  public ScrapeLabels withGatewayCopies(Collection<String> labels) {
    return new ScrapeLabels(engines, gateways, apart, gatewayJobs, Set.copyOf(labels));
  }

  /** Labels in which scrapes and copies of the gateway's series may differ. */
  public Set<String> ofGatewaySeries() {
    Set<String> all = new TreeSet<>(gateways);
    all.addAll(gatewayCopies);
    return all;
  }
}
