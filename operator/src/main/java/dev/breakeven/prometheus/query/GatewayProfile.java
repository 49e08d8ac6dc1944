package dev.breakeven.prometheus.query;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How one gateway names the tokens it sends to APIs. Data: the profiles stand in {@code
 * gateway-profiles.yaml}.
 *
 * @param name as the operator's configuration writes it
 * @param title as people write it
 * @param modelLabels labels that may hold the model's name
 * @param input prompt tokens, the first metric that exists counts
 * @param cached of the prompt tokens, those the API found in its cache; may be empty
 * @param output generated tokens
 * @param requests requests; may be empty
 * @param ownGpus labels that leave out what it sends to own GPUs, unless the configuration matches
 *     those labels itself; may be empty
 * @param verified the versions that the names were checked against, and how
 * @param traps what a reader of these metrics must know
 */
public record GatewayProfile(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) String title,
    @JsonProperty(required = true) List<String> modelLabels,
    @JsonProperty(required = true) List<Metric> input,
    @JsonProperty(required = true) List<Metric> cached,
    @JsonProperty(required = true) List<Metric> output,
    @JsonProperty(required = true) List<Metric> requests,
    Map<String, String> ownGpus,
    @JsonProperty(required = true) List<String> verified,
    @JsonProperty(required = true) List<String> traps) {

  // What the file leaves out is empty.
  @SuppressWarnings({"NullAway", "ConstantValue"})
  public GatewayProfile {
    ownGpus = ownGpus == null ? Map.of() : Map.copyOf(ownGpus);
    modelLabels = List.copyOf(modelLabels);
    input = List.copyOf(input);
    cached = List.copyOf(cached);
    output = List.copyOf(output);
    requests = List.copyOf(requests);
    verified = List.copyOf(verified);
    traps = List.copyOf(traps);
  }

  /** Metrics for one of the questions of scope gateway, the first that exists counts. */
  public List<Metric> metricsFor(QueryCatalog query) {
    return switch (query) {
      case BURST_INPUT -> input;
      case BURST_CACHED -> cached;
      case BURST_OUTPUT -> output;
      case BURST_REQUESTS -> requests;
      case GATEWAY_OWN_GPUS -> ownGpus.isEmpty() ? List.of() : output;
      default -> List.of();
    };
  }

  /**
   * A counter.
   *
   * @param metric its name
   * @param matchers labels it is held to, each with an operator before its value where that is not
   *     {@code =}
   * @param plus counters whose rise is a part of the figure too, told from this one by their name
   *     or by a label; may be empty
   */
  public record Metric(
      @JsonProperty(required = true) String metric,
      @JsonProperty(required = true) Map<String, String> matchers,
      List<Metric> plus) {

    // What the file leaves out is empty.
    @SuppressWarnings({"NullAway", "ConstantValue"})
    public Metric {
      matchers = Map.copyOf(matchers);
      plus = plus == null ? List.of() : List.copyOf(plus);
    }

    /** All counters that the figure is the sum of. */
    public List<Metric> parts() {
      return Stream.concat(Stream.of(this), plus.stream()).toList();
    }
  }
}
