package dev.breakeven.operator.status;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.cluster.ApiFailure;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes a policy's status. Either way the write names the policy's uid, so that a policy made anew
 * under the same name does not inherit its predecessor's answer.
 */
final class StatusWriter {

  private static final int UNPROCESSABLE = 422;

  private StatusWriter() {}

  /** What the API server answered; no status where it did not show one. */
  record Stored(@Nullable CostPolicyStatus status) {}

  /**
   * Server-side apply of a fresh object: fields that others own besides stay.
   *
   * @throws RuntimeException if it was refused, or if the answer cannot be read
   */
  static Stored apply(CostPolicy policy, CostPolicyStatus status, KubernetesClient client) {
    CostPolicy fresh = new CostPolicy();
    fresh.getMetadata().setName(policy.getMetadata().getName());
    fresh.getMetadata().setNamespace(policy.getMetadata().getNamespace());
    fresh.getMetadata().setUid(policy.getMetadata().getUid());
    fresh.setStatus(status);
    return stored(
        policy,
        client
            .resource(fresh)
            .subresource("status")
            .patch(
                new PatchContext.Builder()
                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                    .withFieldManager(CostPolicy.FIELD_MANAGER)
                    .withForce(true)
                    .build()));
  }

  /**
   * Puts the status in place of whatever is there, others' fields and values that do not fit the
   * types included.
   *
   * @throws RuntimeException if it was refused, or if the answer cannot be read
   */
  static Stored replace(CostPolicy policy, CostPolicyStatus status, KubernetesClient client) {
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
    return answer == null || answer.isBlank()
        ? new Stored(null)
        : stored(policy, client.getKubernetesSerialization().unmarshal(answer, CostPolicy.class));
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

  private static Stored stored(CostPolicy policy, @Nullable CostPolicy answer) {
    if (answer == null
        || answer.getMetadata() == null
        || !policy.getMetadata().getUid().equals(answer.getMetadata().getUid())) {
      return new Stored(null);
    }
    return new Stored(answer.getStatus());
  }

  /** Whether applying will go on being refused because of what is there, and replacing may help. */
  static boolean isStuck(RuntimeException refusal) {
    int code = ApiFailure.code(refusal);
    return code == UNPROCESSABLE
        || code == HttpURLConnection.HTTP_BAD_REQUEST
        || code == HttpURLConnection.HTTP_INTERNAL_ERROR;
  }
}
