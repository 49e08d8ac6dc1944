package dev.breakeven.prometheus.attribution;

import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.Target;
import java.util.Map;

/**
 * What a policy may learn: nothing but series of its own source, its own namespace and its own
 * model. Every series passes here before it reaches a history.
 */
public final class TenantFilter {

  private TenantFilter() {}

  /**
   * Whether a series of an engine, a GPU or a Kubernetes object may count for a target.
   *
   * @param source where it came from
   * @param namespace where it belongs, by a label that is trusted
   * @param model what it says it serves; empty where it does not say
   */
  public static boolean mayLearn(Target target, Source source, String namespace, String model) {
    return target.source().equals(source.name())
        && source.allows(target.namespace())
        && !namespace.isEmpty()
        && target.namespace().equals(namespace)
        && (model.isEmpty() || model.equals(target.model()));
  }

  /**
   * Whether a gateway's series may count for a target: it names the model, and either belongs to
   * the target's namespace or the operator's owner shares the gateway with it.
   */
  public static boolean mayLearnFromGateway(
      Target target, Source source, String namespace, Iterable<String> models) {
    if (!target.source().equals(source.name())
        || !source.allows(target.namespace())
        || !(source.gateway() instanceof Source.Gateway.Configured gateway)
        || !(gateway.isSharedWith(target.namespace()) || target.namespace().equals(namespace))) {
      return false;
    }
    for (String model : models) {
      if (!model.isEmpty() && model.equals(target.gatewayModel())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a policy may learn what OpenCost says in a source of the nodes that its pods are on. Of
   * other nodes nobody can ask: {@code MetricsCollector.gpuPrices} takes the nodes from the cluster
   * alone.
   */
  public static boolean mayLearnPrices(Target target, Source source) {
    return target.source().equals(source.name()) && source.allows(target.namespace());
  }

  /**
   * The namespace that a series' labels may be believed to name, or empty.
   *
   * @param jobs scrape jobs whose {@code exported_namespace} is believed
   */
  public static String namespaceOf(Map<String, String> labels, Iterable<String> jobs) {
    return trusted(labels, "namespace", jobs);
  }

  /** The pod that a series' labels may be believed to name, or empty. */
  public static String podOf(Map<String, String> labels, Iterable<String> jobs) {
    return trusted(labels, "pod", jobs);
  }

  private static String trusted(Map<String, String> labels, String label, Iterable<String> jobs) {
    String exported = labels.getOrDefault("exported_namespace", "");
    if (exported.isEmpty()) {
      return labels.getOrDefault(label, "");
    }
    String job = labels.getOrDefault("job", "");
    for (String trusted : jobs) {
      if (trusted.equals(job)) {
        return labels.getOrDefault("exported_" + label, "");
      }
    }
    // The series speaks of another namespace than the one it was scraped in, and nobody vouches.
    return "";
  }
}
