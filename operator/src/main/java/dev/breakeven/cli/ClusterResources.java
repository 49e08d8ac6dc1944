package dev.breakeven.cli;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.RateCard;
import dev.breakeven.cluster.ApiFailure;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.function.Supplier;

/**
 * The policies and rate cards of a cluster. Where the kinds are not served there are none.
 *
 * @param notes where it is said what may not be read
 */
record ClusterResources(KubernetesClient client, List<String> notes) {

  List<RateCard> rateCards() {
    return list("RateCards", () -> client.resources(RateCard.class).list().getItems());
  }

  /** Those of one namespace, or of all where its name is empty. */
  List<CostPolicy> policies(String namespace) {
    return list(
            "CostPolicies",
            () ->
                namespace.isEmpty()
                    ? client.resources(CostPolicy.class).inAnyNamespace().list().getItems()
                    : client.resources(CostPolicy.class).inNamespace(namespace).list().getItems())
        .stream()
        .filter(policy -> policy.getSpec() != null)
        .toList();
  }

  private <T> List<T> list(String what, Supplier<List<T>> asked) {
    try {
      return asked.get();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        notes.add("the cluster does not know %s yet: install the chart or its CRDs".formatted(what));
        return List.of();
      }
      if (e.getCode() <= 0) {
        throw e;
      }
      notes.add("not read: %s: %s".formatted(what, ApiFailure.words(e)));
      return List.of();
    }
  }
}
