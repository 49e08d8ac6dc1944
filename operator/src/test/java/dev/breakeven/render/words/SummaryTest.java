package dev.breakeven.render.words;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.traffic.Series;
import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void withoutAVerdictWhatRunsIsKeptAndNothingIsNotKept() {
    SampleInput input =
        SampleInput.about().outputTokens(i -> i < 10 || i % 2 == 0 ? 400 : Double.NaN);
    String why = "Inconclusive: 50.5 % of the window is known; the policy asks for 80.0 %";
    // With no replica for sure, a gap would be a zero.
    input.running(0).replicasHeld = Series.absent(SampleInput.WEEK);
    assertThat(Summary.of(input.advice())).isEqualTo(why);
    assertThat(Summary.of(input.running(1).advice()))
        .isEqualTo(why + "; keep 1 replica until then");
  }

  @Test
  void byNightNothingRunsUntilTheLoadComesBack() {
    // 0.8 replicas' work for half of the day: 1,460.00 a month beside 3,416.40 at the API.
    SampleInput input = SampleInput.about().outputTokens(i -> i % 144 < 72 ? 400 : 0);
    assertThat(Summary.of(input.following(i -> i % 144 < 72 ? 1 : 0, 0)))
        .isEqualTo(
            "SelfHost: follow the load, 0 to 1 replica, now 0 until the load comes back; saves 1,956"
                + " USD a month");
  }

  @Test
  void whatComesByNightGoesToTheApiUntilTheLoadComesBack() {
    // One or two replicas' work in turn by day, of which the one that is held leaves a third.
    SampleInput input =
        SampleInput.about().outputTokens(i -> i % 144 >= 72 ? 0 : i % 2 == 0 ? 500 : 1_000);
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(SampleInput.usd("8.00")));
    input.api = SampleInput.limited(1e6);
    String toTheApi = " and send everything to limited until the load comes back; ";
    assertThat(Summary.of(input.following(i -> i % 144 < 72 ? 1 : 0, 0)))
        .startsWith("Hybrid: follow the load, 0 to 1 replica, now 0" + toTheApi);
    assertThat(Summary.of(input.running(1).following(i -> i % 144 < 72 ? 1 : 0, 0)))
        .startsWith("Hybrid: follow the load, 0 to 1 replica, now 0" + toTheApi);
  }

  @Test
  void whatCostsMoreThanNowIsNotCalledASaving() {
    // Models that only an API has: 6,832.80 in place of 2,920.00.
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(1);
    input.constraints = new Constraints(false, false, false, true, input.constraints.stage());
    assertThat(Summary.of(input.advice()))
        .isEqualTo(
            "API: stop 1 replica and send everything to the API; costs 3,913 USD a month more than"
                + " now");
  }

  @Test
  void aRangeThatOnlyCostsMoreIsNotCalledASaving() {
    // Two and a half days; models that only an API has, as above.
    SampleInput input = SampleInput.about().steps(360).outputTokens(i -> 1_000).running(1);
    input.constraints = new Constraints(false, false, false, true, input.constraints.stage());
    assertThat(Summary.of(input.advice()))
        .startsWith("API: stop 1 replica and send everything to the API; costs between ")
        .endsWith(" USD a month more than now, from less than three days of traffic");
  }
}
