package dev.breakeven.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The CRDs as they are committed. They come from the build's CRD generator; two things it does are
 * put right: it sorts printer columns by path, here they stand in the order they are declared in;
 * and it writes whole numbers as {@code 1.0E9}.
 */
final class CustomResourceDefinitions {

  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder()
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .build());

  private CustomResourceDefinitions() {}

  /** Every resource there is. */
  static List<Class<? extends HasMetadata>> kinds() {
    return List.of(CostPolicy.class, RateCard.class);
  }

  /** Name of a resource's CRD. */
  static String nameOf(Class<? extends HasMetadata> kind) {
    return HasMetadata.getFullResourceName(kind);
  }

  /** A resource's CRD as a tree. */
  static ObjectNode treeOf(Class<? extends HasMetadata> kind) {
    String resource = "/META-INF/fabric8/" + nameOf(kind) + "-v1.yml";
    try (InputStream generated = kind.getResourceAsStream(resource)) {
      ObjectNode crd =
          (ObjectNode)
              YAML.readTree(Objects.requireNonNull(generated, "not generated: " + resource));
      ObjectNode version = (ObjectNode) crd.at("/spec/versions/0");
      version.set("additionalPrinterColumns", columnsAsDeclared(kind, version));
      return (ObjectNode) wholeNumbersAsSuch(crd);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A resource's CRD as YAML, to apply by hand. */
  static String yamlOf(Class<? extends HasMetadata> kind) {
    return "# Generated from " + kind.getName() + ".java: do not edit.\n" + write(treeOf(kind));
  }

  /** A resource's CRD as a template of the chart, which keeps it when the chart goes. */
  static String chartTemplateOf(Class<? extends HasMetadata> kind) {
    ObjectNode crd = treeOf(kind);
    crd.withObject("/metadata/annotations").put("helm.sh/resource-policy", "keep");
    return "{{- /* Generated from %s.java: do not edit. */ -}}\n".formatted(kind.getName())
        + "{{- if .Values.crds.install }}\n"
        + write(crd)
        + "{{- end }}\n";
  }

  private static String write(JsonNode tree) {
    try {
      return YAML.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ArrayNode columnsAsDeclared(
      Class<? extends HasMetadata> kind, ObjectNode version) {
    List<String> declared =
        Stream.of(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    ArrayNode generated = version.withArray("additionalPrinterColumns");
    ArrayNode sorted = YAML.createArrayNode();
    IntStream.range(0, generated.size())
        .mapToObj(generated::get)
        .map(CustomResourceDefinitions::withoutDefaultPriority)
        .sorted(Comparator.comparingInt(column -> declared.indexOf(column.get("name").asText())))
        .forEach(sorted::add);
    return sorted;
  }

  /** An API server stores no priority of 0: one that is applied is a change for ever. */
  private static JsonNode withoutDefaultPriority(JsonNode column) {
    if (column.path("priority").asInt() == 0) {
      ((ObjectNode) column).remove("priority");
    }
    return column;
  }

  private static JsonNode wholeNumbersAsSuch(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().forEach(field -> field.setValue(wholeNumbersAsSuch(field.getValue())));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, wholeNumbersAsSuch(array.get(i)));
      }
    } else if (node.isFloatingPointNumber() && node.doubleValue() == node.longValue()) {
      long whole = node.longValue();
      return (int) whole == whole ? IntNode.valueOf((int) whole) : LongNode.valueOf(whole);
    }
    return node;
  }
}
