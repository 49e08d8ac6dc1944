package dev.breakeven.cli.discover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakeven.api.RateCard;
import dev.breakeven.api.RateCardSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Optional;

/**
 * The rate card that a cluster has, with what only a newer version knows. It is written whole when
 * offers are added: what a server-side apply leaves out, it takes away from what the same manager
 * applied before.
 *
 * @param card as the API server gives it; an empty object where there is none
 */
record ExistingCard(JsonNode card) {

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** Of a cluster without one. */
  static final ExistingCard NONE = new ExistingCard(JSON.createObjectNode());

  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  static ExistingCard of(KubernetesClient client, String name) {
    return new ExistingCard(
        Optional.ofNullable(
                client
                    .genericKubernetesResources(
                        ResourceDefinitionContext.fromResourceType(RateCard.class))
                    .withName(name)
                    .get())
            .<JsonNode>map(JSON::valueToTree)
            .orElse(NONE.card));
  }

  /** Whether no offer of the card has the name of this one. */
  boolean hasNone(RateCardSpec.Offer offer) {
    return card.at("/spec/offers").findValuesAsText("name").stream()
        .noneMatch(offer.name()::equals);
  }

  /** The card with these offers at its end, as lines of a manifest. */
  List<String> with(List<RateCardSpec.Offer> added) {
    ObjectNode whole = JSON.createObjectNode();
    whole.set("apiVersion", card.path("apiVersion"));
    whole.set("kind", card.path("kind"));
    ObjectNode metadata = whole.putObject("metadata");
    for (String kept : List.of("name", "labels", "annotations")) {
      if (card.at("/metadata/" + kept).deepCopy() instanceof ObjectNode named) {
        named.remove(LAST_APPLIED);
        metadata.set(kept, named);
      } else if (card.path("metadata").has(kept)) {
        metadata.set(kept, card.at("/metadata/" + kept));
      }
    }
    ObjectNode spec = card.path("spec").deepCopy();
    ArrayNode offers = spec.withArray("offers");
    StarterOffers.tree(added).forEach(offers::add);
    whole.set("spec", spec);
    return StarterOffers.yaml(whole);
  }
}
