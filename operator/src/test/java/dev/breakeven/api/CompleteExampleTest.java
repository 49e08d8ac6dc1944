package dev.breakeven.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakeven.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example that is there to show every field does. */
class CompleteExampleTest {

  private static final Path EXAMPLE = Repository.top().resolve("examples/complete.yaml");
  private static final JsonNode SPEC =
      CustomResourceDefinitions.treeOf(CostPolicy.class)
          .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
  private static final Pattern LINE_WITH_DEFAULT =
      Pattern.compile("(?m)^[ -]*(\\w+):.*# default: ([^;,\\n]+)");

  @Test
  void everyFieldOfAPolicyStandsInIt() throws IOException {
    Set<String> fields = new TreeSet<>();
    fieldsOf("spec", SPEC, fields);
    Set<String> shown = new HashSet<>();
    shownIn("spec", new YAMLMapper().readTree(EXAMPLE.toFile()).get("spec"), shown);

    // Either of two, not both: prices or an offer, a capacity or benchmarks.
    fields.remove("api.offer");
    fields.remove("selfHost.benchmarks");
    assertThat(shown).containsAll(fields);
  }

  @Test
  void theDefaultsItSpeaksOfAreThoseOfTheSchema() throws IOException {
    Map<String, Set<String>> defaults = new TreeMap<>();
    defaultsOf(SPEC, defaults);
    defaultsOfAWorkload(defaults);

    int spokenOf = 0;
    Matcher line = LINE_WITH_DEFAULT.matcher(Files.readString(EXAMPLE));
    while (line.find()) {
      spokenOf++;
      assertThat(defaults.get(line.group(1))).as(line.group(1)).contains(line.group(2).strip());
    }
    assertThat(spokenOf).isGreaterThan(20);
  }

  /** Fields by their own and their parent's name: gpu.perReplica is one, wherever it stands. */
  private static void fieldsOf(String parent, JsonNode schema, Set<String> fields) {
    schema
        .path("properties")
        .properties()
        .forEach(
            field -> {
              fields.add(parent + "." + field.getKey());
              fieldsOf(field.getKey(), field.getValue(), fields);
              fieldsOf(field.getKey(), field.getValue().path("items"), fields);
            });
  }

  private static void shownIn(String parent, JsonNode value, Set<String> shown) {
    value
        .properties()
        .forEach(
            field -> {
              shown.add(parent + "." + field.getKey());
              shownIn(field.getKey(), field.getValue(), shown);
              if (field.getValue().isArray()) {
                field.getValue().forEach(item -> shownIn(field.getKey(), item, shown));
              }
            });
  }

  /** Items of lists have theirs from the types: an API server drops defaults of list items. */
  private static void defaultsOfAWorkload(Map<String, Set<String>> defaults) {
    JsonMapper json = JsonMapper.builder().build();
    json.valueToTree(json.convertValue(Map.of("name", "chat"), CostPolicySpec.Workload.class))
        .properties()
        .forEach(
            field ->
                defaults
                    .computeIfAbsent(field.getKey(), name -> new TreeSet<>())
                    .add(field.getValue().asText()));
  }

  private static void defaultsOf(JsonNode schema, Map<String, Set<String>> defaults) {
    schema
        .path("properties")
        .properties()
        .forEach(
            field -> {
              if (field.getValue().has("default")) {
                defaults
                    .computeIfAbsent(field.getKey(), name -> new TreeSet<>())
                    .add(field.getValue().get("default").asText());
              }
              defaultsOf(field.getValue(), defaults);
              defaultsOf(field.getValue().path("items"), defaults);
            });
  }
}
