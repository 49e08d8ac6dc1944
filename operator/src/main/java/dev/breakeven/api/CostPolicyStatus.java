package dev.breakeven.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link CostPolicy}. Figures are decimal strings, rounded to what a person reads,
 * in the unit that their name ends in; amounts are in {@link Cost#currency}. What is not known is
 * left out, and a message or a condition says why. Names sort so that {@code kubectl describe},
 * which prints them A to Z, opens with the advice.
 */
@FieldsOnly
@SchemaCustomizer(
    value = SchemaAddition.class,
    input =
        // Nobody but the operator writes a part of a part: that the API server keeps account of
        // each
        // field is a third of a stored policy, and of what a write costs it.
        "{\"properties\": {\"advice\": {\"x-kubernetes-map-type\": \"atomic\"},"
            + " \"breakeven\": {\"x-kubernetes-map-type\": \"atomic\"},"
            + " \"conditions\": {\"x-kubernetes-list-type\": \"map\","
            + " \"x-kubernetes-list-map-keys\": [\"type\"],"
            + " \"items\": {\"x-kubernetes-map-type\": \"atomic\"}},"
            + " \"cost\": {\"x-kubernetes-map-type\": \"atomic\"},"
            + " \"observed\": {\"x-kubernetes-map-type\": \"atomic\"},"
            + " \"proof\": {\"x-kubernetes-map-type\": \"atomic\"},"
            + " \"scenario\": {\"x-kubernetes-map-type\": \"atomic\"}}}")
public record CostPolicyStatus(
    @JsonPropertyDescription("The answer.") @Nullable Advice advice,
    @Size(max = 12)
        @JsonPropertyDescription(
            "The ways that were compared and can win, and what runs, cheapest that serves everything"
                + " first; line by line for the one that is advised and for what runs.")
        List<Alternative> alternatives,
    @JsonPropertyDescription("Where own GPUs and the API cost the same.")
        @Nullable Breakeven breakeven,
    @Size(max = 32) @JsonPropertyDescription("What holds and what does not.")
        List<Condition> conditions,
    @JsonPropertyDescription("What a token cost in the last hour, ours and the API's.")
        @Nullable Cost cost,
    @Size(max = 63)
        @JsonPropertyDescription(
            "Hash of what the sentences of this status say, without their figures; where it"
                + " changes, the status is written at once.")
        @Nullable String messagesHash,
    @Size(max = 5) @JsonPropertyDescription("The last changes of mind, newest first.")
        List<Change> recentChanges,
    @JsonPropertyDescription("What was seen.") @Nullable Observed observed,
    @Min(0) @JsonPropertyDescription("Generation of the policy that this status answers.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("What following the advice would have cost.") @Nullable Proof proof,
    @JsonPropertyDescription("Which kind of workload this is.") @Nullable Scenario scenario,
    @Size(max = 16)
        @JsonPropertyDescription("The workloads, and how many replicas each should have.")
        List<WorkloadStatus> workloads) {

  public CostPolicyStatus {
    alternatives = CostPolicySpec.listOf(alternatives);
    conditions = CostPolicySpec.listOf(conditions);
    recentChanges = CostPolicySpec.listOf(recentChanges);
    workloads = CostPolicySpec.listOf(workloads);
  }

  /** The answer: own or rent, and what to do with the replicas now. */
  @FieldsOnly
  @SchemaCustomizer(
      value = SchemaAddition.class,
      input =
          "{\"properties\": {\"action\": {\"enum\": [\"None\", \"Hold\", \"ScaleUp\","
              + " \"ScaleDown\", \"Burst\", \"StartSelfHosting\", \"StopSelfHosting\"]},"
              + " \"confidence\": {\"enum\": [\"High\", \"Medium\", \"Low\", \"None\"]},"
              + " \"verdict\": {\"enum\": [\"SelfHost\", \"Hybrid\", \"API\", \"Inconclusive\"]}}}")
  public record Advice(
      @Size(max = 63)
          @JsonPropertyDescription(
              "Scale or burst, the next thing to do: None, Hold, ScaleUp, ScaleDown, Burst,"
                  + " StartSelfHosting or StopSelfHosting.")
          @Nullable String action,
      @Size(max = 512) @JsonPropertyDescription("Why that action, in a sentence.")
          @Nullable String actionMessage,
      @Size(max = 63) @JsonPropertyDescription("The rule that chose the action.")
          @Nullable String actionReason,
      @Size(max = 63) @JsonPropertyDescription("The one of alternatives that is advised.")
          @Nullable String alternative,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What following the load (scaling: Automatic) would save against going on as now,"
                  + " money per month.")
          @Nullable String automaticSaving,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Traffic above this goes to the API, tokens/s of every kind, in the mix seen.")
          @Nullable String burstAboveTokensPerSecond,
      @Size(max = 32) @JsonPropertyDescription("Part of the tokens that is above it, percent.")
          @Nullable String burstSharePercent,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Last day on which any committed GPU is paid whatever is advised, UTC.")
          @Nullable String commitmentsUntil,
      @Size(max = 63)
          @JsonPropertyDescription(
              "How far the verdict can be relied on: High, Medium, Low or None.")
          @Nullable String confidence,
      @Size(max = 63)
          @JsonPropertyDescription(
              "Hash of the policy's generation and its prices; where it changes, the policy is"
                  + " decided afresh at once.")
          @Nullable String inputHash,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What the number that is set by hand and left (scaling: Manual) would save against"
                  + " going on as now, money per month.")
          @Nullable String manualSaving,
      @JsonPropertyDescription(
              "The next whole replica against what it would take over from the API, and the last"
                  + " one the other way round.")
          @Nullable Marginal marginal,
      @Size(max = 512) @JsonPropertyDescription("Why that verdict, in a sentence.")
          @Nullable String message,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What following the advice saves against going on as now, money per month; negative"
                  + " where it costs more.")
          @Nullable String monthlySaving,
      @Size(max = 32)
          @JsonPropertyDescription(
              "The most it is likely to save: the high end of the 90 % interval for the next seven"
                  + " days, money per month.")
          @Nullable String monthlySavingHigh,
      @Size(max = 32)
          @JsonPropertyDescription(
              "The least it is likely to save: the low end of the 90 % interval for the next seven"
                  + " days, money per month.")
          @Nullable String monthlySavingLow,
      @Size(max = 32)
          @JsonPropertyDescription(
              "When a number that is set by hand is to be reviewed, RFC 3339 in UTC.")
          @Nullable String nextReview,
      @JsonPropertyDescription("A change of mind that has yet to prove that it lasts.")
          @Nullable Pending pending,
      @Size(max = 63) @JsonPropertyDescription("The rule that gave the verdict.")
          @Nullable String reason,
      @Min(0)
          @Max(1_000_000)
          @JsonPropertyDescription("Replicas to hold from now on, over all workloads.")
          @Nullable Integer replicasAdvised,
      @Min(0) @Max(1_000_000) @JsonPropertyDescription("Replicas wanted now, over all workloads.")
          @Nullable Integer replicasNow,
      @Size(max = 32)
          @JsonPropertyDescription("Since when that number is advised, RFC 3339 in UTC.")
          @Nullable String replicasSince,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What the cheapest alternative saves against keeping what runs after"
                  + " commitmentsUntil, money per month. Until then monthlySaving counts cash only.")
          @Nullable String savingAfterCommitments,
      @Size(max = 63) @JsonPropertyDescription("Who changes the number: Manual or Automatic.")
          @Nullable String scaling,
      @Size(max = 63) @JsonPropertyDescription("The advice in a few words.")
          @Nullable String shortMessage,
      @Size(max = 32) @JsonPropertyDescription("Since when that verdict is given, RFC 3339 in UTC.")
          @Nullable String since,
      @Size(max = 1024)
          @JsonPropertyDescription("The whole answer in one line that a person can act on.")
          @Nullable String summary,
      @Size(max = 63)
          @JsonPropertyDescription("Own or rent: SelfHost, Hybrid, API or Inconclusive.")
          @Nullable String verdict) {}

  /** One replica more and one less, each against the API, per hour. */
  @FieldsOnly
  public record Marginal(
      @Size(max = 32)
          @JsonPropertyDescription(
              "What the API would charge for what the last replica carries, money per hour.")
          @Nullable String lastReplicaCarriesPerHour,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What the last replica costs, money per hour; 0 where it is reserved.")
          @Nullable String lastReplicaPerHour,
      @Size(max = 32) @JsonPropertyDescription("What one more replica costs, money per hour.")
          @Nullable String nextReplicaPerHour,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What the API would charge for what one more replica would take over, money per"
                  + " hour.")
          @Nullable String overflowSavedPerHour) {}

  /** A change of mind that has yet to prove that it lasts. */
  @FieldsOnly
  public record Pending(
      @Min(0)
          @Max(1_000_000)
          @JsonPropertyDescription("Replicas it would advise, over all workloads.")
          @Nullable Integer replicas,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Since when it is the better one without a break, RFC 3339 in UTC.")
          @Nullable String since,
      @Size(max = 63) @JsonPropertyDescription("The verdict it would change to.")
          @Nullable String verdict) {}

  /** One way to serve the traffic of the window, as a month of it would cost. */
  @FieldsOnly
  public record Alternative(
      @Size(max = 32)
          @JsonPropertyDescription(
              "Traffic above this goes to the API, tokens/s of every kind, in the mix seen.")
          @Nullable String burstAboveTokensPerSecond,
      @Size(max = 32) @JsonPropertyDescription("Part of the tokens that goes to the API, percent.")
          @Nullable String burstSharePercent,
      @JsonPropertyDescription(
              "Whether every token is served. What leaves tokens unserved cannot win.")
          @Nullable Boolean feasible,
      @JsonProperty("alternative")
          @Size(max = 63)
          @JsonPropertyDescription(
              "Which way: APIOnly, TodaysReplicas, SelfHostPeak, BaselineBurst, ScheduledBurst or"
                  + " FollowingBurst.")
          @Nullable String kind,
      @Size(max = 512) @JsonPropertyDescription("Why it leaves tokens unserved, in a sentence.")
          @Nullable String message,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Everything that is paid, money per month; of APIOnly all of the traffic, whether the"
                  + " API may and can take it or not.")
          @Nullable String monthlyTotal,
      @Size(max = 32)
          @JsonPropertyDescription(
              "The same where reserved GPUs are paid only while they are used: the question at"
                  + " renewal, money per month.")
          @Nullable String monthlyTotalWithoutReservation,
      @JsonPropertyDescription("The month line by line.") @Nullable Bill perMonth,
      @Size(max = 63) @JsonPropertyDescription("Why it leaves tokens unserved, as a name.")
          @Nullable String reason,
      @Size(max = 63) @JsonPropertyDescription("Replicas it holds: a number, or fewest to most.")
          @Nullable String replicas,
      @Size(max = 7)
          @JsonPropertyDescription(
              "Replicas by hour of the week, a line a day from Monday, 24 numbers from 00:00 UTC,"
                  + " made from all days; each day is charged by one that is made from the others.")
          List<@Size(max = 160) String> schedule,
      @Size(max = 32) @JsonPropertyDescription("Tokens that nobody would serve, tokens per month.")
          @Nullable String unservedTokensPerMonth) {
    public Alternative {
      schedule = CostPolicySpec.listOf(schedule);
    }
  }

  /** A month line by line, money per month each. The lines add up to the total. */
  @FieldsOnly
  public record Bill(
      @Size(max = 32) @JsonPropertyDescription("Cached input tokens on the API.")
          @Nullable String apiCachedInput,
      @Size(max = 32) @JsonPropertyDescription("Uncached input tokens on the API.")
          @Nullable String apiInput,
      @Size(max = 32) @JsonPropertyDescription("Output tokens on the API.")
          @Nullable String apiOutput,
      @Size(max = 32) @JsonPropertyDescription("GPUs that carried load.") @Nullable String busy,
      @Size(max = 32) @JsonPropertyDescription("Overhead: engineering.")
          @Nullable String engineering,
      @Size(max = 32)
          @JsonPropertyDescription(
              "All GPUs, where it is not known how busy they are: in place of busy, headroom, idle,"
                  + " redundancy and unusedReservation.")
          @Nullable String gpus,
      @Size(max = 32) @JsonPropertyDescription("GPUs kept free on purpose.")
          @Nullable String headroom,
      @Size(max = 32) @JsonPropertyDescription("GPUs that could have carried load and had none.")
          @Nullable String idle,
      @Size(max = 32) @JsonPropertyDescription("Overhead: model updates.")
          @Nullable String modelUpdates,
      @Size(max = 32) @JsonPropertyDescription("Overhead: on-call.") @Nullable String onCall,
      @Size(max = 32) @JsonPropertyDescription("Overhead: anything else.") @Nullable String other,
      @Size(max = 32) @JsonPropertyDescription("Spare replicas.") @Nullable String redundancy,
      @Size(max = 32) @JsonPropertyDescription("Reserved GPUs that nothing ran on.")
          @Nullable String unusedReservation) {

    /** The parts of the overhead, money per month each. */
    public List<@Nullable String> overhead() {
      return Arrays.asList(engineering, modelUpdates, onCall, other);
    }
  }

  /** Where own GPUs and the API cost the same for this traffic. */
  @FieldsOnly
  public record Breakeven(
      @JsonPropertyDescription(
              "The volume of this very shape of traffic from which on own GPUs never cost more.")
          @Nullable Volume alwaysFrom,
      @Min(0)
          @Max(1_000_000)
          @JsonPropertyDescription(
              "The number of replicas it is worked out at: what runs now, else what the best plan"
                  + " holds.")
          @Nullable Integer atReplicas,
      @Size(max = 32)
          @JsonPropertyDescription(
              "The most that number may serve, tokens/s of every kind, in the mix seen.")
          @Nullable String capacityTokensPerSecond,
      @JsonPropertyDescription(
              "The least volume of this very shape of traffic at which own GPUs cost no more.")
          @Nullable Volume firstFrom,
      @Size(max = 512) @JsonPropertyDescription("In a sentence, or why it is not known.")
          @Nullable String message,
      @JsonPropertyDescription(
              "Whether that utilisation can be reached with that many replicas, headroom and"
                  + " redundancy kept.")
          @Nullable Boolean reachable,
      @Size(max = 32)
          @JsonPropertyDescription(
              "The highest utilisation that this shape of traffic allows, percent.")
          @Nullable String reachableForShapePercent,
      @Size(max = 32)
          @JsonPropertyDescription(
              "The highest utilisation that headroom and redundancy leave, percent.")
          @Nullable String reachableMaxPercent,
      @Size(max = 32)
          @JsonPropertyDescription("What that number serves now, tokens/s of every kind.")
          @Nullable String servedTokensPerSecond,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What it would have to serve to break even, tokens/s of every kind, in the mix seen.")
          @Nullable String tokensPerSecond,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Utilisation of all GPUs held from which on they cost no more than the API, percent.")
          @Nullable String utilizationPercent) {}

  /** A volume of traffic of the shape seen. */
  @FieldsOnly
  public record Volume(
      @Size(max = 512) @JsonPropertyDescription("In a sentence where there is no such volume.")
          @Nullable String message,
      @Size(max = 32) @JsonPropertyDescription("Multiple of today's traffic.")
          @Nullable String multipleOfNow,
      @Size(max = 32) @JsonPropertyDescription("Tokens of every kind, tokens per month.")
          @Nullable String tokensPerMonth) {}

  /** One thing that holds or does not, and why. */
  @FieldsOnly
  @SchemaCustomizer(
      value = SchemaAddition.class,
      input = "{\"properties\": {\"status\": {\"enum\": [\"True\", \"False\", \"Unknown\"]}}}")
  public record Condition(
      @Required
          @Size(max = 32)
          @JsonPropertyDescription("When status last changed, RFC 3339 in UTC.")
          String lastTransitionTime,
      @Required
          @Size(max = 1024)
          @JsonPropertyDescription("A sentence with the names and numbers that matter.")
          String message,
      @Min(0) @JsonPropertyDescription("Generation of the policy it was said of.")
          @Nullable Long observedGeneration,
      @Required @Size(min = 1, max = 128) @JsonPropertyDescription("Why, as a name.") String reason,
      @Required @Size(max = 7) @JsonPropertyDescription("True, False or Unknown.") String status,
      @Required @Size(min = 1, max = 63) @JsonPropertyDescription("What holds or does not.")
          String type) {}

  /** What a token cost in the last hour that was seen, ours and the API's for the same tokens. */
  @FieldsOnly
  public record Cost(
      @Size(max = 32)
          @JsonPropertyDescription(
              "What the API would have charged for the same tokens, money per 1,000,000.")
          @Nullable String apiPerMillion,
      @JsonPropertyDescription("What the API would charge for all the traffic.")
          @Nullable ApiBill apiPerMonth,
      @Size(max = 8)
          @JsonPropertyDescription(
              "This policy's part of the GPUs that its rate card lists as committed. They are paid"
                  + " for in every alternative until their last day.")
          List<@Size(max = 200) String> commitments,
      @Size(max = 8) @JsonPropertyDescription("What each constraint in force costs.")
          List<ConstraintCost> constraints,
      @Size(max = 3) @JsonPropertyDescription("The currency of every amount in this status.")
          @Nullable String currency,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What a token cost on own GPUs, everything included: hourly cost ÷ tokens of the"
                  + " hour, money per 1,000,000.")
          @Nullable String effectivePerMillion,
      @JsonPropertyDescription("What an hour of a GPU costs.") @Nullable GpuHour gpuHour,
      @Size(max = 32) @JsonPropertyDescription("The same without overhead, money per 1,000,000.")
          @Nullable String gpuOnlyPerMillion,
      @Size(max = 16) @JsonPropertyDescription("What is paid beside busy GPUs, line by line.")
          List<HiddenCost> hidden,
      @Size(max = 32) @JsonPropertyDescription("Start of that hour, RFC 3339 in UTC.")
          @Nullable String hourFrom,
      @Size(max = 32) @JsonPropertyDescription("GPUs held and overhead, money per hour.")
          @Nullable String hourlyCost,
      @Size(max = 512) @JsonPropertyDescription("Why a figure is not known.")
          @Nullable String message,
      @JsonPropertyDescription("The offer that the API's figures come from.")
          @Nullable OfferUsed offer,
      @JsonPropertyDescription(
              "What tokens cost on own GPUs by kind, GPUs and people together: what a gateway's"
                  + " price table asks for. The tokens of each kind at its price add up to the"
                  + " bill.")
          @Nullable OwnTokens ownTokens,
      @Size(max = 32)
          @JsonPropertyDescription("Tokens served on own GPUs in that hour, of every kind.")
          @Nullable String tokensInHour,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What the API would charge for the traffic of the window, money per 1,000,000"
                  + " tokens.")
          @Nullable String windowApiPerMillion,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What the traffic of the window costs with what runs now, everything included, money"
                  + " per 1,000,000 tokens.")
          @Nullable String windowPerMillion) {
    public Cost {
      commitments = CostPolicySpec.listOf(commitments);
      constraints = CostPolicySpec.listOf(constraints);
      hidden = CostPolicySpec.listOf(hidden);
    }
  }

  /** What tokens cost on own GPUs, by kind. */
  @FieldsOnly
  public record OwnTokens(
      @JsonPropertyDescription("As the window ran, idle time and headroom included.")
          @Nullable TokenPrice asItRan,
      @JsonPropertyDescription("Were the replicas loaded up to their headroom all the time.")
          @Nullable TokenPrice atTargetUtilization) {}

  /** Prices by kind of token. */
  @FieldsOnly
  public record TokenPrice(
      @Size(max = 32) @JsonPropertyDescription("Cached input tokens, money per 1,000,000.")
          @Nullable String cachedInputPerMillion,
      @Size(max = 32) @JsonPropertyDescription("Uncached input tokens, money per 1,000,000.")
          @Nullable String inputPerMillion,
      @Size(max = 32) @JsonPropertyDescription("Output tokens, money per 1,000,000.")
          @Nullable String outputPerMillion) {}

  /** What the API would charge for all the traffic, money per month. */
  @FieldsOnly
  public record ApiBill(
      @Size(max = 32) @JsonPropertyDescription("Cached input tokens.") @Nullable String cachedInput,
      @Size(max = 32) @JsonPropertyDescription("Uncached input tokens.") @Nullable String input,
      @Size(max = 32) @JsonPropertyDescription("Output tokens.") @Nullable String output,
      @Size(max = 32) @JsonPropertyDescription("All of them.") @Nullable String total) {}

  /** What a constraint costs: the best way with it less the best without it. */
  @FieldsOnly
  public record ConstraintCost(
      @Size(max = 512) @JsonPropertyDescription("In a sentence.") @Nullable String message,
      @Size(max = 63) @JsonPropertyDescription("The constraint, as the policy names it.")
          @Nullable String name,
      @Size(max = 32) @JsonPropertyDescription("Money per month.") @Nullable String perMonth) {}

  /** What an hour of a GPU costs. */
  @FieldsOnly
  public record GpuHour(
      @Size(max = 20)
          @JsonPropertyDescription(
              "Day on which the price was read, UTC; of a reported price the time, RFC 3339 in"
                  + " UTC.")
          @Nullable String asOf,
      @Size(max = 32) @JsonPropertyDescription("Price of one GPU for one hour.")
          @Nullable String price,
      @Size(max = 63) @JsonPropertyDescription("GPU product.") @Nullable String product,
      @Size(max = 63)
          @JsonPropertyDescription(
              "How it is had: OnDemand, Reserved, Spot, Owned, or Reported by a cost exporter.")
          @Nullable String purchase,
      @Size(max = 600) @JsonPropertyDescription("Where the price comes from.")
          @Nullable String source) {}

  /** A cost beside busy GPUs. */
  @FieldsOnly
  public record HiddenCost(
      @Size(max = 63)
          @JsonPropertyDescription(
              "Headroom, redundancy, idle, unused reservation, or a part of the overhead.")
          @Nullable String name,
      @Size(max = 32) @JsonPropertyDescription("Money per 1,000,000 tokens that own GPUs serve.")
          @Nullable String perMillion,
      @Size(max = 32) @JsonPropertyDescription("Money per month.") @Nullable String perMonth) {}

  /** The offer that the API's figures come from. */
  @FieldsOnly
  public record OfferUsed(
      @Size(max = 10) @JsonPropertyDescription("Day on which its prices were read, UTC.")
          @Nullable String asOf,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What 1,000,000 cached input tokens are charged: the mean prompt's tier, batch share"
                  + " and discount included.")
          @Nullable String cachedInputPerMillion,
      @Size(max = 63)
          @JsonPropertyDescription(
              "How its model compares with the one served on own GPUs: Same, Comparable or"
                  + " Different.")
          @Nullable String comparability,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What 1,000,000 uncached input tokens are charged: the mean prompt's tier, batch"
                  + " share and discount included.")
          @Nullable String inputPerMillion,
      @Size(max = 253) @JsonPropertyDescription("Its name on the rate card, or inline.")
          @Nullable String name,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What 1,000,000 output tokens are charged: the mean prompt's tier, batch share and"
                  + " discount included.")
          @Nullable String outputPerMillion,
      @Size(max = 100) @JsonPropertyDescription("Who sells it.") @Nullable String provider,
      @Size(max = 600) @JsonPropertyDescription("Where its prices were read.")
          @Nullable String source) {}

  /** A change of mind. */
  @FieldsOnly
  public record Change(
      @Size(max = 32) @JsonPropertyDescription("When, RFC 3339 in UTC.") @Nullable String at,
      @Size(max = 63) @JsonPropertyDescription("The verdict before.") @Nullable String from,
      @Size(max = 512) @JsonPropertyDescription("Why, in a sentence.") @Nullable String message,
      @Size(max = 63) @JsonPropertyDescription("The rule that spoke.") @Nullable String reason,
      @Min(0) @Max(1_000_000) @JsonPropertyDescription("Replicas advised before.")
          @Nullable Integer replicasFrom,
      @Min(0) @Max(1_000_000) @JsonPropertyDescription("Replicas advised after.")
          @Nullable Integer replicasTo,
      @Size(max = 63) @JsonPropertyDescription("The verdict after.") @Nullable String to) {}

  /** What was seen in the window. Every figure is a mean over the known steps. */
  @FieldsOnly
  public record Observed(
      @Size(max = 32)
          @JsonPropertyDescription(
              "Part of the tokens that already goes to an API through the gateway, percent.")
          @Nullable String burstPercent,
      @Size(max = 32) @JsonPropertyDescription("Input tokens found in the prefix cache, tokens/s.")
          @Nullable String cachedInputTokensPerSecond,
      @JsonPropertyDescription("What one replica sustains, and how that is known.")
          @Nullable CapacitySeen capacity,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Part of the window that is known, from its first known step on, percent.")
          @Nullable String coveragePercent,
      @Size(max = 32) @JsonPropertyDescription("Start of the window, RFC 3339 in UTC.")
          @Nullable String from,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Share of time in which any kernel ran on the GPUs, percent. Evidence, never the"
                  + " load.")
          @Nullable String gpuUtilizationPercent,
      @Size(max = 32) @JsonPropertyDescription("Mean prompt, cached tokens included, tokens.")
          @Nullable String inputTokensPerRequest,
      @Size(max = 32) @JsonPropertyDescription("Uncached input tokens asked for, tokens/s.")
          @Nullable String inputTokensPerSecond,
      @Size(max = 512) @JsonPropertyDescription("Why a figure is not known.")
          @Nullable String message,
      @Size(max = 32) @JsonPropertyDescription("Mean answer, tokens.")
          @Nullable String outputTokensPerRequest,
      @Size(max = 32) @JsonPropertyDescription("Output tokens asked for, tokens/s.")
          @Nullable String outputTokensPerSecond,
      @Size(max = 32) @JsonPropertyDescription("Load of the busiest step, replicas' worth of work.")
          @Nullable String peakReplicasOfLoad,
      @Size(max = 32) @JsonPropertyDescription("Replicas held and paid for.")
          @Nullable String replicasHeld,
      @Size(max = 32) @JsonPropertyDescription("Requests finished, requests/s.")
          @Nullable String requestsPerSecond,
      @Size(max = 32) @JsonPropertyDescription("Requests queued.") @Nullable String requestsWaiting,
      @Size(max = 32) @JsonPropertyDescription("End of the window, RFC 3339 in UTC.")
          @Nullable String to,
      @Size(max = 32)
          @JsonPropertyDescription("Tokens of every kind at that rate, tokens per month.")
          @Nullable String tokensPerMonth,
      @Size(max = 32) @JsonPropertyDescription("Served load of the replicas held, percent.")
          @Nullable String utilizationPercent) {}

  /** What one replica sustains of each kind of token alone, and how that is known. */
  @FieldsOnly
  public record CapacitySeen(
      @Size(max = 32) @JsonPropertyDescription("Cached input tokens, tokens/s.")
          @Nullable String cachedInputTokensPerSecond,
      @Size(max = 32) @JsonPropertyDescription("Context tokens read while generating, tokens/s.")
          @Nullable String contextTokensPerSecond,
      @Size(max = 63)
          @JsonPropertyDescription(
              "How it is known: Declared, Fitted, Learned, ConcurrencyCurve, Published or Unknown.")
          @Nullable String evidence,
      @Size(max = 32)
          @JsonPropertyDescription("How far it misses the worst point it was fitted to, percent.")
          @Nullable String greatestErrorPercent,
      @Size(max = 32)
          @JsonPropertyDescription("High end of its interval, percent of these figures.")
          @Nullable String highPercent,
      @Size(max = 32) @JsonPropertyDescription("Uncached input tokens, tokens/s.")
          @Nullable String inputTokensPerSecond,
      @Size(max = 32) @JsonPropertyDescription("Low end of its interval, percent of these figures.")
          @Nullable String lowPercent,
      @Size(max = 32)
          @JsonPropertyDescription(
              "How far it misses the points it was fitted to on average, percent.")
          @Nullable String meanErrorPercent,
      @Size(max = 512)
          @JsonPropertyDescription("What would help where it is not known, or how it was found.")
          @Nullable String message,
      @Size(max = 32) @JsonPropertyDescription("Output tokens, tokens/s.")
          @Nullable String outputTokensPerSecond,
      @Min(0) @Max(1_000_000) @JsonPropertyDescription("Points or steps it was fitted to.")
          @Nullable Integer points) {}

  /**
   * What following the advice would have cost on the policy's own past, beside what ran and what
   * could have been. All amounts are for the days it covers.
   */
  @FieldsOnly
  public record Proof(
      @Size(max = 32) @JsonPropertyDescription("Everything on the API, money.")
          @Nullable String alwaysApiCost,
      @Size(max = 32)
          @JsonPropertyDescription("The best number of replicas, known only afterwards, money.")
          @Nullable String bestPossibleCost,
      @Size(max = 32) @JsonPropertyDescription("How many of the last days it covers.")
          @Nullable String days,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Following the advice as it would have been given, hold and lead included, money.")
          @Nullable String followedCost,
      @Size(max = 512) @JsonPropertyDescription("In a sentence, or why there is none.")
          @Nullable String message,
      @Size(max = 32) @JsonPropertyDescription("What ran, money.") @Nullable String ranCost,
      @JsonPropertyDescription("What was predicted beside what then happened.")
          @Nullable Score score) {}

  /** What was predicted beside what then happened. */
  @FieldsOnly
  public record Score(
      @Size(max = 32)
          @JsonPropertyDescription("Start of the time that is compared, RFC 3339 in UTC.")
          @Nullable String from,
      @Size(max = 512) @JsonPropertyDescription("Why there is no score yet, in a sentence.")
          @Nullable String message,
      @Size(max = 32)
          @JsonPropertyDescription("What the traffic since then came to under it, money per month.")
          @Nullable String monthlyCostHappened,
      @Size(max = 32)
          @JsonPropertyDescription("What following the advice was to cost, money per month.")
          @Nullable String monthlyCostPredicted,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What it saved over going on as then, on the traffic since, money per month.")
          @Nullable String monthlySavingHappened,
      @Size(max = 32)
          @JsonPropertyDescription("What it was to save over going on as then, money per month.")
          @Nullable String monthlySavingPredicted,
      @Size(max = 32) @JsonPropertyDescription("When it was predicted, RFC 3339 in UTC.")
          @Nullable String predictedAt,
      @Min(0)
          @Max(1_000_000)
          @JsonPropertyDescription("What going on as then means: replicas that ran.")
          @Nullable Integer replicasThen,
      @Size(max = 32) @JsonPropertyDescription("Until when it was compared, RFC 3339 in UTC.")
          @Nullable String to) {}

  /** Which kind of workload this is. */
  @FieldsOnly
  public record Scenario(
      @Size(max = 32) @JsonPropertyDescription("Standard deviation ÷ mean of the days' tokens.")
          @Nullable String dayToDayVariation,
      @Size(max = 63)
          @JsonPropertyDescription(
              "LowOrUnpredictable, EarlyProduct, HighAndSteady, StrictDataControl, CustomModel or"
                  + " Mixed.")
          @Nullable String kind,
      @Size(max = 512) @JsonPropertyDescription("The figures that say so, in a sentence.")
          @Nullable String message,
      @Size(max = 32) @JsonPropertyDescription("The busiest step's load ÷ the mean load.")
          @Nullable String peakToMean,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Part of the load that lies below what nine steps of ten exceed or reach, percent.")
          @Nullable String steadinessPercent) {}

  /** A workload as it stands, and how many replicas it should have. */
  @FieldsOnly
  public record WorkloadStatus(
      @Size(max = 253) @JsonPropertyDescription("Its API group and version.")
          @Nullable String apiVersion,
      @Size(max = 63) @JsonPropertyDescription("Its GPU product.") @Nullable String gpuProduct,
      @Size(max = 32) @JsonPropertyDescription("GPUs that one replica takes.")
          @Nullable String gpusPerReplica,
      @Size(max = 32) @JsonPropertyDescription("Price of one of its GPUs for one hour.")
          @Nullable String hourlyPrice,
      @Size(max = 63) @JsonPropertyDescription("Its kind.") @Nullable String kind,
      @Size(max = 512) @JsonPropertyDescription("What is wrong with it.") @Nullable String message,
      @Size(max = 253) @JsonPropertyDescription("Its name.") @Nullable String name,
      @Size(max = 16)
          @JsonPropertyDescription(
              "Nodes that its pods are on, of which OpenCost reports the price; hourlyPrice is"
                  + " their mean, weighed by its GPUs there.")
          List<NodePrice> nodes,
      @Size(max = 20)
          @JsonPropertyDescription(
              "When OpenCost reported hourlyPrice, RFC 3339 in UTC; left out where the price is the"
                  + " policy's or its rate card's.")
          @Nullable String priceReportedAt,
      @Min(0) @Max(1_000_000) @JsonPropertyDescription("Replicas to hold from now on.")
          @Nullable Integer replicasAdvised,
      @Min(0) @Max(1_000_000) @JsonPropertyDescription("Replicas wanted now.")
          @Nullable Integer replicasNow,
      @Min(0) @Max(1_000_000) @JsonPropertyDescription("Of these, serving.")
          @Nullable Integer replicasReady) {

    public WorkloadStatus {
      nodes = CostPolicySpec.listOf(nodes);
    }
  }

  /** What OpenCost reports of a node. */
  @FieldsOnly
  public record NodePrice(
      @Size(max = 32) @JsonPropertyDescription("Price of one of its GPUs for one hour.")
          @Nullable String hourlyPrice,
      @Size(max = 253) @JsonPropertyDescription("The node's name.") @Nullable String name) {}
}
