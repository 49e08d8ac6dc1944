package dev.breakeven.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakeven.advice.Action;
import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Verdict;
import dev.breakeven.api.CostPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The words that a status may say are those of the core, or an API server would refuse it. */
class StatusWordsTest {

  @Test
  void verdictActionAndConfidenceAreTheCoresWords() throws IOException {
    assertThat(choicesOf("verdict"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Verdict.values()).map(Verdict::label).toList());
    assertThat(choicesOf("action"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Action.values()).map(Action::label).toList());
    assertThat(choicesOf("confidence"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Advice.Confidence.values()).map(Advice.Confidence::label).toList());
  }

  private static List<String> choicesOf(String field) throws IOException {
    try (InputStream crd =
        CostPolicy.class.getResourceAsStream(
            "/META-INF/fabric8/costpolicies.breakeven.dev-v1.yml")) {
      JsonNode choices =
          new YAMLMapper()
              .readTree(crd)
              .at(
                  "/spec/versions/0/schema/openAPIV3Schema/properties/status/properties/advice"
                      + "/properties/"
                      + field
                      + "/enum");
      return StreamSupport.stream(choices.spliterator(), false).map(JsonNode::asText).toList();
    }
  }
}
