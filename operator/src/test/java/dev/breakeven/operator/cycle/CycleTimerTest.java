package dev.breakeven.operator.cycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.operator.evaluation.PolicyKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class CycleTimerTest {

  private static final PolicyKey CHAT = new PolicyKey("inference", "chat");
  private static final PolicyKey CODE = new PolicyKey("inference", "code");

  @Test
  void aRoundEndsWithTheLastOfItsPolicies() {
    CycleTimer round = new CycleTimer(0, List.of(CHAT, CODE));

    assertThat(round.endsWith(CODE)).isFalse();
    assertThat(round.endsWith(CHAT)).isTrue();
  }

  @Test
  void aPolicyThatIsAnsweredTwiceCountsOnce() {
    CycleTimer round = new CycleTimer(0, List.of(CHAT, CODE));

    assertThat(round.endsWith(CHAT)).isFalse();
    assertThat(round.endsWith(CHAT)).isFalse();
    assertThat(round.endsWith(CODE)).isTrue();
  }

  @Test
  void aPolicyThatTheRoundDoesNotConcernDoesNotEndIt() {
    CycleTimer round = new CycleTimer(0, List.of(CHAT));

    assertThat(round.endsWith(CODE)).isFalse();
    assertThat(round.endsWith(CHAT)).isTrue();
  }

  @Test
  void aRoundIsUnderWayBetweenItsFirstAnswerAndItsLast() {
    CycleTimer round = new CycleTimer(0, List.of(CHAT, CODE));

    assertThat(round.isUnderWay()).isFalse();
    round.endsWith(CHAT);
    assertThat(round.isUnderWay()).isTrue();
    round.endsWith(CODE);
    assertThat(round.isUnderWay()).isFalse();
  }

  @Test
  void aRoundThatConcernsNobodyIsEmpty() {
    assertThat(new CycleTimer(0, List.of()).isEmpty()).isTrue();
    assertThat(new CycleTimer(0, List.of(CHAT)).isEmpty()).isFalse();
  }
}
