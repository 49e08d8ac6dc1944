package dev.breakeven.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.breakeven.cluster.PodPlacement.Places;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an API server may say of pods, or a proxy before it. */
class PodPlacementIT {

  private static final WorkloadReference CHAT =
      new WorkloadReference("apps/v1", "Deployment", "chat", "chat");

  private final HttpServer server;
  private final KubernetesClient client;
  private String answer = "";

  PodPlacementIT() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = answer.getBytes(UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(Config.empty())
                    .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
  }

  @AfterEach
  void end() {
    client.close();
    server.stop(0);
  }

  @Test
  void podsAreCountedByTheirNodes() {
    answer =
        """
        {"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"}, "items": [
         {"metadata": {"name": "chat-1"}, "spec": {"nodeName": "node-a"}}]}
        """;
    assertThat(places()).isEqualTo(new Places.Known(Map.of("node-a", 1)));
  }

  @Test
  void ofNoPodsNoneIsOnANode() {
    answer =
        """
        {"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"}, "items": []}
        """;
    assertThat(places()).isEqualTo(new Places.Known(Map.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "<html>Sign in</html>",
        "{\"kind\": \"List\", \"apiVersion\": \"v1\"}",
        "{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"items\": []}",
        "{\"kind\": \"PodList\", \"metadata\": {\"resourceVersion\": \"7\"}, \"items\": [{}]}",
        "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"status\": \"Failure\", \"code\": 403}",
      })
  void whatIsNoListOfPodsSaysNothingOfThem(String odd) {
    answer = odd;
    assertThat(places()).isInstanceOf(Places.Unknown.class);
  }

  private Places places() {
    Clock noon = Clock.fixed(Instant.parse("2026-11-20T12:00:00Z"), ZoneOffset.UTC);
    return new PodPlacement(client, noon).of(CHAT, "1", "app=chat");
  }
}
