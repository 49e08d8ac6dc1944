package dev.breakeven.render.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.breakeven.testing.Repository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The examples that follow the advice, and what they ask Prometheus. */
final class FollowExamples {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private FollowExamples() {}

  /** The spec of KEDA's ScaledObject. */
  static JsonNode scaledObject() throws IOException {
    return document("with-keda.yaml", "ScaledObject").path("spec");
  }

  /** The spec of the HorizontalPodAutoscaler. */
  static JsonNode autoscaler() throws IOException {
    return document("with-hpa.yaml", "HorizontalPodAutoscaler").path("spec");
  }

  /** KEDA's query, as it stands there. */
  static String askedByKeda() throws IOException {
    return scaledObject().at("/triggers/0/metadata/query").asText();
  }

  /**
   * The query that prometheus-adapter makes of its rule for the HorizontalPodAutoscaler's metric:
   * the labels it selects, and the namespace it is in.
   */
  static String askedByTheAdapter() throws IOException {
    String configuration =
        document("with-hpa.yaml", "ConfigMap").path("data").path("config.yaml").asText();
    JsonNode rule = YAML.readTree(configuration).at("/externalRules/0");
    JsonNode metric = autoscaler().at("/metrics/0/external/metric");
    List<String> matchers = new ArrayList<>(List.of("namespace=\"inference\""));
    metric
        .at("/selector/matchLabels")
        .properties()
        .forEach(label -> matchers.add(label.getKey() + "=\"" + label.getValue().asText() + "\""));
    return rule.path("metricsQuery")
        .asText()
        .replace("<<.Series>>", metric.path("name").asText())
        .replace("<<.LabelMatchers>>", String.join(",", matchers));
  }

  private static JsonNode document(String file, String kind) throws IOException {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class)
            .readValues(Repository.top().resolve("examples/follow").resolve(file).toFile())) {
      while (documents.hasNext()) {
        JsonNode document = documents.next();
        if (document.path("kind").asText().equals(kind)) {
          return document;
        }
      }
    }
    throw new AssertionError("no " + kind + " in " + file);
  }
}
