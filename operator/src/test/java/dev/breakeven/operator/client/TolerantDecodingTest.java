package dev.breakeven.operator.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.cluster.OutageLog;
import dev.breakeven.testing.ChatPolicy;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class TolerantDecodingTest {

  private static final ObjectMapper PLAIN = new ObjectMapper();

  private final OutageLog outages = new OutageLog(Clock.systemUTC());
  private final ObjectMapper mapper =
      new ObjectMapper().registerModule(TolerantDecoding.module(outages));

  private static ObjectNode policy(String planning) {
    return PLAIN.valueToTree(ChatPolicy.with("[]", "  planning: " + planning + "\n").policy());
  }

  private void read(ObjectNode policy) throws JsonProcessingException {
    assertThat(mapper.treeToValue(policy, CostPolicy.class).getSpec()).isNotNull();
  }

  /** By an older CRD without a default for the percentile. */
  @Test
  void whatLacksThePartThatAFieldStandsInDoesNotTellThatTheCrdHasTheField() throws Exception {
    ObjectNode without = policy("{slo: {ttftSeconds: 1}}");
    ((ObjectNode) without.at("/spec/planning/slo")).remove("percentile");

    read(without);
    assertThat(outages.failing())
        .containsEntry(
            "CRD costpolicies.breakeven.dev",
            "it is an older version's, without spec.planning.slo.percentile: apply this version's"
                + " CRDs");
    read(policy("{}"));
    assertThat(outages.failing()).hasSize(1);
    read(policy("{slo: {ttftSeconds: 1}}"));
    assertThat(outages.failing()).isEmpty();
  }

  @Test
  void labelsAndAnnotationsAreNotKept() throws Exception {
    ObjectNode marked = policy("{}");
    ObjectNode metadata = (ObjectNode) marked.path("metadata");
    metadata.putObject("annotations").put("note", "x".repeat(256 << 10));
    metadata.putObject("labels").put("team", "chat");

    ObjectMeta kept = mapper.treeToValue(marked, CostPolicy.class).getMetadata();

    assertThat(kept.getName()).isEqualTo(metadata.path("name").asText());
    assertThat(kept.getAnnotations()).isEmpty();
    assertThat(kept.getLabels()).isEmpty();
  }
}
