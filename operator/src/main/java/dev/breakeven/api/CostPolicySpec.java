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
            "The value of the engine's model label, where that differs from model (a served name, a"
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
            "What serves the model in the policy's namespace. None asks: should we start to host"
                + " it?")
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
            "The model's name at the gateway that sends tokens to an API, where that differs from"
                + " model. Which gateway is counted is configured with the source; without one what"
                + " already bursts is not seen.")
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
    @Default("{}") @JsonPropertyDescription("What serving the model on own GPUs costs and allows.")
        SelfHost selfHost,
    @Default("{}")
        @JsonPropertyDescription(
            "What the same tokens cost on an API. Without offer and prices the cheapest offer of"
                + " the rate card for the model is taken, among those with the same weights if"
                + " there are any, else among the comparable ones.")
        Api api,
    @Default("{}") @JsonPropertyDescription("What cost cannot decide.") Constraints constraints,
    @Default("{}")
        @JsonPropertyDescription("How far to look back and how quick to change its mind.")
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
              "Kind of the workload: Deployment if not stated, StatefulSet, LeaderWorkerSet or any other with a"
                  + " scale subresource that the operator may read.")
          String kind,
      @Required
          @KubernetesName
          @JsonPropertyDescription("Name of the workload, in the policy's namespace.")
          String name,
      @JsonPropertyDescription(
              "What its replicas do: Serve, if not stated, both reads prompts and generates; Prefill only reads"
                  + " prompts and Decode only generates, where serving is split in two. Then"
                  + " prompts are counted at Prefill and answers at Decode, a replica is one of"
                  + " Decode with its share of Prefill's, and a capacity is what these do"
                  + " together.")
          Role role,
      @JsonPropertyDescription("GPUs of this workload, where they differ from selfHost.gpu.")
          @Nullable Gpu gpu,
      @JsonPropertyDescription(
              "What one replica of this workload sustains, where it differs from"
                  + " selfHost.capacityPerReplica.")
          @Nullable Capacity capacityPerReplica,
      @Size(min = 1, max = 50)
          @JsonPropertyDescription(
              "Measured maxima of one replica of this workload, where they differ from"
                  + " selfHost.benchmarks.")
          @Nullable List<Benchmark> benchmarks,
      @Min(0) @Max(10000) @JsonPropertyDescription("Fewest replicas this workload may be advised.")
          @Nullable Integer minReplicas,
      @Min(0) @Max(10000) @JsonPropertyDescription("Most replicas this workload may be advised.")
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
              "The GPUs of a replica. What is not stated comes from the pods' requests, the labels"
                  + " of their nodes and the rate card.")
          Gpu gpu,
      @JsonPropertyDescription("GPUs that are paid whether used or not.")
          @Nullable Reserved reserved,
      @JsonPropertyDescription(
              "What one replica sustains at its latency target. Without it and without benchmarks"
                  + " it is learned from the traffic, as far as that shows it.")
          @Nullable Capacity capacityPerReplica,
      @Size(min = 1, max = 50)
          @JsonPropertyDescription("Measured maxima of one replica, to which a capacity is fitted.")
          @Nullable List<Benchmark> benchmarks,
      @JsonPropertyDescription(
              "What serving a model oneself costs beside GPUs, per month of 730 hours. Paid for the"
                  + " whole month once anything is self-hosted. Where it is not stated nothing is"
                  + " added, and the confidence is at most Medium; to state that it costs nothing,"
                  + " write {}.")
          @Nullable MonthlyOverhead monthlyOverhead,
      @Min(0)
          @Max(99)
          @Default("20")
          @JsonPropertyDescription("Part of each serving replica that is kept free, percent.")
          Integer headroomPercent,
      @Min(0)
          @Max(100)
          @Default("0")
          @JsonPropertyDescription("Replicas that carry no load but stand by for one that fails.")
          Integer redundantReplicas,
      @Min(0)
          @Max(10000)
          @Default("0")
          @JsonPropertyDescription("Fewest replicas that may be advised, over all workloads.")
          Integer minReplicas,
      @Min(0)
          @Max(10000)
          @Default("1000")
          @JsonPropertyDescription("Most replicas that may be advised, over all workloads.")
          Integer maxReplicas) {}

  /** The GPUs of a replica and what an hour of one costs. */
  @FieldsOnly
  public record Gpu(
      @Amount
          @JsonPropertyDescription(
              "Price of one GPU for one hour, on demand, in the policy's currency. Else the rate"
                  + " card's, by product and purchase; else what OpenCost says of the nodes that"
                  + " the pods are on, where the source has it.")
          @Nullable String hourlyPrice,
      @Min(value = 0.0009, inclusive = false)
          @Max(1024)
          @JsonPropertyDescription(
              "GPUs that one replica takes; a MIG slice or a shared GPU is a fraction of one. Else"
                  + " what the pods of a replica request.")
          @Nullable BigDecimal perReplica,
      @GpuProductName
          @JsonPropertyDescription(
              "GPU product on the rate card, such as NVIDIA-H100-80GB-HBM3. Else what the nodes are"
                  + " labelled with.")
          @Nullable String product,
      @JsonPropertyDescription(
              "How the GPU is had, to pick its price on the rate card. Else what the nodes are"
                  + " labelled with, else OnDemand.")
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
          @JsonPropertyDescription("How many replicas' worth of GPUs are reserved.")
          Integer replicas,
      @Amount
          @JsonPropertyDescription(
              "Price of one reserved GPU for one hour, in the policy's currency. Else the rate"
                  + " card's for purchase Reserved.")
          @Nullable String hourlyPrice,
      @Day
          @JsonPropertyDescription(
              "Last day that is paid, UTC, such as \"2027-06-30\"; needed where replicas is above"
                  + " 0. Until then the reservation is paid in every alternative.")
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
              "Input tokens found in the prefix cache that one replica takes, tokens/s; as"
                  + " inputTokensPerSecond if not stated.")
          @Nullable String cachedInputTokensPerSecond,
      @Required
          @PositiveDecimal
          @JsonPropertyDescription("Output tokens that one replica generates, tokens/s.")
          String outputTokensPerSecond,
      @PositiveDecimal
          @JsonPropertyDescription(
              "Context tokens that one replica reads while it generates, tokens/s: what makes long"
                  + " prompts and long answers dear. Not counted if not stated.")
          @Nullable String contextTokensPerSecond,
      @Min(0)
          @Max(90)
          @JsonPropertyDescription(
              "How far these figures may be off, either way, percent: 10 if not stated. The verdict"
                  + " holds at both ends, or is Inconclusive.")
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
          @JsonPropertyDescription("Input tokens of a request, cached ones included, tokens.")
          Integer inputTokens,
      @Min(0)
          @Max(10_000_000)
          @JsonPropertyDescription(
              "Of these, tokens found in the prefix cache, tokens; none if not stated.")
          Integer cachedInputTokens,
      @Required
          @Min(0)
          @Max(10_000_000)
          @JsonPropertyDescription("Output tokens of a request, tokens.")
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
          @JsonPropertyDescription("Engineering: building and tuning the serving, money per month.")
          String engineering,
      @Amount
          @Default("0")
          @JsonPropertyDescription("On-call: people who get up for it, money per month.")
          String onCall,
      @Amount
          @Default("0")
          @JsonPropertyDescription(
              "Model updates: evaluating and rolling out new weights, money per month.")
          String modelUpdates,
      @Amount
          @Default("0")
          @JsonPropertyDescription(
              "Anything else that is paid only when self-hosting, money per month.")
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
      @JsonPropertyDescription("Prices, where they are not on a rate card.")
          @Nullable Prices prices,
      @Default("{}")
          @JsonPropertyDescription(
              "What the API lets through, where it differs from the offer's limits.")
          Limits limits,
      @Min(0)
          @Max(100)
          @Default("0")
          @JsonPropertyDescription("Negotiated discount on every price, percent.")
          BigDecimal discountPercent,
      @Min(0)
          @Max(100)
          @JsonPropertyDescription(
              "Part of the input tokens that the API's prompt cache finds, percent. If not stated"
                  + " it is taken to hit as often as the engine's own, and the status says so.")
          @Nullable BigDecimal cacheHitPercent,
      @Min(0)
          @Max(100)
          @Default("0")
          @JsonPropertyDescription(
              "Part of the tokens that may wait for hours and is priced as batch, percent.")
          BigDecimal batchPercent,
      @Min(1)
          @Max(3650)
          @Default("180")
          @JsonPropertyDescription(
              "How old the reading of a price may be before the status calls it stale, days.")
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
              "Price of 1,000,000 input tokens found in the API's cache; as inputPerMillion if not"
                  + " stated.")
          @Nullable String cachedInputPerMillion,
      @Amount
          @JsonPropertyDescription(
              "Price of 1,000,000 input tokens that the API's cache is made to keep, in place of"
                  + " inputPerMillion; as inputPerMillion if not stated.")
          @Nullable String cacheWritePerMillion,
      @Required @Amount @JsonPropertyDescription("Price of 1,000,000 output tokens.")
          String outputPerMillion,
      @Amount @JsonPropertyDescription("Price of 1,000,000 input tokens of requests that may wait.")
          @Nullable String batchInputPerMillion,
      @Amount
          @JsonPropertyDescription("Price of 1,000,000 output tokens of requests that may wait.")
          @Nullable String batchOutputPerMillion,
      @Size(max = 4)
          @ValidationRule(
              value = "self.all(a, self.exists_one(b, a.aboveInputTokens == b.aboveInputTokens))",
              message = "two tiers may not start at the same aboveInputTokens")
          @JsonPropertyDescription("Prices of long prompts.")
          List<LongContextTier> longContext,
      @Size(max = 3)
          @JsonPropertyDescription(
              "Prices at some time of every day, in place of the ordinary ones; of two that overlap"
                  + " the first counts. Long prompts cost the same all day.")
          List<DailyPrices> hours,
      @PositiveDecimal
          @JsonPropertyDescription(
              "Tokens that the API counts for one token that the engine counts, where their"
                  + " tokenizers differ; 1 if not stated.")
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
          @JsonPropertyDescription("Time zone of both, such as Asia/Shanghai; UTC if not stated.")
          @Nullable String timeZone,
      @Required @Amount @JsonPropertyDescription("Price of 1,000,000 uncached input tokens.")
          String inputPerMillion,
      @Amount
          @JsonPropertyDescription(
              "Price of 1,000,000 cached input tokens; as inputPerMillion if not stated.")
          @Nullable String cachedInputPerMillion,
      @Amount
          @JsonPropertyDescription(
              "Price of 1,000,000 input tokens written to the cache; as inputPerMillion if not"
                  + " stated.")
          @Nullable String cacheWritePerMillion,
      @Required @Amount @JsonPropertyDescription("Price of 1,000,000 output tokens.")
          String outputPerMillion) {}

  /** What a longer prompt costs, in place of the ordinary prices. */
  @FieldsOnly
  public record LongContextTier(
      @Required
          @Min(1)
          @Max(100_000_000)
          @JsonPropertyDescription("Prompts longer than this pay the tier's prices, tokens.")
          Integer aboveInputTokens,
      @Required @Amount @JsonPropertyDescription("Price of 1,000,000 uncached input tokens.")
          String inputPerMillion,
      @Amount
          @JsonPropertyDescription(
              "Price of 1,000,000 cached input tokens; as inputPerMillion if not stated.")
          @Nullable String cachedInputPerMillion,
      @Amount
          @JsonPropertyDescription(
              "Price of 1,000,000 input tokens written to the cache; as inputPerMillion if not"
                  + " stated.")
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
      @Default("false") @JsonPropertyDescription("Prompts may not leave: no API, no burst.")
          Boolean dataMustStay,
      @Default("false")
          @JsonPropertyDescription(
              "The weights are our own and no API offers them: no API, no burst.")
          Boolean customWeights,
      @Default("false")
          @JsonPropertyDescription(
              "No API meets the latency that this traffic needs: no API, no burst.")
          Boolean apiTooSlow,
      @Default("false")
          @JsonPropertyDescription(
              "The product needs models that only an API has: own replicas are no answer.")
          Boolean apiModelsNeeded,
      @Default("Established")
          @JsonPropertyDescription(
              "How far the product is: Prototype (the traffic says little about next month), Early"
                  + " (it still changes its shape) or Established.")
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

  /** How far to look back and how quick to change one's mind. */
  @FieldsOnly
  public record Planning(
      @Size(min = 2, max = 4)
          @ValidationRule(
              value =
                  "self.matches('^([1-9]|1[0-9]|2[0-8])d$|^([1-9][0-9]?|[1-5][0-9]{2}|6[0-6][0-9]|67[0-2])h$')",
              message = "must be 1h to 672h or 1d to 28d, such as 7d")
          @Default("7d")
          @JsonPropertyDescription(
              "The past that the verdict is made from, in days (d) or hours (h), at most 28d. Whole"
                  + " weeks are best: a month is worked out from it.")
          String window,
      @Size(min = 2, max = 4)
          @ValidationRule(
              value = "self.matches('^([1-9]|[1-5][0-9]|60)m$|^1h$')",
              message = "must be 1m to 60m, such as 10m")
          @Default("10m")
          @JsonPropertyDescription(
              "Length of a step of the traffic a backtest is given, in minutes (m); a file with"
                  + " other steps is decided in its own, and the command says so. The operator has"
                  + " one step for all policies, 10m.")
          String step,
      @Size(min = 2, max = 6)
          @ValidationRule(
              value =
                  "self.matches('^(0|[1-9][0-9]{0,2})h$|^(0|[1-9][0-9]{0,3})m$|^(0|[1-9]|1[0-9]|2[0-8])d$')",
              message = "must be 0m to 9999m, 0h to 999h or 0d to 28d, such as 1h or 24h")
          @Default("1h")
          @JsonPropertyDescription(
              "Shortest time a replica is kept once added, in minutes (m), hours (h) or days (d):"
                  + " 1h for GPUs on demand, 24h and more for committed ones.")
          String hold,
      @Size(min = 2, max = 5)
          @ValidationRule(
              value = "self.matches('^(0|[1-9][0-9]{0,3})[sm]$|^([0-9]|1[0-9]|2[0-4])h$')",
              message = "must be 0s to 9999s, 0m to 9999m or 0h to 24h, such as 10m")
          @Default("10m")
          @JsonPropertyDescription(
              "Time from deciding on a replica to its serving, in seconds (s), minutes (m) or hours"
                  + " (h). It is paid from the decision on.")
          String lead,
      @Min(0)
          @Max(100)
          @Default("5")
          @JsonPropertyDescription(
              "Saving below which a change of mind is not worth it, percent of the present cost. It"
                  + " applies only where neither a review nor a replayed plan decides.")
          BigDecimal minSavingPercent,
      @Min(0)
          @Max(100)
          @Default("80")
          @JsonPropertyDescription(
              "Part of the window's steps that must be known for a verdict, from the first known"
                  + " one on, percent.")
          BigDecimal minCoveragePercent,
      @Default("Manual")
          @JsonPropertyDescription(
              "Who changes the number of replicas: Manual (a person, at each review: the advice is"
                  + " one number to set and leave) or Automatic (KEDA, an HPA or another controller"
                  + " follows the load).")
          Scaling scaling,
      @Size(min = 2, max = 4)
          @ValidationRule(
              value =
                  "self.matches('^([1-9]|1[0-9]|2[0-8])d$|^([1-9][0-9]?|[1-5][0-9]{2}|6[0-6][0-9]|67[0-2])h$')",
              message = "must be 1h to 672h or 1d to 28d, such as 7d")
          @Default("7d")
          @JsonPropertyDescription(
              "How long a number that is set by hand stays, in days (d) or hours (h).")
          String review,
      @JsonPropertyDescription(
              "Latency to serve within: a replica sustains what it serves at it. Measured by the"
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
          @JsonPropertyDescription("Time between two tokens of an answer, seconds.")
          @Nullable BigDecimal itlSeconds,
      @Min(50)
          @Max(99)
          @Default("95")
          @JsonPropertyDescription(
              "Percentile of the requests of a step that have to be as fast as that, percent.")
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
