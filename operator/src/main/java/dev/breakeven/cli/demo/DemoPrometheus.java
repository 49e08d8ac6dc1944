package dev.breakeven.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.HttpResult;
import dev.breakeven.prometheus.client.Transport;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Answers the operator's questions about {@link DemoTraffic} in Prometheus' own form, in this
 * process: what follows is the operator's path, from an answer's bytes to a status.
 */
final class DemoPrometheus implements Transport {

  static final String NAMESPACE = "demo";
  private static final String MODEL = "meta-llama/Llama-3.3-70B-Instruct";
  private static final int HTTP_OK = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One for each replica that any shape holds, of those that Kubernetes uses in names. */
  private static final String LAST_OF_NAMES = "bcdfghjklmnpqrstvwxz";

  /** Scrapes of a pod in ten minutes, every 15 s. */
  private static final double SCRAPES = 40;

  @Override
  public HttpResult ask(ApiRequest request) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("status", "success");
    ObjectNode data = answer.putObject("data");
    ArrayNode result;
    if (request instanceof ApiRequest.Range range) {
      data.put("resultType", "matrix");
      result = data.putArray("result");
      for (DemoTraffic traffic : DemoTraffic.values()) {
        addSeries(result, range, traffic);
      }
    } else {
      // Questions at one time look up owners and tails; the pods' names say enough here.
      data.put("resultType", "vector");
      data.putArray("result");
    }
    return new HttpResult.Answered(
        HTTP_OK, new ByteArrayInputStream(answer.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static void addSeries(ArrayNode result, ApiRequest.Range range, DemoTraffic traffic) {
    QueryCatalog query = range.query();
    if (!isMeasured(query) || (query == QueryCatalog.REPLICAS && !asksForDeployments(range))) {
      return;
    }
    int count = query == QueryCatalog.REPLICAS ? 1 : traffic.replicasHeld();
    for (int i = 0; i < count; i++) {
      ObjectNode series = result.addObject();
      labels(query, traffic, i).forEach(series.putObject("metric")::put);
      ArrayNode values = series.putArray("values");
      for (long t = range.firstEpochSecond();
          t <= range.lastEpochSecond();
          t += range.stepSeconds()) {
        double value = value(query, traffic, t, range.stepSeconds());
        values.addArray().add(t).add(Double.toString(value));
      }
    }
  }

  private static boolean asksForDeployments(ApiRequest.Range range) {
    return range.promql().contains("deployment");
  }

  private static boolean isMeasured(QueryCatalog query) {
    return switch (query) {
      case SAMPLES, INPUT_TOKENS, CACHED_TOKENS, OUTPUT_TOKENS, REQUESTS, WAITING, REPLICAS -> true;
      default -> false;
    };
  }

  private static Map<String, String> labels(QueryCatalog query, DemoTraffic traffic, int replica) {
    String workload = traffic.workload();
    if (query == QueryCatalog.REPLICAS) {
      return Map.of("namespace", NAMESPACE, "deployment", workload);
    }
    String pod = workload + "-7d4b9c6f85-x2k9" + LAST_OF_NAMES.charAt(replica);
    return query == QueryCatalog.SAMPLES
        ? Map.of("namespace", NAMESPACE, "pod", pod)
        : Map.of("namespace", NAMESPACE, "pod", pod, "model_name", MODEL);
  }

  /** Of one pod, which serves its part of the requests; of the replicas, how many there are. */
  private static double value(QueryCatalog query, DemoTraffic traffic, long end, int stepSeconds) {
    double requests = traffic.requestsPerSecond(end, stepSeconds) / traffic.replicasHeld();
    return switch (query) {
      case SAMPLES -> SCRAPES;
      case INPUT_TOKENS -> requests * DemoTraffic.INPUT_TOKENS;
      case CACHED_TOKENS -> requests * DemoTraffic.CACHED_INPUT_TOKENS;
      case OUTPUT_TOKENS -> requests * DemoTraffic.OUTPUT_TOKENS;
      case REQUESTS -> requests;
      case REPLICAS -> traffic.replicasHeld();
      default -> 0;
    };
  }
}
