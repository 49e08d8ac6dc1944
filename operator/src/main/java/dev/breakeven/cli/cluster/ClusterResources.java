package dev.breakeven.cli.cluster;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.RateCard;
import dev.breakeven.cluster.ApiFailure;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The policies and rate cards of a cluster. Where the kinds are not served there are none.
 *
 * @param notes collects what is missing
 */
public record ClusterResources(KubernetesClient client, List<String> notes) {

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int ATTEMPTS = 10;

  public List<RateCard> rateCards() {
    return list("RateCards", () -> client.resources(RateCard.class).list().getItems());
  }

  /** Those of one namespace, or of all where its name is empty. */
  public List<CostPolicy> policies(String namespace) {
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

  private <T> List<T> list(String what, Supplier<List<T>> request) {
    for (int attempt = 1; ; attempt++) {
      try {
        return request.get();
      } catch (KubernetesClientException e) {
        if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
          notes.add(
              "the cluster does not know %s yet: install the chart or its CRDs".formatted(what));
          return List.of();
        }
        // A definition that was applied just now is not served at once.
        if (e.getCode() == TOO_MANY_REQUESTS && attempt < ATTEMPTS) {
          LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
          continue;
        }
        if (e.getCode() <= 0) {
          throw e;
        }
        throw new IllegalArgumentException(
            "%s cannot be read: %s".formatted(what, ApiFailure.words(e)), e);
      }
    }
  }
}
