package dev.breakeven.prometheus;

import dev.breakeven.configuration.PrometheusServer.OpencostPrice;
import dev.breakeven.prometheus.client.Transport;
import dev.breakeven.prometheus.query.GatewayProfile;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Prometheus-compatible server as the operator's owner configured it.
 *
 * @param name as policies write it
 * @param transport sends its queries
 * @param matchers labels every query is held to, such as {@code cluster="eu-1"}
 * @param allowedNamespaces whose policies may use it; empty for all. For others it does not exist
 * @param trust whose labels are believed
 * @param gateway whose counters show what already goes to an API
 * @param opencost whether OpenCost's prices are in it
 */
public record Source(
    String name,
    Transport transport,
    Map<String, String> matchers,
    Set<String> allowedNamespaces,
    Trust trust,
    Gateway gateway,
    OpenCost opencost) {

  public Source {
    matchers = Map.copyOf(matchers);
    allowedNamespaces = Set.copyOf(allowedNamespaces);
  }

  /** A source for every namespace, with no gateway and no OpenCost. */
  public static Source of(String name, Transport transport) {
    return new Source(
        name,
        transport,
        Map.of(),
        Set.of(),
        Trust.DEFAULT,
        new Gateway.None(),
        new OpenCost.None());
  }

  /** Whether policies of this namespace may use it. */
  public boolean allows(String namespace) {
    return allowedNamespaces.isEmpty() || allowedNamespaces.contains(namespace);
  }

  /**
   * Scrape jobs whose own words are believed over Prometheus'.
   *
   * @param gpuJobs whose {@code exported_namespace} and {@code exported_pod} name a GPU's pod
   * @param stateJobs whose {@code exported_namespace} names a Kubernetes object's: those of
   *     kube-state-metrics
   * @param engineJobs whose engine series may carry a namespace that Prometheus did not set, such
   *     as an aggregating collector's
   */
  public record Trust(List<String> gpuJobs, List<String> stateJobs, List<String> engineJobs) {

    /** The usual names of dcgm-exporter's and kube-state-metrics' jobs. */
    public static final Trust DEFAULT =
        new Trust(
            List.of("dcgm-exporter", "nvidia-dcgm-exporter"),
            List.of("kube-state-metrics"),
            List.of());

    public Trust {
      gpuJobs = List.copyOf(gpuJobs);
      stateJobs = List.copyOf(stateJobs);
      engineJobs = List.copyOf(engineJobs);
    }
  }

  /** Where tokens that already go to an API are counted. */
  public sealed interface Gateway {
    /** Nowhere. */
    record None() implements Gateway {}

    /**
     * At a gateway.
     *
     * @param profile how it names what it counts
     * @param matchers labels that tell what goes to an API from what goes to own GPUs
     * @param sharedWith namespaces whose policies count every token of their model, whatever
     *     namespace the gateway's series are in; {@code *} stands for all
     */
    record Configured(GatewayProfile profile, Map<String, String> matchers, Set<String> sharedWith)
        implements Gateway {

      public Configured {
        matchers = Map.copyOf(matchers);
        sharedWith = Set.copyOf(sharedWith);
      }

      public boolean isSharedWith(String namespace) {
        return sharedWith.contains("*") || sharedWith.contains(namespace);
      }
    }
  }

  /** OpenCost's metrics in this source. */
  public sealed interface OpenCost {
    /** Nothing that could be used: nobody says that it is here, and in which currency. */
    record None() implements OpenCost {}

    /**
     * The price of each node's GPUs.
     *
     * @param currency of its prices, which its metrics do not carry
     * @param matchers labels by which its series are told from those of anybody else
     * @param price which of its prices a GPU hour is taken to cost
     */
    record Scraped(Currency currency, Map<String, String> matchers, OpencostPrice price)
        implements OpenCost {

      public Scraped {
        matchers = Map.copyOf(matchers);
      }

      /** The metric that is the price, or the two of which one is divided by the other. */
      public List<String> metrics() {
        return switch (price) {
          case gpu -> List.of("node_gpu_hourly_cost");
          case node -> List.of("node_total_hourly_cost", "node_gpu_count");
        };
      }
    }
  }
}
