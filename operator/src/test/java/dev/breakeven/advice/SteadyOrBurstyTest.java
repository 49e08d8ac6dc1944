package dev.breakeven.advice;

import static dev.breakeven.advice.SampleInput.alternative;
import static dev.breakeven.advice.SampleInput.found;
import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.render.words.Summary;
import org.junit.jupiter.api.Test;

/** The same tokens a month, once steady and once in twenty minutes a day. */
class SteadyOrBurstyTest {

  private static final int STEPS_PER_DAY = 144;

  private final Advice steady =
      SampleInput.about().outputTokens(i -> 400).overhead("engineering", "1000").advice();
  private final Advice bursty =
      SampleInput.about()
          .outputTokens(i -> i % STEPS_PER_DAY < 2 ? 400 * 72 : 0)
          .overhead("engineering", "1000")
          .advice();

  @Test
  void bothMonthsHaveTheSameTokensAndTheSameApiBill() {
    // 4,400 tokens/s for 730 h; 9.36 an hour
    assertThat(found(steady.basis().observed().tokens().perMonth()))
        .isEqualTo(found(bursty.basis().observed().tokens().perMonth()))
        .isEqualTo(4_400 * 730 * 3600.0);
    assertThat(alternative(steady, Kind.API_ONLY).bill().total()).isEqualTo(usd("6832.80"));
    assertThat(alternative(bursty, Kind.API_ONLY).bill().total()).isEqualTo(usd("6832.80"));
  }

  @Test
  void steadyTrafficIsSelfHostedOnOneReplica() {
    assertThat(steady.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(steady.recommendation().action()).isEqualTo(Action.START_SELF_HOSTING);
    assertThat(steady.recommendation().replicasAdvised()).isEqualTo(1);
    // 4.00 × 730 + 1,000
    assertThat(alternative(steady, Kind.BASELINE_BURST).bill().total()).isEqualTo(usd("3920.00"));
    assertThat(found(steady.savings().monthly()).expected()).isEqualTo(usd("2912.80"));
    assertThat(Summary.of(steady)).isEqualTo("SelfHost: start 1 replica; saves 2,913 USD a month");
  }

  @Test
  void burstyTrafficIsSentToTheApi() {
    assertThat(bursty.decision().verdict()).isEqualTo(Verdict.API);
    assertThat(bursty.recommendation().action()).isEqualTo(Action.NONE);
    assertThat(bursty.recommendation().replicasAdvised()).isZero();
    assertThat(Summary.of(bursty)).isEqualTo("API: run nothing and send everything to the API");
  }

  @Test
  void forBurstyTrafficEveryWayToSelfHostCostsMore() {
    // 57.6 replicas' worth of work: 58 held all month.
    assertThat(alternative(bursty, Kind.SELF_HOST_PEAK).bill().total())
        .isEqualTo(usd(Double.toString(58 * 4 * 730 + 1000)));
    // One replica carries a 72nd of its time, 11.70 × 1/72 an hour at the API.
    assertThat(alternative(bursty, Kind.BASELINE_BURST).replicas())
        .isEqualTo(new Alternative.ReplicaPlan.Fixed(1));
    // Held for its hour, a replica takes over 20 minutes of 11.70: 3.90 for 4.00. So none is.
    assertThat(alternative(bursty, Kind.SCHEDULED_BURST).bill().total()).isEqualTo(usd("6832.80"));
  }
}
