package dev.breakeven.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.cluster.UnexpectedAnswer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Compares what the watches show with what the API server lists, by name and version only: the
 * metadata of 1,000 policies, not their specs and statuses. A watch may be silent because nothing
 * happens, or because it has lost its place; only a list tells which.
 */
final class WatchAudit {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 100; // metadata may weigh a quarter of a megabyte each
  private static final int MOST_PAGES = 1000;
  private static final int TIMEOUT_SECONDS = 20;
  private static final int OK = 200;

  private static final String ONLY_METADATA =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

  private final KubernetesClient client;
  private Map<String, Difference> before = Map.of();

  /**
   * What a watch and a list say of one resource.
   *
   * @param listed its uid and version, empty where it is not listed
   * @param shown its uid and version, empty where the watch does not show it
   */
  private record Difference(String listed, String shown) {}

  WatchAudit(KubernetesClient client) {
    this.client = client;
  }

  /** One kind of resource to compare. */
  record Kind(String plural, List<String> namespaces, Collection<? extends HasMetadata> shown) {}

  /** What came out. */
  enum Outcome {
    /** The watches show what there is. */
    SAME,
    /** They do not, and may be about to: to be compared again in a few seconds. */
    UNSURE,
    /** They did not a few seconds ago and have not moved since: they have lost their place. */
    LOST
  }

  /**
   * Compares.
   *
   * @throws KubernetesClientException if it cannot be listed
   */
  Outcome compare(List<Kind> kinds) {
    Map<String, Difference> now = new HashMap<>();
    for (Kind kind : kinds) {
      Map<String, String> listed = new HashMap<>();
      if (kind.namespaces().isEmpty()) {
        list(kind.plural(), "", listed);
      }
      for (String namespace : kind.namespaces()) {
        list(kind.plural(), "/namespaces/" + namespace, listed);
      }
      Map<String, String> shown = new HashMap<>();
      kind.shown().forEach(resource -> shown.put(key(resource), version(resource)));
      Set<String> keys = new HashSet<>(listed.keySet());
      keys.addAll(shown.keySet());
      for (String key : keys) {
        Difference difference =
            new Difference(listed.getOrDefault(key, ""), shown.getOrDefault(key, ""));
        if (!difference.listed().equals(difference.shown())) {
          now.put(kind.plural() + "/" + key, difference);
        }
      }
    }
    boolean isLost =
        now.entrySet().stream().anyMatch(e -> e.getValue().equals(before.get(e.getKey())));
    if (isLost) {
      before = Map.of();
      return Outcome.LOST;
    }
    before = now;
    return now.isEmpty() ? Outcome.SAME : Outcome.UNSURE;
  }

  private void list(String plural, String namespace, Map<String, String> into) {
    String next = "";
    for (int pages = 0; pages == 0 || !next.isEmpty(); pages++) {
      if (pages == MOST_PAGES) {
        throw new UnexpectedAnswer("a list without end");
      }
      JsonNode page = page(plural, namespace, next);
      for (JsonNode item : page.path("items")) {
        JsonNode metadata = item.path("metadata");
        into.put(
            metadata.path("namespace").asText("") + "/" + metadata.path("name").asText(""),
            metadata.path("uid").asText("") + "@" + metadata.path("resourceVersion").asText(""));
      }
      next = page.path("metadata").path("continue").asText("");
    }
  }

  private JsonNode page(String plural, String namespace, String next) {
    try {
      HttpResponse<byte[]> response =
          client
              .getHttpClient()
              .sendAsync(request(plural, namespace, next), byte[].class)
              .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (response.code() != OK) {
        throw new KubernetesClientException("not listed", response.code(), null);
      }
      JsonNode page = JSON.readTree(response.body());
      // Of a kind of which there is none, the items are null.
      if (!page.has("items") || !(page.path("items").isArray() || page.path("items").isNull())) {
        throw new UnexpectedAnswer("not a list");
      }
      return page;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KubernetesClientException("interrupted", e);
    } catch (ExecutionException | TimeoutException | IOException e) {
      throw new KubernetesClientException("not listed", e);
    }
  }

  private HttpRequest request(String plural, String namespace, String next) {
    String url =
        "%s/apis/%s/%s%s/%s?limit=%d%s"
            .formatted(
                withoutSlash(client.getMasterUrl().toString()),
                CostPolicy.GROUP,
                CostPolicy.VERSION,
                namespace,
                plural,
                PAGE,
                next.isEmpty()
                    ? ""
                    : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8));
    return client
        .getHttpClient()
        .newHttpRequestBuilder()
        .uri(url)
        .header("Accept", ONLY_METADATA)
        .build();
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private static String key(HasMetadata resource) {
    String namespace = resource.getMetadata().getNamespace();
    return (namespace == null ? "" : namespace) + "/" + resource.getMetadata().getName();
  }

  private static String version(HasMetadata resource) {
    return resource.getMetadata().getUid() + "@" + resource.getMetadata().getResourceVersion();
  }
}
