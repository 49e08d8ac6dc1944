package dev.breakeven.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.testing.ControlPlane;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The definitions in {@code crds/}, as a real API server applies them. */
class CrdIT {

  private static final YAMLMapper YAML = new YAMLMapper(new YAMLFactory());

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static String namespace = "";

  @BeforeAll
  static void install() {
    cluster.installDefinitions();
    namespace = cluster.freshNamespace();
  }

  static List<Path> accepted() {
    return ResourceFixtures.accepted();
  }

  static List<ResourceFixtures.Refused> refused() {
    return ResourceFixtures.refused();
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void whatIsMeantWellIsAcceptedWithTheDefaultsThatFilesGetToo(Path file) {
    Manifests read = Manifests.read(List.of(file));

    List<CostPolicySpec> policies = new ArrayList<>();
    List<RateCardSpec> rateCards = new ArrayList<>();
    for (ObjectNode resource : resourcesIn(file)) {
      JsonNode stored = tryToCreate(resource);
      if (stored.get("kind").asText().equals("CostPolicy")) {
        policies.add(YAML.convertValue(stored, CostPolicy.class).getSpec());
      } else {
        rateCards.add(YAML.convertValue(stored, RateCard.class).getSpec());
      }
    }
    assertThat(policies)
        .usingRecursiveComparison()
        .withComparatorForType(BigDecimal::compareTo, BigDecimal.class)
        .isEqualTo(read.policies().stream().map(CostPolicy::getSpec).toList());
    assertThat(rateCards)
        .usingRecursiveComparison()
        .withComparatorForType(BigDecimal::compareTo, BigDecimal.class)
        .isEqualTo(read.rateCards().stream().map(RateCard::getSpec).toList());
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatCannotBeMeantIsRefusedInWordsThatAPersonUnderstands(ResourceFixtures.Refused refused) {
    assertThatThrownBy(() -> resourcesIn(refused.file()).forEach(CrdIT::tryToCreate))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(refused.field())
        .hasMessageContaining(refused.words());
  }

  @Test
  void aStatusWithEveryFieldIsKeptWhole() throws IOException {
    CostPolicyStatus full = FullStatus.status();
    CostPolicy policy =
        Manifests.parse(
                "policy",
                """
                apiVersion: breakeven.dev/v1alpha1
                kind: CostPolicy
                metadata: {name: full}
                spec: {model: m}
                """)
            .policies()
            .get(0);
    policy.getMetadata().setNamespace(namespace);
    CostPolicy created = cluster.client().resource(policy).create();
    created.setStatus(full);

    CostPolicy stored = cluster.client().resource(created).updateStatus();

    assertThat(stored.getStatus()).isEqualTo(full);
  }

  @Test
  void aStatusOfExtremeValuesIsCutAndNotRefused() throws IOException {
    CostPolicy policy =
        Manifests.parse(
                "policy",
                """
                apiVersion: breakeven.dev/v1alpha1
                kind: CostPolicy
                metadata: {name: extreme}
                spec: {model: m}
                """)
            .policies()
            .get(0);
    policy.getMetadata().setNamespace(namespace);
    CostPolicy created = cluster.client().resource(policy).create();
    CostPolicyStatus beyond = withDifferentConditions(FullStatus.beyondEveryBound());

    created.setStatus(beyond);
    assertThatThrownBy(() -> cluster.client().resource(created).updateStatus())
        .isInstanceOf(KubernetesClientException.class);
    created.setStatus(StatusBounds.fit(new ObjectMapper().valueToTree(beyond)));
    CostPolicy stored = cluster.client().resource(created).updateStatus();

    assertThat(stored.getStatus())
        .isEqualTo(StatusBounds.fit(new ObjectMapper().valueToTree(beyond)));
  }

  /** Conditions are told apart by their types, which nobody but the operator chooses. */
  private static CostPolicyStatus withDifferentConditions(CostPolicyStatus status) {
    List<CostPolicyStatus.Condition> conditions = new ArrayList<>();
    for (CostPolicyStatus.Condition c : status.conditions()) {
      conditions.add(
          new CostPolicyStatus.Condition(
              c.lastTransitionTime(),
              c.message(),
              c.observedGeneration(),
              c.reason(),
              "True",
              conditions.size() + c.type()));
    }
    return new CostPolicyStatus(
        status.advice(),
        status.alternatives(),
        status.breakeven(),
        conditions,
        status.cost(),
        status.messagesHash(),
        status.changes(),
        status.observed(),
        status.observedGeneration(),
        status.proof(),
        status.scenario(),
        status.workloads());
  }

  private static JsonNode tryToCreate(ObjectNode resource) {
    String path = "/apis/" + resource.get("apiVersion").asText();
    if (resource.path("kind").asText().equals("CostPolicy")) {
      resource.withObject("/metadata").put("namespace", namespace);
      path += "/namespaces/" + namespace + "/costpolicies";
    } else {
      path += "/ratecards";
    }
    String answer =
        cluster.client().raw(path + "?dryRun=All&fieldValidation=Strict", "POST", resource);
    try {
      return YAML.readTree(answer);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ObjectNode> resourcesIn(Path file) {
    try (var documents = YAML.readerFor(ObjectNode.class).<ObjectNode>readValues(file.toFile())) {
      return documents.readAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
