package dev.breakeven.configuration;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An engine profile of the operator's owner: other names for an engine that is known, or an engine
 * that is not.
 */
public final class EngineNames {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?");
  private static final Pattern METRIC = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  @JsonProperty(required = true)
  @JsonPropertyDescription("Name that policies write in `engine`; not one that is built in.")
  String name = "";

  @JsonProperty
  @JsonPropertyDescription(
      "Built-in engine whose metrics these are; what is not said here is as it is there. Empty: a"
          + " new engine, which needs at least `input` and `output`.")
  String basedOn = "";

  @JsonProperty
  @JsonPropertyDescription("What stands before each metric's name, such as `acme_`.")
  List<String> prefixes = List.of();

  @JsonProperty
  @JsonPropertyDescription(
      "Label with the pod's namespace, such as `k8s_namespace_name` or `exported_namespace`; empty:"
          + " `namespace`.")
  String namespaceLabel = "";

  @JsonProperty
  @JsonPropertyDescription(
      "Label with the pod's name, such as `k8s_pod_name` or `exported_pod`; empty: `pod`. `up` has"
          + " to carry both labels too, or the job to stand in `engineJobs`.")
  String podLabel = "";

  @JsonProperty
  @JsonPropertyDescription("Label with the model's name; empty: as `basedOn`, else `model_name`.")
  String modelLabel = "";

  @JsonProperty
  @JsonPropertyDescription("Counters of prompt tokens, the first that a pod has counts.")
  List<String> input = List.of();

  @JsonProperty
  @JsonPropertyDescription("Counters of prompt tokens found in the prefix cache.")
  List<String> cached = List.of();

  @JsonProperty
  @JsonPropertyDescription("Whether prompt tokens count those found in the prefix cache too.")
  boolean inputIncludesCached = true;

  @JsonProperty
  @JsonPropertyDescription("Counters of generated tokens.")
  List<String> output = List.of();

  @JsonProperty
  @JsonPropertyDescription("Counters of requests finished.")
  List<String> requests = List.of();

  @JsonProperty
  @JsonPropertyDescription("Gauges of requests queued.")
  List<String> waiting = List.of();

  @JsonProperty
  @JsonPropertyDescription("Gauges of requests in the batch.")
  List<String> running = List.of();

  @JsonProperty
  @JsonPropertyDescription("Gauges of the share of the KV cache in use, 0 to 1.")
  List<String> kvCacheUsage = List.of();

  @JsonProperty
  @JsonPropertyDescription("Histograms of seconds to the first token, without `_bucket`.")
  List<String> timeToFirstToken = List.of();

  @JsonProperty
  @JsonPropertyDescription(
      "Histograms of seconds between two tokens of an answer, without `_bucket`.")
  List<String> interToken = List.of();

  /** Its name. */
  public String name() {
    return name;
  }

  /** Name of the built-in profile that it changes, or empty. */
  public String basedOn() {
    return basedOn;
  }

  /** What stands before each metric's name. */
  public List<String> prefixes() {
    return prefixes;
  }

  /** Label with the pod's namespace, or empty. */
  public String namespaceLabel() {
    return namespaceLabel;
  }

  /** Label with the pod's name, or empty. */
  public String podLabel() {
    return podLabel;
  }

  /** Label with the model's name, or empty. */
  public String modelLabel() {
    return modelLabel;
  }

  /** Counters of prompt tokens. */
  public List<String> input() {
    return input;
  }

  /** Counters of cached prompt tokens. */
  public List<String> cached() {
    return cached;
  }

  /** Whether prompt tokens count cached ones too. */
  public boolean inputIncludesCached() {
    return inputIncludesCached;
  }

  /** Counters of generated tokens. */
  public List<String> output() {
    return output;
  }

  /** Counters of requests. */
  public List<String> requests() {
    return requests;
  }

  /** Gauges of requests queued. */
  public List<String> waiting() {
    return waiting;
  }

  /** Gauges of requests in the batch. */
  public List<String> running() {
    return running;
  }

  /** Gauges of the share of the KV cache in use. */
  public List<String> kvCacheUsage() {
    return kvCacheUsage;
  }

  /** Histograms of seconds to the first token. */
  public List<String> timeToFirstToken() {
    return timeToFirstToken;
  }

  /** Histograms of seconds between two tokens. */
  public List<String> interToken() {
    return interToken;
  }

  void check(String path) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          path + ".name: \"" + name + "\" is not a name of lower-case letters, digits and dashes");
    }
    if (basedOn.isEmpty() && (input.isEmpty() || output.isEmpty())) {
      throw new IllegalArgumentException(
          path + ": an engine that is based on none needs input and output");
    }
    for (List<String> metrics : List.of(input, cached, output, requests, waiting)) {
      for (String metric : metrics) {
        if (!METRIC.matcher(metric).matches()) {
          throw new IllegalArgumentException(path + ": \"" + metric + "\" is no metric's name");
        }
      }
    }
    for (String prefix : prefixes) {
      if (!METRIC.matcher(prefix).matches()) {
        throw new IllegalArgumentException(
            path + ".prefixes: no metric's name begins with \"" + prefix + "\"");
      }
    }
    for (String label : List.of(namespaceLabel, podLabel, modelLabel)) {
      if (!label.isEmpty() && !LABEL.matcher(label).matches()) {
        throw new IllegalArgumentException(path + ": \"" + label + "\" is no label's name");
      }
    }
  }
}
