package dev.breakeven.render.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakeven.testing.Repository;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What keeps a follower where it is, and moves it all the way; operator/src/test/follow shows it.
 */
class FollowExamplesTest {

  static Stream<JsonNode> behaviors() throws IOException {
    return Stream.of(
        FollowExamples.scaledObject().at("/advanced/horizontalPodAutoscalerConfig/behavior"),
        FollowExamples.autoscaler().path("behavior"));
  }

  @Test
  void aMissingFigureIsNoFigureForKeda() throws IOException {
    JsonNode spec = FollowExamples.scaledObject();

    assertThat(spec.at("/triggers/0/metadata/ignoreNullValues").asText()).isEqualTo("false");
    assertThat(spec.has("fallback")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("behaviors")
  void aChangeByOneReplicaOfManyIsFollowed(JsonNode behavior) {
    assertThat(behavior.at("/scaleUp/tolerance").asText()).isEqualTo("0");
    assertThat(behavior.at("/scaleDown/tolerance").asText()).isEqualTo("0");
  }

  @ParameterizedTest
  @MethodSource("behaviors")
  void theAdviceIsReachedInOneStepAndHeldOnlyByThePlan(JsonNode behavior) throws IOException {
    assertThat(behavior.at("/scaleUp/policies/0/value").asInt())
        .isGreaterThanOrEqualTo(mostReplicas());
    assertThat(behavior.at("/scaleUp/stabilizationWindowSeconds").asInt()).isZero();
    assertThat(behavior.at("/scaleDown/stabilizationWindowSeconds").asInt(-1)).isZero();
  }

  @Test
  void theAdviceIsNotCutOffBelowWhatAPolicyMayBeAdvised() throws IOException {
    assertThat(FollowExamples.scaledObject().path("maxReplicaCount").asInt())
        .isEqualTo(mostReplicas());
    assertThat(FollowExamples.autoscaler().path("maxReplicas").asInt()).isEqualTo(mostReplicas());
  }

  /** The most that a policy may be advised that does not say. */
  private static int mostReplicas() throws IOException {
    return new YAMLMapper()
        .readTree(Repository.top().resolve("crds/costpolicies.breakeven.dev.yaml").toFile())
        .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/selfHost")
        .at("/properties/maxReplicas/default")
        .asInt();
  }
}
