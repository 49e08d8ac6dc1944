package dev.breakeven.prometheus.query;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How one serving engine names its metrics. Data: the profiles stand in {@code
 * engine-profiles.yaml} and in the operator's configuration.
 *
 * @param name as a policy writes it
 * @param title as people write it
 * @param modelLabel label that holds the model's name; empty where the engine has none
 * @param namespaceLabel label that holds the pod's namespace, {@code namespace} unless said
 * @param podLabel label that holds the pod's name, {@code pod} unless said
 * @param prefixes what may stand before each metric's name, none first: platforms store an engine's
 *     metrics under names of their own
 * @param splits labels by which the engine splits a count, whose parts add up however alike they
 *     are
 * @param inputIncludesCached whether input counts tokens found in the prefix cache, too
 * @param input prompt tokens
 * @param cached prompt tokens found in the prefix cache; may be empty
 * @param output generated tokens
 * @param requests requests finished; may be empty
 * @param waiting requests queued; may be empty
 * @param running requests in the batch; may be empty
 * @param kvCacheUsage share of the KV cache in use, 0 to 1; may be empty
 * @param timeToFirstToken histogram of seconds, without {@code _bucket}; may be empty
 * @param interToken histogram of seconds between two tokens of an answer; may be empty
 * @param inputLengths histogram of prompt lengths, without {@code _bucket}; may be empty
 * @param outputLengths histogram of generated lengths, without {@code _bucket}; may be empty
 * @param verified the versions that the names were checked against, and how
 * @param traps what a reader of these metrics must know
 */
public record EngineProfile(
    @JsonProperty(required = true) String name,
    String title,
    String modelLabel,
    String namespaceLabel,
    String podLabel,
    List<String> prefixes,
    List<String> splits,
    Boolean inputIncludesCached,
    @JsonProperty(required = true) List<Metric> input,
    List<Metric> cached,
    @JsonProperty(required = true) List<Metric> output,
    List<Metric> requests,
    List<Metric> waiting,
    List<Metric> running,
    List<Metric> kvCacheUsage,
    List<Metric> timeToFirstToken,
    List<Metric> interToken,
    List<Metric> inputLengths,
    List<Metric> outputLengths,
    List<String> verified,
    List<String> traps) {

  // What the file leaves out has a default.
  @SuppressWarnings({"NullAway", "ConstantValue"})
  public EngineProfile {
    title = title == null ? name : title;
    modelLabel = modelLabel == null ? "model_name" : modelLabel;
    namespaceLabel = namespaceLabel == null ? "namespace" : namespaceLabel;
    podLabel = podLabel == null ? "pod" : podLabel;
    prefixes = prefixes == null ? List.of("") : List.copyOf(prefixes);
    splits = orNone(splits);
    inputIncludesCached = inputIncludesCached == null || inputIncludesCached;
    input = orNone(input);
    cached = orNone(cached);
    output = orNone(output);
    requests = orNone(requests);
    waiting = orNone(waiting);
    running = orNone(running);
    kvCacheUsage = orNone(kvCacheUsage);
    timeToFirstToken = orNone(timeToFirstToken);
    interToken = orNone(interToken);
    inputLengths = orNone(inputLengths);
    outputLengths = orNone(outputLengths);
    verified = orNone(verified);
    traps = orNone(traps);
  }

  @SuppressWarnings({"NullAway", "ConstantValue"})
  private static <T> List<T> orNone(List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  /** Metrics for one of the questions of scope engine or tail, the first that exists counts. */
  public List<Metric> metricsFor(QueryCatalog query) {
    List<Metric> plain =
        switch (query) {
          case SAMPLES -> output;
          case INPUT_TOKENS -> input;
          case CACHED_TOKENS -> cached;
          case OUTPUT_TOKENS, RESTARTS -> output;
          case REQUESTS -> requests;
          case WAITING -> waiting;
          case RUNNING -> running;
          case KV_CACHE_USAGE -> kvCacheUsage;
          case TIME_TO_FIRST_TOKEN -> timeToFirstToken;
          case INTER_TOKEN -> interToken;
          case INPUT_TAIL -> inputLengths;
          case OUTPUT_TAIL -> outputLengths;
          default -> List.of();
        };
    if (prefixes.equals(List.of(""))) {
      return plain;
    }
    List<Metric> all = new ArrayList<>();
    for (String prefix : prefixes) {
      for (Metric metric : plain) {
        all.add(metric.after(prefix));
      }
    }
    return all;
  }

  /** A regular expression of names under which forks and collectors may store its output. */
  public String namesLikeItsOutput() {
    return metricsFor(QueryCatalog.OUTPUT_TOKENS).stream()
        .map(m -> m.metric().replaceFirst("^.*:", "").replaceFirst("_total$", ""))
        .map(name -> ".*" + PromQl.literalRegex(name) + "(_total)*")
        .distinct()
        .collect(Collectors.joining("|"));
  }

  // Ray exports vllm:prompt_tokens as ray_vllm_prompt_tokens: a colon does not survive there.
  private static String prefixed(String prefix, String metric) {
    return prefix.startsWith("ray_") ? prefix + metric.replace(':', '_') : prefix + metric;
  }

  /** Whether the engine's series name the model that they serve. */
  @JsonIgnore
  public boolean hasModelLabel() {
    return !modelLabel.isEmpty();
  }

  /**
   * One metric.
   *
   * @param metric its name
   * @param kind how it is read
   * @param fold of a gauge, labels that tell apart what adds up within a pod; every other label is
   *     taken for another view of the same. Counters need none: all within one scrape adds up
   * @param matchers labels it is held to
   * @param of of cached tokens, the counter that this is a part of, where neither need be in
   *     tokens: that part of the prompt tokens is read; empty where this counts tokens
   */
  public record Metric(
      @JsonProperty(required = true) String metric,
      @JsonProperty(required = true) Kind kind,
      List<String> fold,
      Map<String, String> matchers,
      String of) {

    // A list or map that the file leaves out is an empty one.
    @SuppressWarnings({"NullAway", "ConstantValue"})
    public Metric {
      fold = fold == null ? List.of() : List.copyOf(fold);
      matchers = matchers == null ? Map.of() : Map.copyOf(matchers);
      of = of == null ? "" : of;
    }

    Metric after(String prefix) {
      return new Metric(
          prefixed(prefix, metric), kind, fold, matchers, of.isEmpty() ? of : prefixed(prefix, of));
    }
  }

  /** How a metric is read. */
  public enum Kind {
    /** It only rises, but for restarts: read as its rise. */
    counter,
    /** It goes up and down: read as its mean over the step. */
    gauge,
    /** Buckets of lengths: read as a quantile. */
    histogram
  }
}
