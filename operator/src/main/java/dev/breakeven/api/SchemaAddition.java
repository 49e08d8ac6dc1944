package dev.breakeven.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * Adds to a generated schema what no annotation can say: list types, required metadata, the choices
 * of a string. Its input is a piece of a schema as JSON, which is laid over the generated one to
 * any depth; the generator's own merge patch replaces a property whole.
 */
public final class SchemaAddition implements SchemaCustomizer.Customizer {

  @Override
  public JSONSchemaProps apply(
      JSONSchemaProps generated, String input, KubernetesSerialization serialization) {
    ObjectNode schema = serialization.convertValue(generated, ObjectNode.class);
    layOver(schema, serialization.unmarshal(input, ObjectNode.class));
    return serialization.convertValue(schema, JSONSchemaProps.class);
  }

  private static void layOver(ObjectNode under, ObjectNode over) {
    over.properties()
        .forEach(
            field -> {
              JsonNode below = under.get(field.getKey());
              if (below instanceof ObjectNode object
                  && field.getValue() instanceof ObjectNode more) {
                layOver(object, more);
              } else if (below == null && field.getValue().isObject()) {
                throw new IllegalArgumentException("no " + field.getKey() + " in the schema");
              } else {
                under.set(field.getKey(), field.getValue());
              }
            });
  }
}
