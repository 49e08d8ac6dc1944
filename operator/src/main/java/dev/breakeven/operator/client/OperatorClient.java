package dev.breakeven.operator.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.RateCard;
import dev.breakeven.cluster.OutageLog;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.util.List;

/**
 * The client through which an operator speaks to the API server: it reads resources one by one,
 * notes what is refused, and leaves it to the operator when to try again.
 *
 * @param client for the operator's caller to close
 * @param outages what fails, logged by its changes
 */
public record OperatorClient(KubernetesClient client, OutageLog outages, ApiServerCalls calls)
    implements AutoCloseable {

  /** Informers wait twice as long after each failure, 32 times this at most. */
  private static final int FIRST_RECONNECT_MILLIS = 250;

  /** A refused request is tried once more by the client; then its caller decides. */
  private static final int RETRIES = 1;

  private static final int REQUEST_TIMEOUT_MILLIS = 10_000;

  /**
   * Makes a client; it sends nothing until it is used.
   *
   * @param reach where the API server is, and who we are
   * @param userAgent how the operator calls itself
   */
  public static OperatorClient of(Config reach, String userAgent, Clock clock) {
    OutageLog outages = new OutageLog(clock);
    ApiServerCalls calls = new ApiServerCalls(outages, clock);
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(
                new ConfigBuilder(reach)
                    .withUserAgent(userAgent)
                    .withRequestRetryBackoffLimit(RETRIES)
                    .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
                    .withWatchReconnectInterval(FIRST_RECONNECT_MILLIS)
                    .build())
            .withKubernetesSerialization(serialization(outages))
            .withHttpClientBuilderConsumer(
                http -> http.addOrReplaceInterceptor("breakeven-calls", calls))
            .build();
    return new OperatorClient(client, outages, calls);
  }

  /** One that is there already; what it lists and watches is not noted. */
  public static OperatorClient around(KubernetesClient client, Clock clock) {
    OutageLog outages = new OutageLog(clock);
    return new OperatorClient(client, outages, new ApiServerCalls(outages, clock));
  }

  /**
   * Knows the resources by name that a watch sends and the operator has classes for. Left to itself
   * the client loads the class of every resource there is, in case a watch sends one.
   */
  private static KubernetesSerialization serialization(OutageLog outages) {
    ObjectMapper mapper = new ObjectMapper().registerModule(TolerantDecoding.module(outages));
    KubernetesSerialization serialization = new KubernetesSerialization(mapper, false);
    List.of(Status.class, CostPolicy.class, RateCard.class)
        .forEach(serialization::registerKubernetesResource);
    return serialization;
  }

  @Override
  public void close() {
    client.close();
  }
}
