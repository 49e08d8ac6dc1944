package dev.breakeven.operator.status;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes a policy's status in place of whatever is there, others' fields included. */
final class StatusWriter {

  private StatusWriter() {}

  /** What the API server answered; no status where it did not show one. */
  record Stored(@Nullable CostPolicyStatus status) {}

  /**
   * Writes it if the policy still has this uid: one that was made anew under the same name must not
   * inherit its predecessor's answer. Of the API server's ways to patch a status only a JSON patch
   * tests that: what else names another uid is taken all the same.
   *
   * @throws RuntimeException if it was refused, or if the answer cannot be read
   */
  static Stored write(CostPolicy policy, CostPolicyStatus status, KubernetesClient client) {
    String patch =
        client
            .getKubernetesSerialization()
            .asJson(
                List.of(
                    Map.of(
                        "op", "test",
                        "path", "/metadata/uid",
                        "value", policy.getMetadata().getUid()),
                    Map.of("op", "add", "path", "/status", "value", status)));
    String answer = sent(policy, patch, client);
    if (answer == null || answer.isBlank()) {
      return new Stored(null);
    }
    CostPolicy stored = client.getKubernetesSerialization().unmarshal(answer, CostPolicy.class);
    boolean isThePolicy =
        stored != null
            && stored.getMetadata() != null
            && policy.getMetadata().getUid().equals(stored.getMetadata().getUid());
    return new Stored(isThePolicy ? stored.getStatus() : null);
  }

  /** By hand: the client's own call reads the policy first, for which the operator has no right. */
  private static @Nullable String sent(CostPolicy policy, String patch, KubernetesClient client) {
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(
                "%sapis/%s/namespaces/%s/%s/%s/status?fieldManager=%s"
                    .formatted(
                        client.getMasterUrl(),
                        policy.getApiVersion(),
                        policy.getMetadata().getNamespace(),
                        policy.getPlural(),
                        policy.getMetadata().getName(),
                        CostPolicy.FIELD_MANAGER))
            .patch("application/json-patch+json", patch)
            .timeout(client.getConfiguration().getRequestTimeout(), TimeUnit.MILLISECONDS)
            .build();
    HttpResponse<String> response = client.getHttpClient().sendAsync(request, String.class).join();
    if (!response.isSuccessful()) {
      throw new KubernetesClientException(response.message(), response.code(), null);
    }
    return response.body();
  }
}
