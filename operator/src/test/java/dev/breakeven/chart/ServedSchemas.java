package dev.breakeven.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * The schemas of every kind that an API server serves, as files for kubeconform, in its strict
 * form: a field that the server does not know is an error. The server's own schemas are of the very
 * version that the tests run against, and hold this project's kinds too.
 */
final class ServedSchemas {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  private ServedSchemas() {}

  /**
   * Writes {@code KIND-GROUP-VERSION.json} files, named as kubeconform looks for them.
   *
   * @param newest a group and version that was added last: an API server publishes its schema some
   *     moments after it serves it
   */
  static void write(KubernetesClient client, String newest, Path directory) {
    JsonNode groups = read(client, "/openapi/v3").path("paths");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!groups.has("apis/" + newest)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the API server publishes no schema of " + newest);
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
      groups = read(client, "/openapi/v3").path("paths");
    }
    groups
        .properties()
        .forEach(
            group -> {
              if (group.getKey().matches("api/v1|apis/[^/]+/[^/]+")) {
                writeGroup(
                    read(client, group.getValue().path("serverRelativeURL").asText()), directory);
              }
            });
  }

  /** Writes the same for what a definition defines, without serving it. */
  static void writeDefined(Path definition, Path directory) {
    try {
      JsonNode spec = YAML.readTree(definition.toFile()).path("spec");
      for (JsonNode version : spec.path("versions")) {
        JsonNode schema = version.path("schema").path("openAPIV3Schema");
        refuseUnknownFields(schema);
        String file =
            fileName(
                spec.path("names").path("kind").asText(),
                spec.path("group").asText(),
                version.path("name").asText());
        Files.write(directory.resolve(file), JSON.writeValueAsBytes(schema));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeGroup(JsonNode document, Path directory) {
    ObjectNode schemas = (ObjectNode) document.path("components").path("schemas");
    schemas.forEach(ServedSchemas::refuseUnknownFields);
    schemas
        .properties()
        .forEach(
            schema ->
                schema
                    .getValue()
                    .path("x-kubernetes-group-version-kind")
                    .forEach(kind -> write(kind, schema.getKey(), schemas, directory)));
  }

  private static void write(JsonNode kind, String name, ObjectNode schemas, Path directory) {
    ObjectNode root = JSON.createObjectNode();
    root.put("$ref", "#/components/schemas/" + name);
    root.putObject("components").set("schemas", schemas);
    String file =
        fileName(
            kind.path("kind").asText(), kind.path("group").asText(), kind.path("version").asText());
    try {
      Files.write(directory.resolve(file), JSON.writeValueAsBytes(root));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String fileName(String kind, String group, String version) {
    return (kind
            + (group.isEmpty() ? "" : "-" + group.split("\\.", 2)[0])
            + "-"
            + version
            + ".json")
        .toLowerCase(Locale.ROOT);
  }

  private static void refuseUnknownFields(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("properties").isObject()
        && !object.has("additionalProperties")
        && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      object.put("additionalProperties", false);
    }
    schema.forEach(ServedSchemas::refuseUnknownFields);
  }

  private static JsonNode read(KubernetesClient client, String path) {
    try {
      return JSON.readTree(client.raw(path));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(path + ": " + e.getOriginalMessage(), e);
    }
  }
}
