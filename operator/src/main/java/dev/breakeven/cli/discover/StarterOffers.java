package dev.breakeven.cli.discover;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.api.manifest.Manifests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * The list prices of the models that are hosted most, each with its source and its day: those of
 * {@code examples/rate-card.yaml}, which the build packs.
 */
final class StarterOffers {

  private static final String CARD = "rate-card.yaml";

  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .serializationInclusion(JsonInclude.Include.NON_EMPTY)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .build();

  private StarterOffers() {}

  /** Those of the same weights as some models, named as rate cards do, in the card's order. */
  static List<RateCardSpec.Offer> of(List<String> models) {
    try (InputStream packed =
        Objects.requireNonNull(StarterOffers.class.getResourceAsStream(CARD), CARD)) {
      return Manifests.parse(CARD, new String(packed.readAllBytes(), StandardCharsets.UTF_8))
          .rateCards()
          .get(0)
          .getSpec()
          .offers()
          .stream()
          .filter(offer -> models.contains(offer.model()))
          .filter(offer -> offer.comparability() != RateCardSpec.Comparability.DIFFERENT)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a list in a manifest, without what is empty. */
  static ArrayNode tree(List<RateCardSpec.Offer> offers) {
    ArrayNode list = YAML.valueToTree(offers);
    list.forEach(
        offer ->
            ((ObjectNode) offer)
                .properties()
                .removeIf(f -> f.getValue().isEmpty() && f.getValue().isContainerNode()));
    return list;
  }

  /** Part of a manifest as its lines. */
  static List<String> yaml(JsonNode part) {
    try {
      return YAML.writeValueAsString(part).lines().toList();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("offers could not be written", e);
    }
  }
}
