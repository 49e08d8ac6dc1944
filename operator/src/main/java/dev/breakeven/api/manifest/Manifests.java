package dev.breakeven.api.manifest;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.Excerpt;
import dev.breakeven.api.RateCard;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Resources read from YAML files without an API server. They are what the API server would have
 * stored: defaults filled in, and refused for the same reasons, each in one line with file and
 * line. Several documents may stand in one file.
 *
 * @param policies in the order of their files
 * @param rateCards in the order of their files
 */
public record Manifests(List<CostPolicy> policies, List<RateCard> rateCards) {

  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String API_VERSION = CostPolicy.GROUP + "/" + CostPolicy.VERSION;

  /** Where the API server puts what names no namespace, unless a client says otherwise. */
  private static final String DEFAULT_NAMESPACE = "default";

  private static final JsonPointer SPEC = JsonPointer.compile("/spec");
  private static final JsonPointer NAME = JsonPointer.compile("/metadata/name");

  /**
   * A text that holds manifests.
   *
   * @param name what error lines call it
   */
  public record Text(String name, String content) {}

  public Manifests {
    policies = List.copyOf(policies);
    rateCards = List.copyOf(rateCards);
  }

  /**
   * Reads files.
   *
   * @throws InvalidManifestsException with a line for each thing that is wrong in any of them
   * @throws IllegalArgumentException with one line if a file cannot be read
   */
  public static Manifests read(List<Path> files) {
    return parse(files.stream().map(file -> new Text(file.toString(), textOf(file))).toList());
  }

  /**
   * Reads a text.
   *
   * @param name what error lines call it
   * @throws InvalidManifestsException with a line for each thing that is wrong
   */
  public static Manifests parse(String name, String text) {
    return parse(List.of(new Text(name, text)));
  }

  /**
   * Reads texts, all of them even where one is wrong: whoever made two mistakes hears of both.
   *
   * @throws InvalidManifestsException with a line for each thing that is wrong in any of them
   */
  public static Manifests parse(List<Text> texts) {
    List<CostPolicy> policies = new ArrayList<>();
    List<RateCard> rateCards = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Text text : texts) {
      for (YamlTree document : documents(text, problems)) {
        HasMetadata resource = admit(text.name, document, problems).orElse(null);
        if (resource instanceof CostPolicy policy) {
          policies.add(policy);
        } else if (resource instanceof RateCard card) {
          rateCards.add(card);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidManifestsException(problems);
    }
    return new Manifests(policies, rateCards);
  }

  private static List<YamlTree> documents(Text text, List<String> problems) {
    try {
      return YamlTree.read(text.name, text.content).stream().flatMap(YamlTree::items).toList();
    } catch (IllegalArgumentException e) {
      problems.add(Objects.requireNonNullElse(e.getMessage(), text.name + ": not YAML"));
      return List.of();
    }
  }

  /** The rate card of that name, which a policy may name in {@code spec.rateCard}. */
  public Optional<RateCard> rateCard(String name) {
    return rateCards.stream().filter(card -> card.getMetadata().getName().equals(name)).findFirst();
  }

  private static String textOf(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw new IllegalArgumentException(file + ": may not be read", e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + ": not text in UTF-8", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static Optional<HasMetadata> admit(
      String name, YamlTree document, List<String> problems) {
    Class<? extends HasMetadata> kind = kindOf(document).orElse(null);
    if (kind == null) {
      problems.add(line(name, document, JsonPointer.compile("/kind"), unknownKind(document)));
      return Optional.empty();
    }
    ObjectNode resource = (ObjectNode) document.node();
    // Only the operator writes a status; applied with a spec it is ignored by the API server too.
    resource.remove("status");
    List<Refusal> refusals = new ArrayList<>(frame(resource));
    if (resource.get("spec") instanceof ObjectNode spec) {
      StructuralSchema schema = Schemas.of(kind);
      schema.fillIn(spec);
      refusals.addAll(schema.refusals(SPEC, spec));
    }
    refusals.stream()
        .sorted(Comparator.comparingInt(refusal -> document.lineOf(refusal.at())))
        .forEach(
            refusal ->
                problems.add(
                    line(
                        name, document, refusal.at(), refusal.field() + ": " + refusal.message())));
    if (!refusals.isEmpty()) {
      return Optional.empty();
    }
    try {
      HasMetadata read = JSON.convertValue(resource, kind);
      if (read instanceof CostPolicy && read.getMetadata().getNamespace() == null) {
        read.getMetadata().setNamespace(DEFAULT_NAMESPACE);
      }
      return Optional.of(read);
    } catch (IllegalArgumentException e) {
      String field =
          e.getCause() instanceof JsonMappingException mapping
              ? mapping.getPathReference() + ": "
              : "";
      problems.add(
          line(name, document, JsonPointer.empty(), field + "not what Kubernetes expects there"));
      return Optional.empty();
    }
  }

  private static Optional<Class<? extends HasMetadata>> kindOf(YamlTree document) {
    String apiVersion = document.node().path("apiVersion").asText();
    String kind = document.node().path("kind").asText();
    for (Class<? extends HasMetadata> known : Schemas.KINDS) {
      if (apiVersion.equals(API_VERSION) && kind.equals(known.getSimpleName())) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  private static String unknownKind(YamlTree document) {
    String apiVersion = document.node().path("apiVersion").asText();
    String kind = document.node().path("kind").asText();
    return "neither a CostPolicy nor a RateCard of apiVersion %s, but %s"
        .formatted(
            API_VERSION,
            kind.isEmpty() ? "no kind" : Excerpt.of((apiVersion + " " + kind).strip()));
  }

  /** What is wrong outside the spec. */
  private static List<Refusal> frame(ObjectNode resource) {
    List<Refusal> refusals = new ArrayList<>();
    for (String field : List.of("metadata", "spec")) {
      if (!resource.path(field).isObject()) {
        refusals.add(
            new Refusal(JsonPointer.empty().appendProperty(field), "Required value: an object"));
      }
    }
    resource
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!List.of("apiVersion", "kind", "metadata", "spec").contains(field)) {
                refusals.add(
                    new Refusal(
                        JsonPointer.empty().appendProperty(field),
                        "unknown field; there are apiVersion, kind, metadata, spec"));
              }
            });
    JsonNode named = resource.at(NAME);
    if (!named.isTextual()) {
      refusals.add(new Refusal(NAME, "Required value: a name in quotes"));
    } else if (!named.asText().matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")) {
      refusals.add(
          new Refusal(
              NAME,
              "must be a Kubernetes name: at most 253 lower-case letters, digits, - and ., starting"
                  + " and ending with a letter or digit"));
    }
    return refusals;
  }

  private static String line(String name, YamlTree document, JsonPointer at, String what) {
    return "%s:%d: %s".formatted(name, document.lineOf(at), what.replaceAll("\\s+", " "));
  }

  /** The schemas, made when the first file is read and not before: an operator reads none. */
  private static final class Schemas {

    static final List<Class<? extends HasMetadata>> KINDS =
        List.of(CostPolicy.class, RateCard.class);

    private static final Map<Class<? extends HasMetadata>, StructuralSchema> BY_KIND = load();

    static StructuralSchema of(Class<? extends HasMetadata> kind) {
      return Objects.requireNonNull(BY_KIND.get(kind));
    }

    private static Map<Class<? extends HasMetadata>, StructuralSchema> load() {
      CelRules rules = new CelRules();
      return Map.of(
          CostPolicy.class, StructuralSchema.ofSpec(CostPolicy.class, rules),
          RateCard.class, StructuralSchema.ofSpec(RateCard.class, rules));
    }
  }
}
