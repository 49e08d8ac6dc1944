package dev.breakeven.prometheus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.HttpResult;
import dev.breakeven.prometheus.client.Transport;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntToDoubleFunction;

/**
 * Answers this operator's questions from traffic held in this process, in the form a Prometheus
 * would that had scraped it, at a size that a real one takes too long to be filled with. It knows
 * the rows of {@link QueryCatalog}, not PromQL.
 */
final class RehearsedServer implements Transport {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int SECONDS_BETWEEN_SCRAPES = 30;
  private static final String REPLICA_SET = "-6d4cf56db6";
  private static final String POD = REPLICA_SET + "-2k4vw";

  private final List<Deployment> deployments;

  /**
   * A Deployment and the past it is to have had, as one pod's series.
   *
   * @param namespace its namespace
   * @param name its name
   * @param model what it serves, as the engine's model label and the gateway's say
   * @param past what it served, what a gateway sent to an API beside it, and how many replicas ran;
   *     figures that are absent have no series
   */
  record Deployment(String namespace, String name, String model, TrafficHistory past) {}

  /** A policy on a Deployment that serves {@code llama}, over a window of a day. */
  static Target target(String namespace, String name) {
    return new Target(
        "default",
        "vllm",
        namespace,
        Set.of(new WorkloadRef("Deployment", name)),
        "llama",
        "llama",
        Duration.ofDays(1));
  }

  /** A server that scraped these. */
  RehearsedServer(List<Deployment> deployments) {
    this.deployments = List.copyOf(deployments);
  }

  /** A steady past: so many prompt and generated tokens/s each, nothing waiting, no gateway. */
  static TrafficHistory served(StepGrid grid, double tokens, double replicas) {
    Series none = Series.absent(grid.steps());
    Series some = Series.constant(grid.steps(), tokens);
    return new TrafficHistory(
        grid,
        some,
        Series.constant(grid.steps(), 0),
        some,
        Series.constant(grid.steps(), 1),
        none,
        none,
        none,
        none,
        Series.constant(grid.steps(), replicas),
        Series.constant(grid.steps(), 0),
        Series.constant(grid.steps(), 50));
  }

  @Override
  public HttpResult ask(ApiRequest request) {
    return new HttpResult.Answered(200, new ByteArrayInputStream(body(request)));
  }

  private byte[] body(ApiRequest request) {
    List<Answered> answers = new ArrayList<>();
    for (Deployment deployment : deployments) {
      answer(request, deployment, answers);
    }
    return json(request, answers);
  }

  /** The same server, which writes each answer once; for a small past that is read often. */
  Transport remembering() {
    Map<ApiRequest, byte[]> bodies = new ConcurrentHashMap<>();
    return request ->
        new HttpResult.Answered(
            200, new ByteArrayInputStream(bodies.computeIfAbsent(request, this::body)));
  }

  /** A series of an answer: labels, and figures by the seconds they are evaluated at. */
  private record Answered(Map<String, String> labels, Map<Long, Double> figures) {}

  private static void answer(ApiRequest request, Deployment of, List<Answered> answers) {
    TrafficHistory past = of.past();
    switch (request.query()) {
      case SAMPLES ->
          add(answers, request, past, ofModel(of), i -> past.isServedMeasured(i) ? 1 : Double.NaN);
      case INPUT_TOKENS ->
          add(
              answers,
              request,
              past,
              ofModel(of),
              i -> past.uncachedInput().at(i, Double.NaN) + past.cachedInput().at(i, 0));
      case CACHED_TOKENS -> add(answers, request, past, ofModel(of), past.cachedInput());
      case OUTPUT_TOKENS -> add(answers, request, past, ofModel(of), past.output());
      case REQUESTS -> add(answers, request, past, ofModel(of), past.requests());
      case ENGINE_STATE ->
          add(
              answers,
              request,
              past,
              with(ofModel(of), "requests-waiting"),
              past.requestsWaiting());
      case GPU_UTILIZATION -> add(answers, request, past, ofPod(of), past.gpuUtilizationPercent());
      case REPLICAS ->
          add(
              answers,
              request,
              past,
              Map.of("namespace", of.namespace(), "deployment", of.name()),
              past.replicasHeld());
      case GATEWAY -> {
        add(answers, request, past, with(ofGateway(of), "gateway-input-tokens"), past.burstInput());
        add(
            answers,
            request,
            past,
            with(ofGateway(of), "gateway-cached-tokens"),
            past.burstCachedInput());
        add(
            answers,
            request,
            past,
            with(ofGateway(of), "gateway-output-tokens"),
            past.burstOutput());
        add(answers, request, past, with(ofGateway(of), "gateway-requests"), past.burstRequests());
      }
      case POD_OWNERS ->
          answers.add(
              owner(
                  request,
                  of,
                  Map.of("pod", of.name() + POD),
                  "ReplicaSet",
                  of.name() + REPLICA_SET));
      case REPLICASET_OWNERS ->
          answers.add(
              owner(
                  request,
                  of,
                  Map.of("replicaset", of.name() + REPLICA_SET),
                  "Deployment",
                  of.name()));
      default -> {
        // Nobody measured lengths, claims to be somebody else, or knows a price.
      }
    }
  }

  private static Map<String, String> ofPod(Deployment of) {
    return Map.of("namespace", of.namespace(), "pod", of.name() + POD);
  }

  private static Map<String, String> ofModel(Deployment of) {
    Map<String, String> labels = new LinkedHashMap<>(ofPod(of));
    labels.put("model_name", of.model());
    return labels;
  }

  private static Map<String, String> with(Map<String, String> labels, String figure) {
    Map<String, String> more = new LinkedHashMap<>(labels);
    more.put("figure", figure);
    return more;
  }

  private static Map<String, String> ofGateway(Deployment of) {
    return Map.of(
        "namespace", of.namespace(), "model", of.model(), "gen_ai_request_model", of.model());
  }

  private static Answered owner(
      ApiRequest request, Deployment of, Map<String, String> what, String kind, String name) {
    Map<String, String> labels = new LinkedHashMap<>(what);
    labels.put("namespace", of.namespace());
    labels.put("owner_kind", kind);
    labels.put("owner_name", name);
    return new Answered(labels, Map.of(((ApiRequest.Instant) request).atEpochSecond(), 1.0));
  }

  private static void add(
      List<Answered> answers,
      ApiRequest request,
      TrafficHistory past,
      Map<String, String> labels,
      Series series) {
    add(answers, request, past, labels, i -> series.at(i, Double.NaN));
  }

  /** Means over the range before each evaluation, of the steps that are known. */
  private static void add(
      List<Answered> answers,
      ApiRequest request,
      TrafficHistory past,
      Map<String, String> labels,
      IntToDoubleFunction figure) {
    ApiRequest.Range range = (ApiRequest.Range) request;
    Map<Long, Double> figures = new LinkedHashMap<>();
    for (long t = range.firstEpochSecond();
        t <= range.lastEpochSecond();
        t += range.stepSeconds()) {
      double sum = 0;
      int known = 0;
      long from = Math.max(t - range.stepSeconds(), past.grid().startEpochSecond());
      for (long s = from; s < t; s += past.grid().stepSeconds()) {
        int i = past.grid().indexOf(s);
        double value = i < 0 ? Double.NaN : figure.applyAsDouble(i);
        if (!Double.isNaN(value)) {
          sum += value;
          known++;
        }
      }
      if (known > 0) {
        figures.put(
            t,
            range.query() == QueryCatalog.SAMPLES
                ? known * (double) past.grid().stepSeconds() / SECONDS_BETWEEN_SCRAPES
                : sum / known);
      }
    }
    if (!figures.isEmpty()) {
      answers.add(new Answered(labels, figures));
    }
  }

  private static byte[] json(ApiRequest request, List<Answered> answers) {
    boolean range = request instanceof ApiRequest.Range;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("status", "success");
      json.writeObjectFieldStart("data");
      json.writeStringField("resultType", range ? "matrix" : "vector");
      json.writeArrayFieldStart("result");
      for (Answered answer : answers) {
        json.writeStartObject();
        json.writeObjectFieldStart("metric");
        for (Map.Entry<String, String> label : answer.labels().entrySet()) {
          json.writeStringField(label.getKey(), label.getValue());
        }
        json.writeEndObject();
        json.writeFieldName(range ? "values" : "value");
        if (range) {
          json.writeStartArray();
        }
        for (Map.Entry<Long, Double> figure : answer.figures().entrySet()) {
          json.writeStartArray();
          json.writeNumber(figure.getKey());
          json.writeString(figure.getValue().toString());
          json.writeEndArray();
        }
        if (range) {
          json.writeEndArray();
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
