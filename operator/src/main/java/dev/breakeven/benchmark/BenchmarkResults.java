package dev.breakeven.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakeven.capacity.BenchmarkPoint;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads the results of a load test of one replica, whichever tool wrote them. The formats were read
 * in the tools' own sources:
 *
 * <ul>
 *   <li>{@code vllm bench serve --save-result}, also with {@code --append-result}: {@code
 *       vllm/benchmarks/serve.py} of vLLM's main branch of 2026 (commit 009e6d4), unchanged in what
 *       is read here since {@code benchmark_serving.py}; SGLang's {@code bench_serving} writes the
 *       same figures.
 *   <li>GuideLLM's {@code benchmarks.json}: report schema 2 of 0.7.3, and 0.2 to 0.6, which have
 *       the same metrics and say in other places how many failed and what was asked.
 *   <li>AIPerf's {@code profile_export_aiperf.json} of 0.1.1 and of its main branch of 2026 (commit
 *       047d59d, with phases of load), and, on which that is modelled, GenAI-Perf's {@code
 *       profile_export_genai_perf.json} (perf_analyzer, commit 4cc7650).
 *   <li>inference-perf's {@code stage_N_lifecycle_metrics.json} and {@code
 *       summary_lifecycle_metrics.json} of 0.5.0 and 0.6.1, and of the main branch of 2026 (commit
 *       010d12f), with cached tokens apart.
 * </ul>
 */
public final class BenchmarkResults {

  /** Lists with an element for each request, up to hundreds of megabytes, and not needed. */
  private static final Set<String> BY_REQUEST =
      Set.of(
          "requests",
          "input_lens",
          "output_lens",
          "ttfts",
          "itls",
          "latencies",
          "start_times",
          "queue_times",
          "generated_texts",
          "errors");

  /** Reads past those lists. */
  private static final class WithoutRequests extends JsonParserDelegate {
    WithoutRequests(JsonParser all) {
      super(all);
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
      JsonToken token = delegate.nextToken();
      while (token == JsonToken.FIELD_NAME && BY_REQUEST.contains(delegate.currentName())) {
        delegate.nextToken();
        delegate.skipChildren();
        token = delegate.nextToken();
      }
      return token;
    }
  }

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build())
          .build();

  private final String file;

  private BenchmarkResults(String file) {
    this.file = file;
  }

  /**
   * All runs in the files, in their order.
   *
   * @throws IllegalArgumentException with one line that names the file, if one cannot be read, is
   *     of none of the tools, or holds no run in which anything was served
   */
  public static List<MeasuredRun> read(List<Path> files) {
    List<MeasuredRun> runs = new ArrayList<>();
    for (Path file : files) {
      try (Reader text = Files.newBufferedReader(file)) {
        runs.addAll(read(file.toString(), text));
      } catch (NoSuchFileException e) {
        throw new IllegalArgumentException(file + ": no such file", e);
      } catch (IOException e) {
        throw new IllegalArgumentException(file + ": cannot be read: " + e.getMessage(), e);
      }
    }
    return runs;
  }

  /**
   * All runs in a text.
   *
   * @param name what error lines call it, a path or another name
   * @throws IllegalArgumentException as {@link #read(List)} does
   * @throws IOException if it cannot be read
   */
  public static List<MeasuredRun> read(String name, Reader text) throws IOException {
    BenchmarkResults results =
        new BenchmarkResults(name.substring(name.lastIndexOf(File.separatorChar) + 1));
    List<MeasuredRun> runs = new ArrayList<>();
    for (JsonNode document : documents(name, text)) {
      runs.addAll(
          results
              .runs(document)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          name
                              + ": is not a result of vllm bench serve --save-result, GuideLLM,"
                              + " AIPerf, GenAI-Perf or inference-perf")));
    }
    if (runs.isEmpty()) {
      throw new IllegalArgumentException(name + ": no run in which a request was served");
    }
    return runs;
  }

  private static List<JsonNode> documents(String name, Reader text) throws IOException {
    try (JsonParser parser = new WithoutRequests(JSON.createParser(text));
        MappingIterator<JsonNode> documents = JSON.readerFor(JsonNode.class).readValues(parser)) {
      List<JsonNode> all = documents.readAll();
      if (all.isEmpty()) {
        throw new IllegalArgumentException(name + ": empty");
      }
      // A sweep is a list of results.
      return all.size() == 1 && all.get(0).isArray() && !all.get(0).isEmpty()
          ? StreamSupport.stream(all.get(0).spliterator(), false).toList()
          : all;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(name + ": not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** The runs in a document; empty where it is of none of the tools. */
  private Optional<List<MeasuredRun>> runs(JsonNode document) {
    if (document.path("benchmarks").isArray()
        && document.path("benchmarks").path(0).has("metrics")) {
      return Optional.of(guideLlm(document));
    }
    if (document.path("request_throughput").isObject()) {
      return Optional.of(aiPerf(document));
    }
    if (document.path("request_throughput").isNumber() && document.has("total_input_tokens")) {
      return Optional.of(vllm(document));
    }
    if (document.path("successes").isObject() && document.has("load_summary")) {
      return Optional.of(inferencePerf(document));
    }
    return Optional.empty();
  }

  private List<MeasuredRun> vllm(JsonNode run) {
    double completed = run.path("completed").asDouble();
    double failed =
        run.has("failed")
            ? run.path("failed").asDouble()
            : Math.max(0, run.path("num_prompts").asDouble() - completed);
    return run(
        run.path("total_input_tokens").asDouble() / completed,
        0,
        run.path("total_output_tokens").asDouble() / completed,
        run.path("request_throughput").asDouble(),
        failed / (failed + completed),
        load(
            vllmRate(run),
            run.path("max_concurrency"),
            run.path("mean_ttft_ms").asDouble(),
            run.path("mean_tpot_ms").asDouble()),
        run.path("model_id").asText(),
        "vllm bench serve"
            + setting("concurrency", run.path("max_concurrency"))
            + setting("rate", run.path("request_rate"))
            + setting("ramp-up to rate", run.path("ramp_up_end_rps")));
  }

  /** What was asked on average: with a ramp, which is said to be of no rate, the mean of it. */
  private static double vllmRate(JsonNode run) {
    double start = run.path("ramp_up_start_rps").asDouble();
    double end = run.path("ramp_up_end_rps").asDouble();
    if (!(end > 0)) {
      return rate(run.path("request_rate"));
    }
    return run.path("ramp_up_strategy").asText().equals("exponential") && start > 0 && end != start
        ? (end - start) / Math.log(end / start)
        : (start + end) / 2;
  }

  private List<MeasuredRun> guideLlm(JsonNode report) {
    List<MeasuredRun> runs = new ArrayList<>();
    JsonNode version = report.path("metadata").path("guidellm_version");
    int number = 0;
    for (JsonNode benchmark : report.path("benchmarks")) {
      number++;
      JsonNode metrics = benchmark.path("metrics");
      JsonNode totals = firstOf(metrics.path("request_totals"), benchmark.path("request_totals"));
      double successful = totals.path("successful").asDouble();
      double errored = totals.path("errored").asDouble();
      runs.addAll(
          run(
              successful(metrics, "prompt_token_count"),
              0,
              successful(metrics, "output_token_count"),
              successful(metrics, "requests_per_second"),
              // Requests that the end of the run cut off are no failures.
              errored / Math.max(1, successful + errored),
              load(
                  rate(
                      firstOf(
                          benchmark.at("/config/strategy/rate"),
                          benchmark.at("/scheduler/strategy/rate"),
                          benchmark.at("/args/strategy/rate"))),
                  firstOf(
                      benchmark.at("/config/strategy/streams"),
                      benchmark.at("/scheduler/strategy/streams"),
                      benchmark.at("/args/strategy/streams")),
                  successful(metrics, "time_to_first_token_ms"),
                  successful(metrics, "inter_token_latency_ms")),
              benchmark.at("/worker/backend_model").asText(),
              "GuideLLM"
                  + (version.isTextual() ? " " + version.asText() : "")
                  + ", benchmark "
                  + number));
    }
    return runs;
  }

  private static double successful(JsonNode metrics, String name) {
    return metrics.path(name).path("successful").path("mean").asDouble();
  }

  private List<MeasuredRun> aiPerf(JsonNode export) {
    double failed = average(export, "error_request_count");
    double served = average(export, "request_count");
    JsonNode asked = profilingLoad(export.path("input_config"));
    JsonNode rate = asked.has("rate") ? asked.path("rate") : asked.path("request_rate");
    return run(
        average(export, "input_sequence_length"),
        0,
        average(export, "output_sequence_length"),
        average(export, "request_throughput"),
        failed > 0 ? failed / (failed + served) : 0,
        load(
            rate(rate),
            asked.path("concurrency"),
            average(export, "time_to_first_token"),
            average(export, "inter_token_latency")),
        firstOf(
                export.at("/input_config/endpoint/model_names/0"),
                export.at("/input_config/model_names/0"))
            .asText(),
        "AIPerf or GenAI-Perf"
            + setting("concurrency", asked.path("concurrency"))
            + setting("rate", rate));
  }

  /** The load that was measured: a phase since AIPerf's configuration 2.0, and before that one. */
  private static JsonNode profilingLoad(JsonNode config) {
    for (JsonNode phase : config.path("phases")) {
      if (phase.path("kind").asText(phase.path("name").asText()).equals("profiling")) {
        return phase;
      }
    }
    return config.path("loadgen");
  }

  private static double average(JsonNode export, String metric) {
    return export.path(metric).path("avg").asDouble();
  }

  private List<MeasuredRun> inferencePerf(JsonNode report) {
    JsonNode successes = report.path("successes");
    double served = successes.path("count").asDouble();
    double failed = report.path("failures").path("count").asDouble();
    JsonNode prompts = successes.path("prompt_tokens");
    JsonNode summary = report.path("load_summary");
    // Where requests are kept in flight, the rate is how many there are in all.
    boolean keepsInFlight = summary.path("concurrency").isNumber();
    JsonNode rate = summary.path(keepsInFlight ? "" : "requested_rate");
    JsonNode latency = successes.path("latency");
    return run(
        mean(successes, "prompt_tokens", "prompt_len"),
        prompts.path("cached").asDouble() / Math.max(1, served),
        mean(successes, "output_tokens", "output_len"),
        successes.path("throughput").path("requests_per_sec").asDouble(),
        failed / Math.max(1, served + failed),
        load(
            rate(rate),
            summary.path("concurrency"),
            1000 * latency.path("time_to_first_token").path("mean").asDouble(),
            1000 * latency.path("time_per_output_token").path("mean").asDouble()),
        "", // the report does not say
        "inference-perf"
            + (rate.isNumber() || keepsInFlight
                ? setting("rate", rate) + setting("concurrency", summary.path("concurrency"))
                : ", all stages together"));
  }

  /** What the server counted, else what the client did. */
  private static double mean(JsonNode successes, String server, String client) {
    double counted = successes.path(server).path("mean").asDouble();
    return counted > 0 ? counted : successes.path(client).path("mean").asDouble();
  }

  private List<MeasuredRun> run(
      double inputTokens,
      double cachedInputTokens,
      double outputTokens,
      double requestsPerSecond,
      double failedShare,
      MeasuredRun.Load load,
      String model,
      String remark) {
    if (!(requestsPerSecond > 0 && inputTokens + outputTokens > 0)
        || !Double.isFinite(requestsPerSecond + inputTokens + outputTokens)) {
      return List.of();
    }
    return List.of(
        new MeasuredRun(
            new BenchmarkPoint(
                inputTokens,
                Math.min(inputTokens, cachedInputTokens),
                outputTokens,
                requestsPerSecond),
            failedShare,
            load,
            model,
            remark + latency(load) + ", " + file));
  }

  private static String setting(String name, JsonNode value) {
    return value.isNumber() ? ", " + name + " " + value.asText() : "";
  }

  private static JsonNode firstOf(JsonNode... places) {
    return Stream.of(places).filter(p -> !p.isMissingNode()).findFirst().orElse(places[0]);
  }

  /** NaN where there is none, or no limit. */
  private static double rate(JsonNode rate) {
    return rate.isNumber() && Double.isFinite(rate.asDouble()) ? rate.asDouble() : Double.NaN;
  }

  private static MeasuredRun.Load load(
      double rate, JsonNode atOnce, double firstTokenMillis, double interTokenMillis) {
    return new MeasuredRun.Load(
        rate,
        atOnce.isNumber() ? atOnce.asDouble() : Double.POSITIVE_INFINITY,
        firstTokenMillis > 0 ? firstTokenMillis : Double.NaN,
        interTokenMillis > 0 ? interTokenMillis : Double.NaN);
  }

  private static String latency(MeasuredRun.Load load) {
    return load.firstTokenMillis() > 0 && load.interTokenMillis() > 0
        ? String.format(
            Locale.ROOT,
            ", mean TTFT %.0f ms and ITL %.1f ms",
            load.firstTokenMillis(),
            load.interTokenMillis())
        : "";
  }
}
