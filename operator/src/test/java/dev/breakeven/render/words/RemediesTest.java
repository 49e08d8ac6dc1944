package dev.breakeven.render.words;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Issue;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RemediesTest {

  @ParameterizedTest
  @MethodSource("blocking")
  void whateverKeepsAVerdictAwayHasSomethingToDo(Issue.Reason reason) {
    assertThat(Remedies.of(reason)).get().asString().doesNotEndWith(".").isNotBlank();
  }

  static Stream<Issue.Reason> blocking() {
    return Stream.of(Issue.Reason.values()).filter(r -> r.weight() == Issue.Weight.BLOCKS);
  }
}
