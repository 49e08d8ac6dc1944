package dev.breakeven.operator.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.RateCard;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.api.manifest.SpecDefaults;
import dev.breakeven.cluster.OutageLog;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads resources one by one, so that one that does not fit this version's types, as after a
 * rollback or while two versions are installed, stops none of the others: it has its metadata and
 * no spec, and an annotation in this process says why. A status that does not fit is none. What an
 * older CRD has no default for is filled in.
 */
public final class TolerantDecoding {

  /** Of a resource without a spec: why it cannot be read. Never written to the API server. */
  static final String UNREADABLE = "breakeven.dev/unreadable";

  private static final int MAX_REASON_CHARS = 300;

  /** Nobody here reads these, and anybody may put 256 KiB into each resource's annotations. */
  private static final List<String> NOT_KEPT = List.of("annotations", "labels");

  /** Unknown fields are another version's, and no reason to refuse the known ones. */
  private static final ObjectMapper TYPED =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private TolerantDecoding() {}

  /**
   * For the mapper with which a client reads the API server's answers.
   *
   * @param outages logs CRDs of an older version
   */
  static SimpleModule module(OutageLog outages) {
    SimpleModule module = new SimpleModule("breakeven");
    module.addDeserializer(
        CostPolicy.class,
        new Tolerant<>(
            CostPolicy.class,
            CostPolicySpec.class,
            CostPolicyStatus.class,
            CostPolicy::new,
            outages));
    module.addDeserializer(
        RateCard.class,
        new Tolerant<>(RateCard.class, RateCardSpec.class, null, RateCard::new, outages));
    return module;
  }

  /** Why a resource cannot be read; empty where it can. */
  public static String whyUnreadable(CustomResource<?, ?> resource) {
    if (resource.getSpec() != null) {
      return "";
    }
    Map<String, String> annotations = resource.getMetadata().getAnnotations();
    return annotations == null
        ? "it has no spec"
        : annotations.getOrDefault(UNREADABLE, "it has no spec");
  }

  private static final class Tolerant<S, T, R extends CustomResource<S, T>>
      extends JsonDeserializer<R> {

    private final Class<R> type;
    private final Class<S> spec;
    private final @Nullable Class<T> status;
    private final Supplier<R> empty;
    private final String crd;
    private final SpecDefaults defaults;
    private final OutageLog outages;

    /** The field that the CRD has no default for; empty where it has them all. */
    private volatile String lacking = "";

    Tolerant(
        Class<R> type,
        Class<S> spec,
        @Nullable Class<T> status,
        Supplier<R> empty,
        OutageLog outages) {
      this.type = type;
      this.spec = spec;
      this.status = status;
      this.empty = empty;
      this.crd = "CRD " + HasMetadata.getFullResourceName(type);
      this.defaults = SpecDefaults.of(type);
      this.outages = outages;
    }

    @Override
    public R deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      JsonNode tree = TYPED.readTree(parser);
      if (tree.path("metadata") instanceof ObjectNode metadata) {
        metadata.remove(NOT_KEPT);
      }
      fillIn(tree.path("spec"));
      try {
        return TYPED.treeToValue(tree, type);
      } catch (JsonProcessingException | IllegalArgumentException e) {
        return piecewise(tree);
      }
    }

    private void fillIn(JsonNode given) {
      // A resource without the parent of the field shows nothing about the CRD.
      boolean isKnownNow = has(given, lacking);
      List<String> filled = defaults.fillIn(given);
      if (filled.isEmpty() && isKnownNow) {
        lacking = "";
        outages.ended(crd);
      } else if (!filled.isEmpty()) {
        lacking = filled.get(0);
        outages.failed(
            crd,
            "it is an older version's, without spec."
                + filled.get(0)
                + ": apply this version's CRDs");
      }
    }

    /** Whether there is a field, such as {@code planning.scaling}; in a list, of some item. */
    private static boolean has(JsonNode value, String path) {
      Stream<JsonNode> found = Stream.of(value);
      for (String name : path.isEmpty() ? new String[0] : path.split("\\.", -1)) {
        found =
            found.flatMap(v -> v.isArray() ? v.valueStream() : Stream.of(v)).map(v -> v.path(name));
      }
      return found.anyMatch(v -> !v.isMissingNode());
    }

    private R piecewise(JsonNode tree) throws IOException {
      R resource = empty.get();
      ObjectMeta metadata = TYPED.treeToValue(tree.path("metadata"), ObjectMeta.class);
      resource.setMetadata(metadata == null ? new ObjectMeta() : metadata);
      try {
        resource.setSpec(TYPED.treeToValue(tree.path("spec"), spec));
      } catch (JsonProcessingException | IllegalArgumentException e) {
        resource.setMetadata(
            new ObjectMetaBuilder(resource.getMetadata())
                .addToAnnotations(UNREADABLE, reason(e))
                .build());
      }
      if (status != null) {
        try {
          resource.setStatus(TYPED.treeToValue(tree.path("status"), status));
        } catch (JsonProcessingException | IllegalArgumentException e) {
          // Treated as missing, so that a new one is written.
          return resource;
        }
      }
      return resource;
    }

    private static String reason(Exception e) {
      String message =
          e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
      String path =
          e instanceof JsonMappingException mapping
              ? mapping.getPath().stream()
                  .map(
                      step ->
                          step.getFieldName() == null
                              ? "[" + step.getIndex() + "]"
                              : "." + step.getFieldName())
                  .reduce("spec", String::concat)
              : "spec";
      String all = path + ": " + message;
      return all.length() <= MAX_REASON_CHARS ? all : all.substring(0, MAX_REASON_CHARS);
    }
  }
}
