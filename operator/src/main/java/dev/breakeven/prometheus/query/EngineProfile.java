package dev.breakeven.prometheus.query;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * How one serving engine names its metrics. Data: the profiles stand in {@code
 * engine-profiles.yaml}.
 *
 * @param name as a policy writes it
 * @param title as people write it
 * @param modelLabel label that holds the model's name; empty where the engine has none
 * @param inputIncludesCached whether input counts tokens found in the prefix cache, too
 * @param input prompt tokens
 * @param cached prompt tokens found in the prefix cache; may be empty
 * @param output generated tokens
 * @param requests requests finished; may be empty
 * @param waiting requests queued; may be empty
 * @param inputLengths histogram of prompt lengths, without {@code _bucket}; may be empty
 * @param outputLengths histogram of generated lengths, without {@code _bucket}; may be empty
 * @param traps what a reader of these metrics must know
 */
public record EngineProfile(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) String title,
    @JsonProperty(required = true) String modelLabel,
    @JsonProperty(required = true) boolean inputIncludesCached,
    @JsonProperty(required = true) List<Metric> input,
    @JsonProperty(required = true) List<Metric> cached,
    @JsonProperty(required = true) List<Metric> output,
    @JsonProperty(required = true) List<Metric> requests,
    @JsonProperty(required = true) List<Metric> waiting,
    @JsonProperty(required = true) List<Metric> inputLengths,
    @JsonProperty(required = true) List<Metric> outputLengths,
    @JsonProperty(required = true) List<String> traps) {

  public EngineProfile {
    input = List.copyOf(input);
    cached = List.copyOf(cached);
    output = List.copyOf(output);
    requests = List.copyOf(requests);
    waiting = List.copyOf(waiting);
    inputLengths = List.copyOf(inputLengths);
    outputLengths = List.copyOf(outputLengths);
    traps = List.copyOf(traps);
  }

  /** Metrics for one of the questions of scope engine or tail, the first that exists counts. */
  public List<Metric> metricsFor(QueryCatalog query) {
    return switch (query) {
      case SAMPLES -> output;
      case INPUT_TOKENS -> input;
      case CACHED_TOKENS -> cached;
      case OUTPUT_TOKENS -> output;
      case REQUESTS -> requests;
      case WAITING -> waiting;
      case INPUT_TAIL -> inputLengths;
      case OUTPUT_TAIL -> outputLengths;
      default -> List.of();
    };
  }

  /**
   * One metric.
   *
   * @param metric its name
   * @param kind how it is read
   * @param fold labels that tell apart what adds up within a pod; every other label is taken for a
   *     second scrape of the same thing
   * @param matchers labels it is held to
   */
  public record Metric(
      @JsonProperty(required = true) String metric,
      @JsonProperty(required = true) Kind kind,
      List<String> fold,
      Map<String, String> matchers) {

    // A list or map that the file leaves out is an empty one.
    @SuppressWarnings({"NullAway", "ConstantValue"})
    public Metric {
      fold = fold == null ? List.of() : List.copyOf(fold);
      matchers = matchers == null ? Map.of() : Map.copyOf(matchers);
    }
  }

  /** How a metric is read. */
  public enum Kind {
    /** It only rises, but for restarts: read as a rate. */
    counter,
    /** It goes up and down: read as its mean over the step. */
    gauge,
    /** Buckets of lengths: read as a quantile. */
    histogram
  }
}
