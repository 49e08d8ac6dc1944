package dev.breakeven.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.breakeven.api.CostPolicySpec.Limits;
import dev.breakeven.api.CostPolicySpec.Prices;
import dev.breakeven.api.CostPolicySpec.Purchase;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link RateCard} lists. Lists are keyed, so that several writers can keep one card. */
@FieldsOnly
@SchemaCustomizer(
    value = SchemaAddition.class,
    input =
        "{\"properties\": {"
            + "\"offers\": {\"x-kubernetes-list-type\": \"map\","
            + " \"x-kubernetes-list-map-keys\": [\"name\"]},"
            + "\"allowedNamespaces\": {\"x-kubernetes-list-type\": \"set\"}}}")
public record RateCardSpec(
    @CurrencyCode
        @Default("USD")
        @JsonPropertyDescription("The currency of every price on the card (ISO 4217).")
        String currency,
    @Size(max = 200)
        @ValidationRule(
            value = "self.all(n, n == '*' || n.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'))",
            message = "must be names of namespaces, or * for every one")
        @Default("[\"*\"]")
        @JsonPropertyDescription(
            "Namespaces whose policies may use the card; * stands for all. For other"
                + " namespaces the card does not exist. Prices can be worked out from a"
                + " policy's status.")
        List<@Size(min = 1, max = 63) String> allowedNamespaces,
    @Size(max = 500)
        @ValidationRule(
            value = GPUS_ONCE,
            message = "a GPU product may stand in the list only once for each purchase")
        @JsonPropertyDescription("What an hour of a GPU costs.")
        List<GpuPrice> gpus,
    @Size(max = 500) @JsonPropertyDescription("What APIs charge.") List<Offer> offers,
    @Size(max = 500)
        @JsonPropertyDescription(
            "What one replica sustains for a model on certain GPUs, as published or measured"
                + " elsewhere. It takes precedence over the catalogue that ships with the"
                + " operator.")
        List<Throughput> throughputs,
    @Size(max = 500)
        @JsonPropertyDescription(
            "Reserved or owned GPUs that are paid for until a given day in any case. The"
                + " policies that use this card and the product share them: a GPU goes where"
                + " it saves most.")
        List<Commitment> commitments) {

  // As keys of the list these two would need a purchase in every item, or a default for it. An API
  // server gives up on longer lists, for each pair is compared: of those the first entry counts.
  static final String GPUS_ONCE =
      "self.size() > 100 || [self.map(g, g.product + ' ' + (has(g.purchase) ? g.purchase : 'OnDemand'))]"
          + ".all(keys, keys.all(k, keys.exists_one(other, other == k)))";

  public RateCardSpec {
    allowedNamespaces = CostPolicySpec.listOf(allowedNamespaces);
    gpus = CostPolicySpec.listOf(gpus);
    offers = CostPolicySpec.listOf(offers);
    throughputs = CostPolicySpec.listOf(throughputs);
    commitments = CostPolicySpec.listOf(commitments);
  }

  /** What one replica sustains of a model on some GPUs. */
  @FieldsOnly
  public record Throughput(
      @Required @ModelName @JsonPropertyDescription("The model, as policies name it in spec.model.")
          String model,
      @Required @GpuProductName @JsonPropertyDescription("GPU product, as in the nodes' labels.")
          String product,
      @Required
          @Min(value = 0.0009, inclusive = false)
          @Max(1024)
          @JsonPropertyDescription("GPUs of one replica; a part of a GPU is a fraction.")
          BigDecimal gpusPerReplica,
      @Required
          @PositiveDecimal
          @JsonPropertyDescription(
              "Input tokens that a replica sustains if it does nothing else, tokens/s.")
          String inputTokensPerSecond,
      @Required
          @PositiveDecimal
          @JsonPropertyDescription(
              "Output tokens that a replica sustains if it does nothing else, tokens/s.")
          String outputTokensPerSecond,
      @PositiveDecimal
          @JsonPropertyDescription(
              "Context tokens that a replica reads while generating, tokens/s.")
          @Nullable String contextTokensPerSecond,
      @Where @JsonPropertyDescription("Where it was read: a URL, or a few words.")
          @Nullable String source,
      @Day @JsonPropertyDescription("Day on which it was read, UTC, such as \"2026-10-31\".")
          @Nullable String asOf) {}

  /** GPUs that are paid until a day whatever is advised. */
  @FieldsOnly
  @ValidationRule(
      value = "!has(self.purchase) || self.purchase in ['Reserved', 'Owned']",
      message = "a commitment is Reserved or Owned")
  public record Commitment(
      @Required
          @GpuProductName
          @JsonPropertyDescription("GPU product, by any name that policies or nodes use for it.")
          String product,
      @Required @Min(1) @Max(1_000_000) @JsonPropertyDescription("Number of GPUs.") Integer gpus,
      @Required @Day @JsonPropertyDescription("Last day that is paid, UTC, such as \"2027-06-30\".")
          String until,
      @JsonPropertyDescription("Reserved (the default) or Owned.") Purchase purchase,
      @Amount
          @JsonPropertyDescription(
              "Price of one of the GPUs for one hour, in the card's currency. Defaults to the"
                  + " price in gpus for this product and purchase option.")
          @Nullable String hourlyPrice) {

    @SuppressWarnings("ConstantValue")
    public Commitment {
      purchase = purchase == null ? Purchase.RESERVED : purchase;
    }
  }

  /** What an hour of one GPU costs, had in one way. */
  @FieldsOnly
  @ValidationRule(
      value = "has(self.hourlyPrice) != has(self.ownership)",
      message = "give either hourlyPrice or ownership (what an owned GPU costs to buy and run)")
  @ValidationRule(
      value = "!has(self.ownership) || (has(self.purchase) && self.purchase == 'Owned')",
      message = "ownership is for purchase Owned")
  public record GpuPrice(
      @Required
          @GpuProductName
          @JsonPropertyDescription(
              "GPU product, as in the nodes' label nvidia.com/gpu.product, such as"
                  + " NVIDIA-H100-80GB-HBM3.")
          String product,
      @JsonPropertyDescription(
              "How it is paid for: OnDemand (the default), Reserved, Spot or Owned.")
          Purchase purchase,
      @Amount
          @JsonPropertyDescription("Price of one whole GPU for one hour, in the card's currency.")
          @Nullable String hourlyPrice,
      @JsonPropertyDescription("What an owned GPU costs to buy and run.")
          @Nullable Ownership ownership,
      @Where @JsonPropertyDescription("Where the price was read: a URL, or a few words.")
          @Nullable String source,
      @Day @JsonPropertyDescription("Day on which it was read, UTC, such as \"2026-10-31\".")
          @Nullable String asOf) {

    // Items of lists have no defaults in the schema: what an API server fills in there is a
    // difference to what was applied, for ever.
    @SuppressWarnings("ConstantValue")
    public GpuPrice {
      purchase = purchase == null ? Purchase.ON_DEMAND : purchase;
    }
  }

  /** What an owned GPU costs to buy and run. */
  @FieldsOnly
  public record Ownership(
      @Required
          @Amount
          @JsonPropertyDescription(
              "Price of one GPU with its share of the server, in the card's currency.")
          String purchasePrice,
      @Required
          // An API server cuts a bound to a whole number where the value is one: 0 would be 0.1.
          @Min(value = 0.0999, inclusive = false)
          @Max(50)
          @JsonPropertyDescription("Years over which it is depreciated.")
          BigDecimal lifeYears,
      @Min(0)
          @Max(100)
          @JsonPropertyDescription(
              "Yearly maintenance, percent of the purchase price. Defaults to 0.")
          BigDecimal maintenancePercentPerYear,
      @Min(0)
          @Max(100_000)
          @JsonPropertyDescription(
              "Power drawn by one GPU with its share of the server, watts. Defaults to 0.")
          BigDecimal watts,
      @Amount
          @JsonPropertyDescription(
              "Price of one kilowatt-hour, in the card's currency. Defaults to 0.")
          String pricePerKwh,
      @Min(1)
          @Max(5)
          @JsonPropertyDescription(
              "Power usage effectiveness of the data centre: total power ÷ power of the"
                  + " servers. Defaults to 1.")
          BigDecimal pue) {

    @SuppressWarnings("ConstantValue")
    public Ownership {
      maintenancePercentPerYear =
          maintenancePercentPerYear == null ? BigDecimal.ZERO : maintenancePercentPerYear;
      watts = watts == null ? BigDecimal.ZERO : watts;
      pricePerKwh = pricePerKwh == null ? "0" : pricePerKwh;
      pue = pue == null ? BigDecimal.ONE : pue;
    }
  }

  /** What an API charges for a model. */
  @FieldsOnly
  public record Offer(
      @Required @ModelName @JsonPropertyDescription("Name by which a policy picks the offer.")
          String name,
      @Required @ModelName @JsonPropertyDescription("The model, as policies name it in spec.model.")
          String model,
      @Size(min = 1, max = 100)
          @ValidationRule(value = Where.ONE_LINE, message = "must be one line")
          @JsonPropertyDescription("Who sells it.")
          @Nullable String provider,
      @JsonPropertyDescription(
              "How the API's model compares with the one on your own GPUs: Same (the same"
                  + " weights), Comparable (the default) or Different.")
          Comparability comparability,
      @Required @JsonPropertyDescription("Prices of the offer.") Prices prices,
      @JsonPropertyDescription("Rate limits of the offer.") Limits limits) {

    @SuppressWarnings("ConstantValue")
    public Offer {
      comparability = comparability == null ? Comparability.COMPARABLE : comparability;
      limits = limits == null ? new Limits(null, null) : limits;
    }
  }

  /** How an API's model compares with the weights served on own GPUs. */
  public enum Comparability {
    @JsonProperty("Same")
    SAME,
    @JsonProperty("Comparable")
    COMPARABLE,
    @JsonProperty("Different")
    DIFFERENT
  }
}
