package dev.breakeven.pricelist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakeven.api.RateCardSpec;
import dev.breakeven.api.manifest.Manifests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceListImportTest {

  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

  private PriceListImport lists =
      new PriceListImport(PriceFilter.ALL, PriceBounds.STANDARD, List.of());

  @Test
  void pricesPerTokenAreTakenPerMillionWithTheirSourceAndDay() throws IOException {
    RateCardSpec.Offer offer =
        offer(
            """
            {"sample_spec": {"input_cost_per_token": 0.0, "litellm_provider": "one of …"},
             "groq/llama-3.3-70b": {"litellm_provider": "groq", "mode": "chat", "tpm": 300000,
              "source": "https://groq.com/pricing",
              "input_cost_per_token": 5.9e-07, "output_cost_per_token": 7.9e-07,
              "cache_read_input_token_cost": 2.95e-07}}
            """);
    assertThat(offer.name()).isEqualTo("groq/llama-3.3-70b");
    assertThat(offer.model()).isEqualTo("llama-3.3-70b");
    assertThat(offer.provider()).isEqualTo("groq");
    assertThat(offer.prices().inputPerMillion()).isEqualTo("0.59");
    assertThat(offer.prices().cachedInputPerMillion()).isEqualTo("0.295");
    assertThat(offer.prices().outputPerMillion()).isEqualTo("0.79");
    assertThat(offer.prices().source())
        .isEqualTo("https://groq.com/pricing, as kept by github.com/BerriAI/litellm");
    assertThat(offer.prices().asOf()).isEqualTo("2026-11-20");
    assertThat(offer.limits().tokensPerMinute()).isEqualTo(300_000);
  }

  @Test
  void pricesPerMillionAreTakenAsTheyAre() throws IOException {
    RateCardSpec.Offer offer =
        offer(
            """
            [{"id": "groq", "name": "Groq", "pricing_urls": ["https://groq.com/pricing"],
              "models": [{"id": "llama-3.3-70b", "prices_checked": "2026-10-02",
               "prices": {"input_mtok": 0.59, "output_mtok": 0.79}}]}]
            """);
    assertThat(offer.name()).isEqualTo("groq/llama-3.3-70b");
    assertThat(offer.prices().inputPerMillion()).isEqualTo("0.59");
    assertThat(offer.prices().cachedInputPerMillion()).isNull();
    assertThat(offer.prices().source())
        .isEqualTo("https://groq.com/pricing, as kept by github.com/pydantic/genai-prices");
    assertThat(offer.prices().asOf()).isEqualTo("2026-10-02");
  }

  @Test
  void oneProvidersYamlIsReadToo() throws IOException {
    read(
        "groq.yml",
        """
        # yaml-language-server: $schema=.schema.json
        name: Groq
        id: groq
        models:
          - id: llama
            prices: {input_mtok: 0.59, output_mtok: 0.79}
        """);
    assertThat(onlyOffer().prices().outputPerMillion()).isEqualTo("0.79");
  }

  @Test
  void aContractsCsvKeepsItsOwnNamesDaysAndCurrency() throws IOException {
    read(
        "contract.csv",
        """
        Model,Provider,Input per million,Output per million,Currency,As of,Source
        llama,Acme,0.50,1.50,eur,2026-10-01,contract 17
        """);
    RateCardSpec.Offer offer = onlyOffer();
    assertThat(offer.name()).isEqualTo("Acme/llama");
    assertThat(offer.prices().inputPerMillion()).isEqualTo("0.5");
    assertThat(offer.prices().asOf()).isEqualTo("2026-10-01");
    assertThat(offer.prices().source()).isEqualTo("contract 17");
    assertThat(lists.result().currency()).isEqualTo("EUR");
  }

  @ParameterizedTest
  @CsvSource({
    "0.071, 0.071, ABOVE_BOUND", // $71,000 per million
    "0.59, 0.79, ABOVE_BOUND", // per million where per token is meant
    "5.9e-13, 7.9e-13, BELOW_BOUND", // per million, divided twice
    "0, 7.9e-07, PRICE_ZERO",
    "5.9e-07, 0, PRICE_ZERO",
    "-5.9e-07, 7.9e-07, NOT_A_PRICE",
    "5e-06, 1.5e-07, OUT_OF_PROPORTION", // 5 in, 0.15 out
    "1e-08, 1.2e-06, OUT_OF_PROPORTION", // 0.01 in, 1.20 out
  })
  void whatCannotBeAPriceIsRefused(String input, String output, RefusalReason reason)
      throws IOException {
    readLiteLlm(
        "\"input_cost_per_token\": %s, \"output_cost_per_token\": %s".formatted(input, output));
    assertThat(reasons()).containsExactly(reason);
    assertThat(lists.result().taken()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "1e-09, 1e-09", // 0.001, the least
    "0.001, 0.001", // 1,000, the most
    "1.5e-04, 6e-04", // o1-pro, the dearest there is
    "3e-06, 1.5e-07", // 20 to 1
  })
  void whatIsAtTheBoundIsTaken(String input, String output) throws IOException {
    readLiteLlm(
        "\"input_cost_per_token\": %s, \"output_cost_per_token\": %s".formatted(input, output));
    assertThat(lists.result().taken()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"mode\": \"embedding\" | NOT_TEXT_GENERATION",
        "\"input_cost_per_token\": null | NO_PRICE",
        "\"input_cost_per_token\": \"cheap\" | NOT_A_PRICE",
        "\"cache_read_input_token_cost\": 2e-06 | CACHED_ABOVE_INPUT",
        "\"input_cost_per_token_batches\": 2e-06 | BATCH_ABOVE_ORDINARY",
        "\"input_cost_per_request\": 0.005 | PRICE_PER_REQUEST",
        "\"deprecation_date\": \"2026-11-20\" | WITHDRAWN",
        "\"cache_read_input_token_cost\": 0 | CACHED_PRICE_ZERO",
        "\"cache_creation_input_token_cost\": 5e-07 | CACHE_WRITE_BELOW_INPUT",
        "\"output_cost_per_reasoning_token\": 4e-06 | REASONING_PRICE_DIFFERS",
      })
  void everyRefusalNamesItsReason(String field, RefusalReason reason) throws IOException {
    readLiteLlm("\"input_cost_per_token\": 1e-06, \"output_cost_per_token\": 2e-06, " + field);
    assertThat(reasons()).containsExactly(reason);
    assertThat(lists.result().taken()).isEqualTo(reason.isPart() ? 1 : 0);
  }

  @Test
  void aModelThatIsWithdrawnLaterIsTaken() throws IOException {
    readLiteLlm(
        "\"input_cost_per_token\": 1e-06, \"output_cost_per_token\": 2e-06,"
            + " \"deprecation_date\": \"2026-11-21\"");
    assertThat(lists.result().refused()).isEmpty();
  }

  @Test
  void aPricePerThousandIsFoundByWhatTheOthersCharge() throws IOException {
    // 0.60 a million written as 0.0006 a token is 600: within the bounds, and 1,000 times the rest.
    StringBuilder list = new StringBuilder("{");
    for (String provider : List.of("a", "b", "c")) {
      list.append(
          "\"%s/Org/Llama-3\": {\"litellm_provider\": \"%s\", \"input_cost_per_token\": 6e-07, \"output_cost_per_token\": 6e-07},"
              .formatted(provider, provider));
    }
    list.append(
        "\"d/llama-3\": {\"litellm_provider\": \"d\", \"input_cost_per_token\": 6e-04,"
            + " \"output_cost_per_token\": 6e-04}}");
    read("litellm.json", list.toString());
    assertThat(lists.result().taken()).isEqualTo(3);
    RefusedEntry refused = lists.result().refused().get(0);
    assertThat(refused.entry()).isEqualTo("d/llama-3");
    assertThat(refused.reason()).isEqualTo(RefusalReason.OUTLIER);
    assertThat(refused.detail()).isEqualTo("input 600, median of 3 others 0.6");
  }

  @Test
  void theDearerPriceOfLongPromptsIsATier() throws IOException {
    // The tier has no cached price of its own: the ordinary one stays.
    readLiteLlm(
        "\"input_cost_per_token\": 1e-06, \"output_cost_per_token\": 2e-06,"
            + " \"cache_read_input_token_cost\": 1e-07,"
            + " \"input_cost_per_token_above_128k_tokens\": 3e-06,"
            + " \"output_cost_per_token_above_128k_tokens\": 4e-06");
    assertThat(onlyOffer().prices().longContext())
        .singleElement()
        .satisfies(
            tier -> {
              assertThat(tier.aboveInputTokens()).isEqualTo(128_000);
              assertThat(tier.inputPerMillion()).isEqualTo("3");
              assertThat(tier.cachedInputPerMillion()).isEqualTo("0.1");
              assertThat(tier.outputPerMillion()).isEqualTo("4");
            });
  }

  @Test
  void theFirstRangeOfTieredPricingIsTheOrdinaryPrice() throws IOException {
    readLiteLlm(
        """
        "tiered_pricing": [
          {"input_cost_per_token": 5e-08, "output_cost_per_token": 4e-07, "range": [0, 256000.0]},
          {"input_cost_per_token": 2.5e-07, "output_cost_per_token": 2e-06, "range": [256000.0, 1000000.0]}]
        """);
    RateCardSpec.Offer offer = onlyOffer();
    assertThat(offer.prices().inputPerMillion()).isEqualTo("0.05");
    assertThat(offer.prices().longContext())
        .singleElement()
        .satisfies(tier -> assertThat(tier.inputPerMillion()).isEqualTo("0.25"));
  }

  @Test
  void thePriceInForceOnTheDayCounts() throws IOException {
    read(
        "data.json",
        """
        [{"id": "p", "models": [{"id": "m", "prices": [
          {"prices": {"input_mtok": 1, "output_mtok": 2}},
          {"constraint": {"start_date": "2026-11-20"}, "prices": {"input_mtok": 3, "output_mtok": 4}},
          {"constraint": {"start_date": "2027-01-01"}, "prices": {"input_mtok": 5, "output_mtok": 6}}]}]}]
        """);
    assertThat(onlyOffer().prices().inputPerMillion()).isEqualTo("3");
    assertThat(reasons()).containsExactly(RefusalReason.PRICE_CHANGES_LATER);
  }

  @Test
  void pricesOfATimeOfTheDayAreTakenWithIt() throws IOException {
    read(
        "data.json",
        """
        [{"id": "p", "models": [{"id": "m", "prices": [
          {"prices": {"input_mtok": 0.135, "cache_read_mtok": 0.035, "output_mtok": 0.55}},
          {"constraint": {"start_time": "08:30:00+08:00", "end_time": "16:30:00Z"},
           "prices": {"input_mtok": 0.27, "output_mtok": 1.1}}]}]}]
        """);
    assertThat(onlyOffer().prices().hours())
        .singleElement()
        .satisfies(
            peak -> {
              assertThat(peak.from()).isEqualTo("00:30");
              assertThat(peak.to()).isEqualTo("16:30");
              assertThat(peak.timeZone()).isEqualTo("UTC");
              assertThat(peak.inputPerMillion()).isEqualTo("0.27");
              assertThat(peak.cachedInputPerMillion()).isEqualTo("0.035");
            });
  }

  @Test
  void whatTheCacheIsMadeToKeepHasItsPrice() throws IOException {
    readLiteLlm(
        "\"input_cost_per_token\": 1e-06, \"output_cost_per_token\": 2e-06,"
            + " \"cache_creation_input_token_cost\": 1.25e-06");
    assertThat(onlyOffer().prices().cacheWritePerMillion()).isEqualTo("1.25");
  }

  @Test
  void aStepThatOnlyOneKindOfTokenHasKeepsTheOtherPrices() throws IOException {
    read(
        "data.json",
        """
        [{"id": "p", "models": [{"id": "m", "prices": {
          "input_mtok": {"base": 1, "tiers": [{"start": 200000, "price": 2}]}, "output_mtok": 5}}]}]
        """);
    assertThat(onlyOffer().prices().longContext())
        .singleElement()
        .satisfies(
            tier -> {
              assertThat(tier.inputPerMillion()).isEqualTo("2");
              assertThat(tier.outputPerMillion()).isEqualTo("5");
            });
  }

  @Test
  void onlyWhatIsAskedForIsTakenAndTheRestIsCounted() throws IOException {
    lists =
        new PriceListImport(
            new PriceFilter(List.of("*LLAMA-3*"), List.of("groq", "deepinfra")),
            PriceBounds.STANDARD,
            List.of(ModelAlias.parse("llama-3.3*=meta-llama/Llama-3.3-70B-Instruct")));
    read(
        "prices.csv",
        """
        model,provider,input_per_million,output_per_million
        llama-3.3-70b,groq,0.59,0.79
        llama-3.3-70b,together,0.88,0.88
        qwen,groq,0.29,0.59
        """);
    assertThat(onlyOffer().model()).isEqualTo("meta-llama/Llama-3.3-70B-Instruct");
    assertThat(lists.result().leftOut()).isEqualTo(2);
    assertThat(lists.result().refused()).isEmpty();
  }

  @Test
  void theFirstOfTwoOffersOfOneNameCounts() throws IOException {
    String header = "model,provider,input_per_million,output_per_million\n";
    read("a.csv", header + "m,p,1,2\n");
    read("b.csv", header + "m,p,3,4\n");
    assertThat(onlyOffer().prices().inputPerMillion()).isEqualTo("1");
    assertThat(lists.result().refused())
        .containsExactly(new RefusedEntry("b.csv", "p/m", RefusalReason.DUPLICATE, "p/m"));
  }

  @Test
  void moreThanACardHoldsIsRefusedAndSplitByProvider() throws IOException {
    StringBuilder csv = new StringBuilder("model,provider,input_per_million,output_per_million\n");
    for (int i = 0; i < 501; i++) {
      csv.append("m%d,One Co,1,2\n".formatted(i));
    }
    csv.append("m,two,1,2\n");
    read("prices.csv", csv.toString());
    ImportedPrices prices = lists.result();
    assertThatThrownBy(() -> RateCardYaml.card("default", prices))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("502 offers, and a RateCard holds 500");
    assertThat(Manifests.parse("cards", RateCardYaml.cardByProvider("default", prices)).rateCards())
        .extracting(card -> card.getMetadata().getName())
        .containsExactly("default-one-co", "default-one-co-2", "default-two");
  }

  @Test
  void aHigherBoundIsTheUsersToState() throws IOException {
    lists =
        new PriceListImport(
            PriceFilter.ALL,
            new PriceBounds(PriceBounds.STANDARD.least(), new BigDecimal("100000")),
            List.of());
    readLiteLlm("\"input_cost_per_token\": 0.071, \"output_cost_per_token\": 0.071");
    assertThat(onlyOffer().prices().inputPerMillion()).isEqualTo("71000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.json | '' | a.json: empty",
        "a.json | {\"a\": | a.json:1: not JSON",
        "a.json | {\"error\": \"not found\"} | a.json: no price in it",
        "a.csv | name,price | a.csv:1: no column model, input_per_million, output_per_million",
        "a.csv | 'model,input_per_million,output_per_million\n,1,2' | a.csv:2: no model",
        "a.csv | 'model,input_per_million,output_per_million,as_of\n"
            + "m,1,2,soon' | a.csv:2: as_of soon",
      })
  void whatIsNoPriceListIsRefusedInOneLine(String file, String text, String message) {
    assertThatThrownBy(() -> read(file, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void pricesInTwoCurrenciesDoNotComeOntoOneCard() throws IOException {
    read("a.csv", "model,input_per_million,output_per_million,currency\nm,1,2,EUR\n");
    assertThatThrownBy(() -> read("b.csv", "model,input_per_million,output_per_million\nn,1,2\n"))
        .hasMessage("b.csv: prices in USD after prices in EUR; a rate card has one currency");
  }

  private RateCardSpec.Offer offer(String list) throws IOException {
    read("list.json", list);
    return onlyOffer();
  }

  private void readLiteLlm(String fields) throws IOException {
    read("litellm.json", "{\"p/m\": {\"litellm_provider\": \"p\", " + fields + "}}");
  }

  private void read(String file, String text) throws IOException {
    lists.read(
        file,
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
        Optional.empty(),
        DAY);
  }

  private List<RefusalReason> reasons() {
    return lists.result().refused().stream().map(RefusedEntry::reason).toList();
  }

  /** The one offer, as the card's reader understands it. */
  private RateCardSpec.Offer onlyOffer() {
    List<RateCardSpec.Offer> offers =
        Manifests.parse("card", RateCardYaml.card("default", lists.result()))
            .rateCards()
            .get(0)
            .getSpec()
            .offers();
    assertThat(offers).hasSize(1);
    return offers.get(0);
  }
}
