package dev.breakeven.advice.costing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.SampleInput;
import dev.breakeven.price.Api;
import dev.breakeven.price.ApiLimits.Limit;
import dev.breakeven.reason.Message;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ApiAccessTest {

  private static final Offset<Double> NEARLY = within(1e-6);
  private static final double NO_LIMIT = Double.POSITIVE_INFINITY;

  @Test
  void fourFifthsOfALimitArePlannedWith() {
    ApiAccess api = limited(new Limit.PerMinute(60_000), new Limit.PerMinute(600));
    assertThat(api.tokensPerSecond()).isCloseTo(800, NEARLY);
    assertThat(api.requestsPerSecond()).isCloseTo(8, NEARLY);
    assertThat(api.priced()).isTrue();
  }

  @Test
  void oneLimitOfTheTwoIsALimit() {
    Limit none = new Limit.None();
    assertThat(limited(none, none).isLimited()).isFalse();
    assertThat(limited(new Limit.PerMinute(1), none).isLimited()).isTrue();
    assertThat(limited(none, new Limit.PerMinute(1)).isLimited()).isTrue();
  }

  @Test
  void whereThereIsNoOfferThereIsNoApi() {
    assertThat(ApiAccess.of(new Api.NoOffer(Api.Why.NOT_ON_CARD, Message.quoted("none")), 1000))
        .isEqualTo(ApiAccess.NONE);
  }

  @Test
  void whatDoesNotFitTheLimitIsServedByOwnReplicas() {
    // 5,500 tokens/s of 22,000 fit: three quarters of four replicas' work stay; a step of nothing
    // asks for nothing.
    ApiAccess api = new ApiAccess(true, Loads.TARIFF, 5_500, NO_LIMIT);
    assertThat(api.leastOwnLoad(Loads.hourly(0, 2, 4, 1))).isCloseTo(3, NEARLY);
    assertThat(api.timesThatFit(Loads.hourly(2), 0)).isCloseTo(0.5, NEARLY);
    assertThat(Loads.API.leastOwnLoad(Loads.hourly(4))).isZero();
    assertThat(api.timesThatFit(Loads.hourly(0), 0)).isInfinite();
  }

  private static ApiAccess limited(Limit tokens, Limit requests) {
    return ApiAccess.of(SampleInput.limited(tokens, requests), 1000);
  }
}
