package dev.breakeven.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.breakeven.api.manifest.Manifests;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link CostPolicy} asks about. Components that are not {@code @Nullable} have a default in
 * the schema or are required by it, so they are there in every resource that was admitted, by an
 * API server or by {@link Manifests}.
 */
@FieldsOnly
public record CostPolicySpec(
    @Required
        @ModelName
        @JsonPropertyDescription(
            "The model, such as meta-llama/Llama-3.3-70B-Instruct: its key on the rate card, and"
                + " the value of the engine's model label unless engineModelName says otherwise.")
        String model,
    @ModelName
        @JsonPropertyDescription(
            "The value of the engine's model label, if it differs from model (a served name, a"
                + " path).")
        @Nullable String engineModelName,
    @Size(max = 16)
        @ValidationRule(
            value =
                "self.all(a, self.exists_one(b, a.name == b.name"
                    + " && (has(a.kind) ? a.kind : 'Deployment')"
                    + " == (has(b.kind) ? b.kind : 'Deployment')"
                    + " && (has(a.apiVersion) ? a.apiVersion : 'apps/v1')"
                    + " == (has(b.apiVersion) ? b.apiVersion : 'apps/v1')))",
            message = "a workload may stand in the list only once")
        @ValidationRule(
            value =
                "self.all(w, !has(w.role) || w.role == 'Serve')"
                    + " || (self.all(w, has(w.role) && w.role != 'Serve')"
                    + " && self.exists(w, w.role == 'Prefill')"
                    + " && self.exists(w, w.role == 'Decode'))",
            message =
                "roles Prefill and Decode come together, and Serve does not stand beside them")
        @JsonPropertyDescription(
            "The workloads that serve the model, in the policy's namespace. Without any, the policy"
                + " answers whether to start self-hosting.")
        List<Workload> workloads,
    @ConfiguredName
        @Default("vllm")
        @JsonPropertyDescription(
            "The engine profile: how the serving engine names its metrics, such as vllm.")
        String engine,
    @ConfiguredName
        @Default("default")
        @JsonPropertyDescription(
            "The Prometheus source, by its name in the operator's configuration.")
        String source,
    @ModelName
        @JsonPropertyDescription(
            "The model's name at the gateway that sends tokens to an API, if it differs from model."
                + " The gateway is configured with the source; without one, tokens that already go"
                + " to an API are not counted.")
        @Nullable String gatewayModelName,
    @KubernetesName
        @Default("default")
        @JsonPropertyDescription("The RateCard that GPU prices and offers come from.")
        String rateCard,
    @CurrencyCode
        @Default("USD")
        @JsonPropertyDescription(
            "The currency of every amount in this policy and its status (ISO 4217). Nothing is"
                + " converted: a rate card in another currency is refused.")
        String currency,
    @Default("{}")
        @JsonPropertyDescription(
            "What serving the model on your own GPUs costs, and within which limits.")
        SelfHost selfHost,
    @Default("{}")
        @JsonPropertyDescription(
            "What the same tokens cost on an API. Without offer and prices, the cheapest offer for"
                + " the model on the rate card is used: among those with the same weights if there"
                + " are any, otherwise among the comparable ones.")
        Api api,
    @Default("{}") @JsonPropertyDescription("Requirements that come before cost.")
        Constraints constraints,
    @Default("{}") @JsonPropertyDescription("How far to look back, and when to change the advice.")
        Planning planning) {

  // CEL. A rule asks for what has a default, too: the API server tries it on the default {} itself.
  static final String REPLICAS_IN_ORDER =
      "!has(self.minReplicas) || !has(self.maxReplicas) || self.minReplicas <= self.maxReplicas";
  static final String CAPACITY_ONCE = "!(has(self.capacityPerReplica) && has(self.benchmarks))";

  // An API server leaves out none of these, but a client that reads a CRD of another version may.
  @SuppressWarnings("ConstantValue")
  public CostPolicySpec {
    workloads = listOf(workloads);
    selfHost = selfHost == null ? LeftOut.SPEC.selfHost() : selfHost;
    api = api == null ? LeftOut.SPEC.api() : api;
    constraints = constraints == null ? LeftOut.SPEC.constraints() : constraints;
    planning = planning == null ? LeftOut.SPEC.planning() : planning;
  }

  /** What the schema fills in where a policy says nothing; read when the first one lacks it. */
  private static final class LeftOut {
    static final CostPolicySpec SPEC =
        Manifests.parse(
                "defaults",
                "apiVersion: %s/%s\nkind: CostPolicy\nmetadata: {name: any}\nspec: {model: any}"
                    .formatted(CostPolicy.GROUP, CostPolicy.VERSION))
            .policies()
            .get(0)
            .getSpec();
  }

  /** Something with a scale subresource that serves the model. */
  @FieldsOnly
  @ValidationRule(
      value = CAPACITY_ONCE,
      message = "give either capacityPerReplica or benchmarks, not both")
  @ValidationRule(
      value = REPLICAS_IN_ORDER,
      message = "minReplicas may not be greater than maxReplicas")
  @ValidationRule(
      value =
          "!has(self.role) || self.role != 'Prefill' || !(has(self.capacityPerReplica) || has(self.benchmarks))",
      message =
          "state a capacity at Decode: what a replica does together with its share of Prefill")
  public record Workload(
      @Size(min = 1, max = 253)
          @ValidationRule(
              value = "self.matches('^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?v[0-9][a-z0-9]*$')",
              message = "must be a group and version, such as apps/v1")
          @JsonPropertyDescription("API group and version of the workload; apps/v1 if not stated.")
          String apiVersion,
      @Size(min = 1, max = 63)
          @ValidationRule(
              value = "self.matches('^[A-Z][A-Za-z0-9]*$')",
              message = "must be a kind, such as Deployment or LeaderWorkerSet")
          @JsonPropertyDescription(
              "Kind of the workload: Deployment (the default), StatefulSet, LeaderWorkerSet or any other with"
                  + " a scale subresource that the operator may read.")
          String kind,
      @Required
          @KubernetesName
          @JsonPropertyDescription("Name of the workload, in the policy's namespace.")
          String name,
      @JsonPropertyDescription(
              "What its replicas do. Serve (the default) reads prompts and generates. Where serving is split in"
                  + " two, Prefill reads prompts and Decode generates: prompts are counted at Prefill"
                  + " and output at Decode, one replica means one of Decode with its share of Prefill,"
                  + " and a capacity is what these do together.")
          Role role,
      @JsonPropertyDescription("GPUs of this workload, if they differ from selfHost.gpu.")
          @Nullable Gpu gpu,
      @JsonPropertyDescription(
              "What one replica of this workload sustains, if it differs from"
                  + " selfHost.capacityPerReplica.")
          @Nullable Capacity capacityPerReplica,
      @Size(min = 1, max = 50)
          @JsonPropertyDescription(
              "Measured maxima of one replica of this workload, if they differ from"
                  + " selfHost.benchmarks.")
          @Nullable List<Benchmark> benchmarks,
      @Min(0)
          @Max(10000)
          @JsonPropertyDescription("The fewest replicas to recommend for this workload.")
          @Nullable Integer minReplicas,
      @Min(0)
          @Max(10000)
          @JsonPropertyDescription("The most replicas to recommend for this workload.")
          @Nullable Integer maxReplicas) {

    // Items of lists have no defaults in the schema: what an API server fills in there is a
    // difference to what was applied, for ever.
    @SuppressWarnings("ConstantValue")
    public Workload {
      apiVersion = apiVersion == null ? "apps/v1" : apiVersion;
      kind = kind == null ? "Deployment" : kind;
      role = role == null ? Role.SERVE : role;
    }
  }

  /** What a workload's replicas do. */
  public enum Role {
    @JsonProperty("Serve")
    SERVE,
    @JsonProperty("Prefill")
    PREFILL,
    @JsonProperty("Decode")
    DECODE
  }

  /** What serving the model on own GPUs costs and allows. */
  @FieldsOnly
  @ValidationRule(
      value = CAPACITY_ONCE,
      message = "give either capacityPerReplica or benchmarks, not both")
  @ValidationRule(
      value = REPLICAS_IN_ORDER,
      message = "minReplicas may not be greater than maxReplicas")
  @ValidationRule(
      value =
          "!has(self.redundantReplicas) || self.redundantReplicas == 0 || !has(self.maxReplicas)"
              + " || self.redundantReplicas < self.maxReplicas",
      message = "redundantReplicas must be less than maxReplicas: no replica would carry load")
  public record SelfHost(
      @Default("{}")
          @JsonPropertyDescription(
              "The GPUs of a replica. What is not stated is read from the pods' requests, the labels"
                  + " of their nodes and the rate card.")
          Gpu gpu,
      @JsonPropertyDescription("GPUs that are paid for whether they are used or not.")
          @Nullable Reserved reserved,
      @JsonPropertyDescription(
              "What one replica sustains at its latency target. Without it and without benchmarks,"
                  + " the capacity is learned from the traffic, as far as the traffic shows it.")
          @Nullable Capacity capacityPerReplica,
      @Size(min = 1, max = 50)
          @JsonPropertyDescription("Measured maxima of one replica, to which a capacity is fitted.")
          @Nullable List<Benchmark> benchmarks,
      @JsonPropertyDescription(
              "What self-hosting costs beside GPUs, per month of 730 hours. It is paid in full as soon"
                  + " as anything is self-hosted. If it is not stated, nothing is added and the"
                  + " confidence is at most Medium. To state that it costs nothing, write {}.")
          @Nullable MonthlyOverhead monthlyOverhead,
      @Min(0)
          @Max(99)
          @Default("20")
          @JsonPropertyDescription("Share of each serving replica that is kept free, percent.")
          Integer headroomPercent,
      @Min(0)
          @Max(100)
          @Default("0")
          @JsonPropertyDescription("Replicas that carry no load and stand by for one that fails.")
          Integer redundantReplicas,
      @Min(0)
          @Max(10000)
          @Default("0")
          @JsonPropertyDescription("The fewest replicas to recommend, over all workloads.")
          Integer minReplicas,
      @Min(0)
          @Max(10000)
          @Default("1000")
          @JsonPropertyDescription("The most replicas to recommend, over all workloads.")
          Integer maxReplicas) {}

  /** The GPUs of a replica and what an hour of one costs. */
  @FieldsOnly
  public record Gpu(
      @Amount
          @JsonPropertyDescription(
              "Price of one GPU for one hour, on demand, in the policy's currency. If not stated, the"
                  + " price on the rate card for the product and purchase option is used; otherwise"
                  + " what OpenCost reports for the pods' nodes, if the source has it.")
          @Nullable String hourlyPrice,
      @Min(value = 0.0009, inclusive = false)
          @Max(1024)
          @JsonPropertyDescription(
              "GPUs that one replica takes; a MIG slice or a shared GPU is a fraction of one. If not"
                  + " stated, what the pods of a replica request.")
          @Nullable BigDecimal perReplica,
      @GpuProductName
          @JsonPropertyDescription(
              "GPU product on the rate card, such as NVIDIA-H100-80GB-HBM3. If not stated, the"
                  + " product in the nodes' labels.")
          @Nullable String product,
      @JsonPropertyDescription(
              "How the GPU is paid for, which picks its price on the rate card. If not stated, what"
                  + " the nodes' labels say, otherwise OnDemand.")
          @Nullable Purchase purchase) {}

  /** How a GPU is had. */
  public enum Purchase {
    @JsonProperty("OnDemand")
    ON_DEMAND,
    @JsonProperty("Reserved")
    RESERVED,
    @JsonProperty("Spot")
    SPOT,
    @JsonProperty("Owned")
    OWNED
  }

  /** GPUs that are paid whether used or not. */
  @FieldsOnly
  @ValidationRule(
      value = "self.replicas == 0 || has(self.until)",
      message = "a reservation needs its last day: until")
  public record Reserved(
      @Min(0)
          @Max(10000)
          @Required
          @JsonPropertyDescription("Number of replicas whose GPUs are reserved.")
          Integer replicas,
      @Amount
          @JsonPropertyDescription(
              "Price of one reserved GPU for one hour, in the policy's currency. If not stated, the"
                  + " Reserved price on the rate card.")
          @Nullable String hourlyPrice,
      @Day
          @JsonPropertyDescription(
              "Last day that is paid, UTC, such as \"2027-06-30\"; required if replicas is above 0."
                  + " Until then the reservation is paid in every alternative.")
          @Nullable String until) {}

  /** What one replica sustains at its latency target, of each kind of token alone. */
  @FieldsOnly
  public record Capacity(
      @Required
          @PositiveDecimal
          @JsonPropertyDescription("Uncached input tokens that one replica reads, tokens/s.")
          String inputTokensPerSecond,
      @PositiveDecimal
          @JsonPropertyDescription(
              "Input tokens found in the prefix cache that one replica takes, tokens/s. Defaults to"
                  + " inputTokensPerSecond.")
          @Nullable String cachedInputTokensPerSecond,
      @Required
          @PositiveDecimal
          @JsonPropertyDescription("Output tokens that one replica generates, tokens/s.")
          String outputTokensPerSecond,
      @PositiveDecimal
          @JsonPropertyDescription(
              "Context tokens that one replica reads while it generates, tokens/s. This is what makes"
                  + " long prompts and long outputs expensive. Not counted if not stated.")
          @Nullable String contextTokensPerSecond,
      @Min(0)
          @Max(90)
          @JsonPropertyDescription(
              "How far these figures may be off, up or down, percent. Defaults to 10. The verdict"
                  + " must be the same at both ends, or it is Inconclusive.")
          @Nullable Integer errorPercent) {}

  /** The most that one replica did at its latency target, for requests of one shape. */
  @FieldsOnly
  @ValidationRule(
      value = "self.inputTokens + self.outputTokens > 0",
      message = "a request has tokens: inputTokens and outputTokens may not both be 0")
  @ValidationRule(
      value = "!has(self.cachedInputTokens) || self.cachedInputTokens <= self.inputTokens",
      message = "cachedInputTokens are part of inputTokens and may not be more")
  public record Benchmark(
      @Required
          @Min(0)
          @Max(10_000_000)
          @JsonPropertyDescription("Input tokens of a request, cached ones included.")
          Integer inputTokens,
      @Min(0)
          @Max(10_000_000)
          @JsonPropertyDescription(
              "How many of them were found in the prefix cache. Defaults to none.")
          Integer cachedInputTokens,
      @Required @Min(0) @Max(10_000_000) @JsonPropertyDescription("Output tokens of a request.")
          Integer outputTokens,
      @Required
          @PositiveDecimal
          @JsonPropertyDescription("Requests that one replica finished, requests/s.")
          String requestsPerSecond) {

    @SuppressWarnings("ConstantValue")
    public Benchmark {
      cachedInputTokens = cachedInputTokens == null ? Integer.valueOf(0) : cachedInputTokens;
    }
  }

  /** What serving a model oneself costs beside GPUs. */
  @FieldsOnly
  public record MonthlyOverhead(
      @Amount
          @Default("0")
          @JsonPropertyDescription(
              "Engineering: building and tuning the serving stack, money per month.")
          String engineering,
      @Amount @Default("0") @JsonPropertyDescription("On-call work, money per month.")
          String onCall,
      @Amount
          @Default("0")
          @JsonPropertyDescription(
              "Model updates: evaluating and rolling out new weights, money per month.")
          String modelUpdates,
      @Amount
          @Default("0")
          @JsonPropertyDescription(
              "Anything else that is paid only for self-hosting, money per month.")
          String other) {

    /** Nothing: what a policy that states no overhead comes to. */
    public static final MonthlyOverhead NONE = new MonthlyOverhead("0", "0", "0", "0");

    /** Each part by the name that the status gives it too, money per month. */
    public Map<String, String> byPart() {
      Map<String, String> parts = new LinkedHashMap<>();
      parts.put("engineering", engineering);
      parts.put("onCall", onCall);
      parts.put("modelUpdates", modelUpdates);
      parts.put("other", other);
      return parts;
    }
  }

  /** What the same tokens cost on an API. */
  @FieldsOnly
  @ValidationRule(
      value = "!(has(self.offer) && has(self.prices))",
      message = "give either offer (a name on the rate card) or prices, not both")
  public record Api(
      @ModelName @JsonPropertyDescription("Name of the offer on the rate card.")
          @Nullable String offer,
      @JsonPropertyDescription("Prices, if they are not on a rate card.") @Nullable Prices prices,
      @Default("{}")
          @JsonPropertyDescription("Rate limits of the API, if they differ from the offer's.")
          Limits limits,
      @Min(0)
          @Max(100)
          @Default("0")
          @JsonPropertyDescription("Negotiated discount on every price, percent.")
          BigDecimal discountPercent,
      @Min(0)
          @Max(100)
          @JsonPropertyDescription(
              "Share of the input tokens that the API's prompt cache finds, percent. If not stated,"
                  + " it is assumed to hit as often as the engine's own, and the status says so.")
          @Nullable BigDecimal cacheHitPercent,
      @Min(0)
          @Max(100)
          @Default("0")
          @JsonPropertyDescription(
              "Share of the tokens that can wait for hours and is priced as batch, percent.")
          BigDecimal batchPercent,
      @Min(1)
          @Max(3650)
          @Default("180")
          @JsonPropertyDescription("Age at which a price counts as stale, days since it was read.")
          Integer maxOfferAgeDays) {}

  /** A price list. */
  @FieldsOnly
  @ValidationRule(
      value = "has(self.batchInputPerMillion) == has(self.batchOutputPerMillion)",
      message = "batch prices come in pairs: give batchInputPerMillion and batchOutputPerMillion")
  public record Prices(
      @Required @Amount @JsonPropertyDescription("Price of 1,000,000 uncached input tokens.")
          String inputPerMillion,
      @Amount
          @JsonPropertyDescription(
              "Price of 1,000,000 input tokens found in the API's cache. Defaults to"
                  + " inputPerMillion.")
          @Nullable String cachedInputPerMillion,
      @Amount
          @JsonPropertyDescription(
              "Price of 1,000,000 input tokens that are written to the API's cache. Defaults to"
                  + " inputPerMillion.")
          @Nullable String cacheWritePerMillion,
      @Required @Amount @JsonPropertyDescription("Price of 1,000,000 output tokens.")
          String outputPerMillion,
      @Amount @JsonPropertyDescription("Batch price of 1,000,000 input tokens.")
          @Nullable String batchInputPerMillion,
      @Amount @JsonPropertyDescription("Batch price of 1,000,000 output tokens.")
          @Nullable String batchOutputPerMillion,
      @Size(max = 4)
          @ValidationRule(
              value = "self.all(a, self.exists_one(b, a.aboveInputTokens == b.aboveInputTokens))",
              message = "two tiers may not start at the same aboveInputTokens")
          @JsonPropertyDescription("Prices of long prompts.")
          List<LongContextTier> longContext,
      @Size(max = 3)
          @JsonPropertyDescription(
              "Prices for a part of every day, in place of the ordinary ones. Where two overlap, the"
                  + " first one counts. Long prompts cost the same all day.")
          List<DailyPrices> hours,
      @PositiveDecimal
          @JsonPropertyDescription(
              "Tokens that the API counts for one token that the engine counts, if their tokenizers"
                  + " differ. Defaults to 1.")
          @Nullable String tokenRatio,
      @Where @JsonPropertyDescription("Where the prices were read: a URL, or a few words.")
          @Nullable String source,
      @Day @JsonPropertyDescription("Day on which they were read, UTC, such as \"2026-10-31\".")
          @Nullable String asOf) {

    public Prices {
      longContext = listOf(longContext);
      hours = listOf(hours);
    }
  }

  /** What tokens cost at some time of every day, in place of the ordinary prices. */
  @FieldsOnly
  @ValidationRule(value = "self.from != self.to", message = "must not end when it begins")
  public record DailyPrices(
      @Required
          @TimeOfDay
          @JsonPropertyDescription("Local time at which it begins, such as \"16:30\".")
          String from,
      @Required
          @TimeOfDay
          @JsonPropertyDescription(
              "Local time at which it ends, such as \"00:30\"; on the next day if it is earlier.")
          String to,
      @Size(min = 1, max = 64)
          @ValidationRule(
              value = "self.matches('^[A-Za-z][A-Za-z0-9_+/-]*$')",
              message = "must be a time zone such as Europe/Berlin")
          @JsonPropertyDescription("Time zone of both, such as Asia/Shanghai. Defaults to UTC.")
          @Nullable String timeZone,
      @Required @Amount @JsonPropertyDescription("Price of 1,000,000 uncached input tokens.")
          String inputPerMillion,
      @Amount
          @JsonPropertyDescription(
              "Price of 1,000,000 cached input tokens. Defaults to inputPerMillion.")
          @Nullable String cachedInputPerMillion,
      @Amount
          @JsonPropertyDescription(
              "Price of 1,000,000 input tokens written to the cache. Defaults to inputPerMillion.")
          @Nullable String cacheWritePerMillion,
      @Required @Amount @JsonPropertyDescription("Price of 1,000,000 output tokens.")
          String outputPerMillion) {}

  /** What a longer prompt costs, in place of the ordinary prices. */
  @FieldsOnly
  public record LongContextTier(
      @Required
          @Min(1)
          @Max(100_000_000)
          @JsonPropertyDescription(
              "Prompts longer than this are charged at the tier's prices, tokens.")
          Integer aboveInputTokens,
      @Required @Amount @JsonPropertyDescription("Price of 1,000,000 uncached input tokens.")
          String inputPerMillion,
      @Amount
          @JsonPropertyDescription(
              "Price of 1,000,000 cached input tokens. Defaults to inputPerMillion.")
          @Nullable String cachedInputPerMillion,
      @Amount
          @JsonPropertyDescription(
              "Price of 1,000,000 input tokens written to the cache. Defaults to inputPerMillion.")
          @Nullable String cacheWritePerMillion,
      @Required @Amount @JsonPropertyDescription("Price of 1,000,000 output tokens.")
          String outputPerMillion) {}

  /** What an API lets through. */
  @FieldsOnly
  public record Limits(
      @Min(1)
          @Max(1_000_000_000_000L)
          @JsonPropertyDescription("All tokens, cached ones included, tokens per minute.")
          @Nullable Long tokensPerMinute,
      @Min(1) @Max(1_000_000_000) @JsonPropertyDescription("Requests per minute.")
          @Nullable Long requestsPerMinute) {}

  /** What cost cannot decide. */
  @FieldsOnly
  public record Constraints(
      @Default("false")
          @JsonPropertyDescription("Prompts must not leave the cluster: no API, no burst.")
          Boolean dataMustStay,
      @Default("false")
          @JsonPropertyDescription(
              "The weights are your own and no API offers them: no API, no burst.")
          Boolean customWeights,
      @Default("false")
          @JsonPropertyDescription(
              "No API meets the latency that this traffic needs: no API, no burst.")
          Boolean apiTooSlow,
      @Default("false")
          @JsonPropertyDescription(
              "The product needs models that only an API has: own replicas cannot serve it.")
          Boolean apiModelsNeeded,
      @Default("Established")
          @JsonPropertyDescription(
              "Stage of the product: Prototype (today's traffic says little about next month), Early"
                  + " (the traffic still changes its shape) or Established.")
          Stage stage) {}

  /** How far a product is. */
  public enum Stage {
    @JsonProperty("Prototype")
    PROTOTYPE,
    @JsonProperty("Early")
    EARLY,
    @JsonProperty("Established")
    ESTABLISHED
  }

  /** How far to look back, and when to change the advice. */
  @FieldsOnly
  public record Planning(
      @Size(min = 2, max = 4)
          @ValidationRule(
              value =
                  "self.matches('^([1-9]|1[0-9]|2[0-8])d$|^([1-9][0-9]?|[1-5][0-9]{2}|6[0-6][0-9]|67[0-2])h$')",
              message = "must be 1h to 672h or 1d to 28d, such as 7d")
          @Default("7d")
          @JsonPropertyDescription(
              "The past that the verdict is based on, in days (d) or hours (h), at most 28d. Whole"
                  + " weeks are best, because monthly figures are scaled from it.")
          String window,
      @Size(min = 2, max = 4)
          @ValidationRule(
              value = "self.matches('^([1-9]|[1-5][0-9]|60)m$|^1h$')",
              message = "must be 1m to 60m, such as 10m")
          @Default("10m")
          @JsonPropertyDescription(
              "Length of a step of the traffic in a backtest, in minutes (m). If the file has other"
                  + " steps, the backtest uses those and says so. The operator uses 10m for all"
                  + " policies.")
          String step,
      @Size(min = 2, max = 6)
          @ValidationRule(
              value =
                  "self.matches('^(0|[1-9][0-9]{0,2})h$|^(0|[1-9][0-9]{0,3})m$|^(0|[1-9]|1[0-9]|2[0-8])d$')",
              message = "must be 0m to 9999m, 0h to 999h or 0d to 28d, such as 1h or 24h")
          @Default("1h")
          @JsonPropertyDescription(
              "Shortest time for which an added replica is kept, in minutes (m), hours (h) or days"
                  + " (d): 1h for GPUs on demand, 24h or more for committed ones.")
          String hold,
      @Size(min = 2, max = 5)
          @ValidationRule(
              value = "self.matches('^(0|[1-9][0-9]{0,3})[sm]$|^([0-9]|1[0-9]|2[0-4])h$')",
              message = "must be 0s to 9999s, 0m to 9999m or 0h to 24h, such as 10m")
          @Default("10m")
          @JsonPropertyDescription(
              "Start-up time: from the decision on a replica until it serves, in seconds (s), minutes"
                  + " (m) or hours (h). It is paid for.")
          String lead,
      @Min(0)
          @Max(100)
          @Default("5")
          @JsonPropertyDescription(
              "Saving below which a change is not worth it, percent of the present cost. It applies"
                  + " only where neither a review nor a replayed plan decides.")
          BigDecimal minSavingPercent,
      @Min(0)
          @Max(100)
          @Default("80")
          @JsonPropertyDescription(
              "Share of the window's steps, from the first known one on, that must be known for a"
                  + " verdict, percent.")
          BigDecimal minCoveragePercent,
      @Default("Manual")
          @JsonPropertyDescription(
              "Who changes the number of replicas: Manual (a person, at each review; the advice is one"
                  + " number to set and leave) or Automatic (KEDA, an HPA or another controller that"
                  + " follows the load).")
          Scaling scaling,
      @Size(min = 2, max = 4)
          @ValidationRule(
              value =
                  "self.matches('^([1-9]|1[0-9]|2[0-8])d$|^([1-9][0-9]?|[1-5][0-9]{2}|6[0-6][0-9]|67[0-2])h$')",
              message = "must be 1h to 672h or 1d to 28d, such as 7d")
          @Default("7d")
          @JsonPropertyDescription(
              "How long a number that is set by hand is left, in days (d) or hours (h).")
          String review,
      @JsonPropertyDescription(
              "Latency target: a replica sustains what it serves within it. It is checked against the"
                  + " engine's own histograms.")
          @Nullable Slo slo) {}

  /** Latency to serve within. */
  @FieldsOnly
  @ValidationRule(
      value = "has(self.ttftSeconds) || has(self.itlSeconds)",
      message = "give ttftSeconds, itlSeconds or both")
  public record Slo(
      // An API server cuts a bound to a whole number where the value is one: 0 would be 0.1.
      @Min(value = 0.0009, inclusive = false)
          @Max(600)
          @JsonPropertyDescription("Time to the first token, seconds.")
          @Nullable BigDecimal ttftSeconds,
      @Min(value = 0.0009, inclusive = false)
          @Max(60)
          @JsonPropertyDescription("Time between two output tokens, seconds.")
          @Nullable BigDecimal itlSeconds,
      @Min(50)
          @Max(99)
          @Default("95")
          @JsonPropertyDescription(
              "Share of the requests of a step that must meet these times, percent.")
          Integer percentile) {}

  /** Who changes the number of replicas. */
  public enum Scaling {
    @JsonProperty("Manual")
    MANUAL,
    @JsonProperty("Automatic")
    AUTOMATIC
  }

  static <T> List<T> listOf(@Nullable List<T> given) {
    return given == null ? List.of() : List.copyOf(given);
  }
}
