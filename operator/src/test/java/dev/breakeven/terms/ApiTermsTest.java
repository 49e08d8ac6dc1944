package dev.breakeven.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.price.Api;
import dev.breakeven.price.ApiLimits;
import dev.breakeven.price.Offer;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiTermsTest {

  @Test
  void anOfferHasItsCacheWritePriceItsHoursAndItsTokenRatio() {
    Offer offer =
        offer(
            """
                prices:
                  inputPerMillion: "1"
                  cacheWritePerMillion: "1.25"
                  outputPerMillion: "4"
                  tokenRatio: "1.25"
                  hours:
                  - {from: "00:30", to: "08:30", timeZone: Asia/Shanghai, inputPerMillion: "0.50", outputPerMillion: "2"}
            """);
    assertThat(offer.prices().cacheWritePerMillion().value()).isEqualTo(1.25);
    assertThat(offer.tokenRatio()).isEqualTo(1.25);
    assertThat(offer.hours())
        .singleElement()
        .satisfies(
            night -> {
              assertThat(night.when().from()).isEqualTo(LocalTime.of(0, 30));
              assertThat(night.when().zone()).isEqualTo(ZoneId.of("Asia/Shanghai"));
              assertThat(night.prices().inputPerMillion().value()).isEqualTo(0.5);
              assertThat(night.prices().cacheWritePerMillion().value()).isEqualTo(0.5);
            });
  }

  @Test
  void aLimitHoldsForTokensAsTheApiCountsThem() {
    Offer offer =
        offer(
            """
                prices: {inputPerMillion: "1", outputPerMillion: "4", tokenRatio: "1.25"}
                limits: {tokensPerMinute: 1000000, requestsPerMinute: 500}
            """);
    assertThat(offer.limits().tokensPerMinute()).isEqualTo(new ApiLimits.Limit.PerMinute(800_000));
    assertThat(offer.limits().requestsPerMinute()).isEqualTo(new ApiLimits.Limit.PerMinute(500));
  }

  @Test
  void pricesOfATimeZoneThatNobodyKnowsAreNoPrices() {
    Api api =
        api(
            """
                prices:
                  inputPerMillion: "1"
                  outputPerMillion: "4"
                  hours: [{from: "00:30", to: "08:30", timeZone: Mars/Olympus, inputPerMillion: "1", outputPerMillion: "2"}]
            """);
    assertThat(api)
        .isEqualTo(
            new Api.NoOffer(
                Api.Why.PRICE_MISSING,
                Message.of(
                    Cause.OFFER_TIME_ZONE_UNKNOWN,
                    Parameter.name("inline"),
                    Parameter.name("Mars/Olympus"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "from: \"24:00\", to: \"08:30\" | must be a time of the day in quotes",
        "from: \"08-30\", to: \"09:30\" | must be a time of the day in quotes",
        "from: \"08:30\", to: \"08:30\" | must not end when it begins",
        "from: \"08:30\", to: \"09:30\", timeZone: \"+01:00\" | must be a time zone such as",
      })
  void hoursThatAreNoneAreRefused(String hours, String message) {
    assertThatThrownBy(
            () ->
                api(
                    """
                        prices:
                          inputPerMillion: "1"
                          outputPerMillion: "4"
                          hours: [{%s, inputPerMillion: "1", outputPerMillion: "2"}]
                    """
                        .formatted(hours)))
        .hasMessageContaining(message);
  }

  private static Offer offer(String api) {
    assertThat(api(api)).isInstanceOf(Api.Offered.class);
    return ((Api.Offered) api(api)).offer();
  }

  private static Api api(String api) {
    CostPolicy policy =
        Manifests.parse(
                "policy",
                """
                apiVersion: breakeven.dev/v1alpha1
                kind: CostPolicy
                metadata: {name: chat, namespace: inference}
                spec:
                  model: llama
                  api:
                """
                    + api)
            .policies()
            .get(0);
    return TermsResolver.resolve(policy, Optional.empty(), List.of()).api();
  }
}
