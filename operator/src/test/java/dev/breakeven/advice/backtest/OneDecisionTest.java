package dev.breakeven.advice.backtest;

import static dev.breakeven.advice.SampleInput.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advisor;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.LengthTail;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.Workload;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where the load is followed, the answer of a time is what a backtest decides at that time. */
class OneDecisionTest {

  private static final int DAY = 144;
  private static final int DAYS = 10;

  @Test
  void theAnswerOfAnyTimeIsTheDecisionOfTheBacktestAtThatTime() {
    for (int seed = 0; seed < 10; seed++) {
      SampleInput asked = anyTraffic(new Random(seed));
      TrafficHistory all = asked.traffic();
      Backtest backtest = Backtest.of(all, terms(asked));
      Advisor advisor = Advisor.standard();
      for (int end = DAY / 2; end <= all.grid().steps(); end += 61) {
        int before = decidedAt(backtest, all.grid().startOf(end - 1));
        Advice advice = advisor.advise(until(asked, all, end, before));
        assertThat(advice.recommendation().replicasAdvised())
            .as("seed %d, step %d: %s", seed, end, advice.decision().reason().label())
            .isEqualTo(decidedAt(backtest, all.grid().startOf(end - 1) + 600));
      }
    }
  }

  @Test
  void theProofIsWhatTheBacktestChargesForTheSameWindow() {
    for (int seed = 0; seed < 5; seed++) {
      SampleInput asked = anyTraffic(new Random(seed));
      asked.planning(Duration.ofDays(DAYS / 2), Duration.ofHours(1), Duration.ofMinutes(10));
      TrafficHistory all = asked.traffic();
      Backtest backtest = Backtest.of(all, terms(asked));
      Advice advice = Advisor.standard().advise(until(asked, all, all.grid().steps(), 0));
      assertThat(found(advice.trackRecord().proof()).followed().value())
          .as("seed %d", seed)
          .isCloseTo(backtest.followed().cost(), within(0.01));
    }
  }

  private static SampleInput anyTraffic(Random random) {
    SampleInput asked = SampleInput.about().steps(DAYS * DAY);
    int level = 200 + random.nextInt(1_500);
    int busy = 1 + random.nextInt(DAY);
    double[] noise = random.doubles((long) DAYS * DAY, 0.7, 1.3).toArray();
    asked.outputTokens(i -> (i % DAY < busy ? level : level / 8.0) * noise[i]);
    return asked.overhead("onCall", Integer.toString(random.nextInt(3) * 400));
  }

  private static int decidedAt(Backtest backtest, long epochSecond) {
    int decided = 0;
    for (Backtest.Decision decision : backtest.decisions()) {
      decided = decision.epochSecond() <= epochSecond ? decision.replicas() : decided;
    }
    return decided;
  }

  private static Backtest.Terms terms(SampleInput asked) {
    return new Backtest.Terms(
        SampleInput.USD,
        asked.selfHost(),
        asked.api,
        asked.constraints,
        asked.capacity,
        asked.planning,
        asked.now);
  }

  /** What the operator asks after so many steps, where so many replicas run. */
  private static AdvisorInput until(SampleInput asked, TrafficHistory all, int end, int replicas) {
    int from = Math.max(0, end - asked.planning.windowSteps(600));
    return new AdvisorInput(
        asked.inputHash,
        asked.terms(),
        List.of(new Workload("Deployment", "chat", replicas, replicas, 0, 1000)),
        List.of(),
        new AdvisorInput.Past(
            all.slice(from, end),
            from > 0 ? List.of(all.slice(0, from)) : List.of(),
            new LengthTail.Unmeasured()),
        Instant.ofEpochSecond(all.grid().startOf(end - 1) + 600),
        List.of(),
        asked.previous);
  }
}
