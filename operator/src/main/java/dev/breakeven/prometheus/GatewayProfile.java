package dev.breakeven.prometheus;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * How one gateway names the tokens it sends to APIs. Data: the profiles stand in {@code
 * gateway-profiles.yaml}.
 *
 * @param name as the operator's configuration writes it
 * @param title as people write it
 * @param modelLabels labels that may hold the model's name
 * @param input prompt tokens, the first metric that exists counts
 * @param output generated tokens
 * @param traps what a reader of these metrics must know
 */
public record GatewayProfile(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) String title,
    @JsonProperty(required = true) List<String> modelLabels,
    @JsonProperty(required = true) List<Metric> input,
    @JsonProperty(required = true) List<Metric> output,
    @JsonProperty(required = true) List<String> traps) {

  public GatewayProfile {
    modelLabels = List.copyOf(modelLabels);
    input = List.copyOf(input);
    output = List.copyOf(output);
    traps = List.copyOf(traps);
  }

  /**
   * A counter.
   *
   * @param metric its name
   * @param matchers labels it is held to
   */
  public record Metric(
      @JsonProperty(required = true) String metric,
      @JsonProperty(required = true) Map<String, String> matchers) {

    public Metric {
      matchers = Map.copyOf(matchers);
    }
  }
}
