package dev.breakeven.api.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/**
 * The defaults of a kind's spec, as this version's CRD has them. An API server fills in those of
 * the CRD that is installed, which may be an older one where the chart does not install it.
 */
public final class SpecDefaults {

  private final JsonNode schema;

  private SpecDefaults(JsonNode schema) {
    this.schema = schema;
  }

  /** Of a kind that the build makes a CRD of. */
  public static SpecDefaults of(Class<? extends HasMetadata> kind) {
    return new SpecDefaults(StructuralSchema.partOf(kind, "spec"));
  }

  /**
   * Fills in what a spec leaves out and has a default for.
   *
   * @return the fields that were filled in, such as {@code planning.scaling}
   */
  public List<String> fillIn(JsonNode spec) {
    return StructuralSchema.fillIn(schema, spec);
  }
}
