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
            "The alternatives that can win and what runs now, the cheapest one that serves"
                + " everything first. The recommended one and what runs now are shown line by"
                + " line.")
        List<Alternative> alternatives,
    @JsonPropertyDescription("Where own GPUs and the API cost the same.")
        @Nullable Breakeven breakeven,
    @Size(max = 32) @JsonPropertyDescription("What is known and what is not.")
        List<Condition> conditions,
    @JsonPropertyDescription("What a token cost in the last hour, on your own GPUs and on the API.")
        @Nullable Cost cost,
    @Size(max = 63)
        @JsonPropertyDescription(
            "Hash of the messages in this status without their figures. If it changes, the"
                + " status is written at once.")
        @Nullable String messagesHash,
    @Size(max = 5)
        @JsonPropertyDescription(
            "The last changes of verdict or replicas, newest first: when, from which verdict and"
                + " replicas to which, and the rule that gave the verdict.")
        List<@Size(max = 200) String> changes,
    @JsonPropertyDescription("What was observed.") @Nullable Observed observed,
    @Min(0) @JsonPropertyDescription("Generation of the policy that this status answers.")
        @Nullable Long observedGeneration,
    @JsonPropertyDescription("What following the advice would have cost.") @Nullable Proof proof,
    @JsonPropertyDescription("The kind of workload.") @Nullable Scenario scenario,
    @Size(max = 16)
        @JsonPropertyDescription("The workloads, and how many replicas each should have.")
        List<WorkloadStatus> workloads) {

  public CostPolicyStatus {
    alternatives = CostPolicySpec.listOf(alternatives);
    changes = CostPolicySpec.listOf(changes);
    conditions = CostPolicySpec.listOf(conditions);
    workloads = CostPolicySpec.listOf(workloads);
  }

  /** The changes that their lines tell of, newest first. */
  public List<Change> recentChanges() {
    return changes.stream().flatMap(line -> Change.read(line).stream()).toList();
  }

  /** The answer: own GPUs or API, and what to do with the replicas now. */
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
              "The next thing to do: None, Hold, ScaleUp, ScaleDown, Burst, StartSelfHosting"
                  + " or StopSelfHosting.")
          @Nullable String action,
      @Size(max = 512) @JsonPropertyDescription("Why this action, in a sentence.")
          @Nullable String actionMessage,
      @Size(max = 63) @JsonPropertyDescription("The rule that chose the action.")
          @Nullable String actionReason,
      @Size(max = 63) @JsonPropertyDescription("The recommended one of the alternatives.")
          @Nullable String alternative,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Saving of following the load (scaling: Automatic) over going on as now, money"
                  + " per month.")
          @Nullable String automaticSaving,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Traffic above this rate goes to the API, tokens/s of every kind in the"
                  + " observed mix.")
          @Nullable String burstAboveTokensPerSecond,
      @Size(max = 32) @JsonPropertyDescription("Share of the tokens above that rate, percent.")
          @Nullable String burstSharePercent,
      @Size(max = 32)
          @JsonPropertyDescription("Last day on which a committed GPU has to be paid for, UTC.")
          @Nullable String commitmentsUntil,
      @Size(max = 63)
          @JsonPropertyDescription(
              "How far the verdict can be relied on: High, Medium, Low or None.")
          @Nullable String confidence,
      @Size(max = 63)
          @JsonPropertyDescription(
              "Hash of the policy's generation and its prices. If it changes, the policy is"
                  + " decided afresh at once.")
          @Nullable String inputHash,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Saving of a number that is set by hand and left (scaling: Manual) over going"
                  + " on as now, money per month.")
          @Nullable String manualSaving,
      @JsonPropertyDescription(
              "What one more replica costs and would take over from the API, and what the"
                  + " last one costs and carries.")
          @Nullable Marginal marginal,
      @Size(max = 512) @JsonPropertyDescription("Why this verdict, in a sentence.")
          @Nullable String message,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Saving of the advice over going on as now, money per month. Negative if it"
                  + " costs more.")
          @Nullable String monthlySaving,
      @Size(max = 32)
          @JsonPropertyDescription(
              "High end of the 90 % interval of the saving over the next seven days, money"
                  + " per month.")
          @Nullable String monthlySavingHigh,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Low end of the 90 % interval of the saving over the next seven days, money per"
                  + " month.")
          @Nullable String monthlySavingLow,
      @Size(max = 32)
          @JsonPropertyDescription("When to review a number that is set by hand, RFC 3339 in UTC.")
          @Nullable String nextReview,
      @JsonPropertyDescription("A better decision that has yet to prove that it lasts.")
          @Nullable Pending pending,
      @Size(max = 63) @JsonPropertyDescription("The rule that gave the verdict.")
          @Nullable String reason,
      @Min(0)
          @Max(1_000_000)
          @JsonPropertyDescription("Replicas to keep from now on, over all workloads.")
          @Nullable Integer replicasAdvised,
      @Min(0) @Max(1_000_000) @JsonPropertyDescription("Replicas wanted now, over all workloads.")
          @Nullable Integer replicasNow,
      @Size(max = 32)
          @JsonPropertyDescription("Since when that number is advised, RFC 3339 in UTC.")
          @Nullable String replicasSince,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Saving of the cheapest alternative over what runs now after commitmentsUntil,"
                  + " money per month. Until then, monthlySaving counts cash only.")
          @Nullable String savingAfterCommitments,
      @Size(max = 63) @JsonPropertyDescription("Who changes the number: Manual or Automatic.")
          @Nullable String scaling,
      @Size(max = 63) @JsonPropertyDescription("The advice in a few words.")
          @Nullable String shortMessage,
      @Size(max = 32) @JsonPropertyDescription("Since when that verdict is given, RFC 3339 in UTC.")
          @Nullable String since,
      @Size(max = 1024) @JsonPropertyDescription("The answer in one line that you can act on.")
          @Nullable String summary,
      @Size(max = 63)
          @JsonPropertyDescription("Own GPUs or API: SelfHost, Hybrid, API or Inconclusive.")
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

  /** A better decision that has yet to prove that it lasts. */
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
      @Size(max = 32) @JsonPropertyDescription("Share of the tokens that goes to the API, percent.")
          @Nullable String burstSharePercent,
      @JsonPropertyDescription(
              "Whether every token is served. An alternative that leaves tokens unserved"
                  + " cannot win.")
          @Nullable Boolean feasible,
      @JsonProperty("alternative")
          @Size(max = 63)
          @JsonPropertyDescription(
              "APIOnly, TodaysReplicas, SelfHostPeak, BaselineBurst, ScheduledBurst,"
                  + " FollowingBurst or FixedNumber.")
          @Nullable String kind,
      @Size(max = 512) @JsonPropertyDescription("Why it leaves tokens unserved, in a sentence.")
          @Nullable String message,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Everything that is paid, money per month. For APIOnly this is all of the"
                  + " traffic, even if the API cannot take it.")
          @Nullable String monthlyTotal,
      @Size(max = 32)
          @JsonPropertyDescription(
              "The same if reserved GPUs were paid for only while they are used, money per"
                  + " month. Compare these before you renew.")
          @Nullable String monthlyTotalWithoutReservation,
      @JsonPropertyDescription("The month line by line.") @Nullable Bill perMonth,
      @Size(max = 63) @JsonPropertyDescription("Why it leaves tokens unserved, in one word.")
          @Nullable String reason,
      @Size(max = 63)
          @JsonPropertyDescription("Replicas that it holds: a number, or fewest to most.")
          @Nullable String replicas,
      @Size(max = 7)
          @JsonPropertyDescription(
              "Replicas by hour of the week: one line for each day from Monday, 24 numbers"
                  + " from 00:00 UTC. It is made from all days; each day is charged by a"
                  + " schedule made from the other days.")
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
              "All GPUs, if it is not known how busy they are: instead of busy, headroom,"
                  + " idle, redundancy and unusedReservation.")
          @Nullable String gpus,
      @Size(max = 32) @JsonPropertyDescription("GPUs kept free on purpose.")
          @Nullable String headroom,
      @Size(max = 32) @JsonPropertyDescription("GPUs that could have carried load and did not.")
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
              "Volume of this shape of traffic above which own GPUs never cost more.")
          @Nullable Volume alwaysFrom,
      @Min(0)
          @Max(1_000_000)
          @JsonPropertyDescription(
              "Number of replicas that the figures are for: what runs now, otherwise what the"
                  + " best alternative holds.")
          @Nullable Integer atReplicas,
      @Size(max = 32)
          @JsonPropertyDescription(
              "The most that these replicas can serve, tokens/s of every kind in the observed"
                  + " mix.")
          @Nullable String capacityTokensPerSecond,
      @JsonPropertyDescription(
              "Smallest volume of this shape of traffic at which own GPUs cost no more.")
          @Nullable Volume firstFrom,
      @Size(max = 512) @JsonPropertyDescription("The same in a sentence, or why it is not known.")
          @Nullable String message,
      @JsonPropertyDescription(
              "Whether these replicas can reach that utilisation with their headroom and"
                  + " redundancy.")
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
          @JsonPropertyDescription("What these replicas serve now, tokens/s of every kind.")
          @Nullable String servedTokensPerSecond,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What they would have to serve to break even, tokens/s of every kind in the"
                  + " observed mix.")
          @Nullable String tokensPerSecond,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Utilisation of all GPUs held above which they cost no more than the API, percent.")
          @Nullable String utilizationPercent) {}

  /** A volume of traffic of the shape seen. */
  @FieldsOnly
  public record Volume(
      @Size(max = 512) @JsonPropertyDescription("Why there is no such volume.")
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
      @Min(0) @JsonPropertyDescription("Generation of the policy that it describes.")
          @Nullable Long observedGeneration,
      @Required @Size(min = 1, max = 128) @JsonPropertyDescription("The reason, in one word.")
          String reason,
      @Required @Size(max = 7) @JsonPropertyDescription("True, False or Unknown.") String status,
      @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Type of the condition.")
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
              "This policy's share of the GPUs that its rate card lists as committed. They"
                  + " are paid for in every alternative until their last day.")
          List<@Size(max = 200) String> commitments,
      @Size(max = 8) @JsonPropertyDescription("What each constraint in force costs.")
          List<ConstraintCost> constraints,
      @Size(max = 3) @JsonPropertyDescription("The currency of every amount in this status.")
          @Nullable String currency,
      @Size(max = 32)
          @JsonPropertyDescription(
              "What tokens cost on own GPUs, everything included: hourly cost ÷ tokens of the"
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
              "What tokens of each kind cost on own GPUs, people included, as a gateway's"
                  + " price table needs it. Tokens times these prices add up to the bill.")
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
      @JsonPropertyDescription("Over the window, idle time and headroom included.")
          @Nullable TokenPrice asItRan,
      @JsonPropertyDescription("If the replicas were loaded up to their headroom all the time.")
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
      @Size(max = 512) @JsonPropertyDescription("What it costs, in a sentence.")
          @Nullable String message,
      @Size(max = 63) @JsonPropertyDescription("The constraint, as the policy names it.")
          @Nullable String name,
      @Size(max = 32) @JsonPropertyDescription("Money per month.") @Nullable String perMonth) {}

  /** What an hour of a GPU costs. */
  @FieldsOnly
  public record GpuHour(
      @Size(max = 20)
          @JsonPropertyDescription(
              "Day on which the price was read, UTC. For a reported price the time, RFC 3339"
                  + " in UTC.")
          @Nullable String asOf,
      @Size(max = 32) @JsonPropertyDescription("Price of one GPU for one hour.")
          @Nullable String price,
      @Size(max = 63) @JsonPropertyDescription("GPU product.") @Nullable String product,
      @Size(max = 63)
          @JsonPropertyDescription(
              "How it is paid for: OnDemand, Reserved, Spot, Owned, or Reported by a cost"
                  + " exporter.")
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
              "Price of 1,000,000 cached input tokens, with the mean prompt's tier, the batch"
                  + " share and the discount.")
          @Nullable String cachedInputPerMillion,
      @Size(max = 63)
          @JsonPropertyDescription(
              "How its model compares with the one served on own GPUs: Same, Comparable or"
                  + " Different.")
          @Nullable String comparability,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Price of 1,000,000 uncached input tokens, with the mean prompt's tier, the"
                  + " batch share and the discount.")
          @Nullable String inputPerMillion,
      @Size(max = 253) @JsonPropertyDescription("Its name on the rate card, or inline.")
          @Nullable String name,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Price of 1,000,000 output tokens, with the mean prompt's tier, the batch share"
                  + " and the discount.")
          @Nullable String outputPerMillion,
      @Size(max = 100) @JsonPropertyDescription("Who sells it.") @Nullable String provider,
      @Size(max = 600) @JsonPropertyDescription("Where its prices were read.")
          @Nullable String source) {}

  /** What was seen in the window. Every figure is a mean over the known steps. */
  @FieldsOnly
  public record Observed(
      @Size(max = 32)
          @JsonPropertyDescription(
              "Share of the tokens that already goes to an API through the gateway, percent.")
          @Nullable String burstPercent,
      @Size(max = 32) @JsonPropertyDescription("Input tokens found in the prefix cache, tokens/s.")
          @Nullable String cachedInputTokensPerSecond,
      @JsonPropertyDescription("What one replica sustains, and how that is known.")
          @Nullable CapacitySeen capacity,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Share of the window that is known, from its first known step on, percent.")
          @Nullable String coveragePercent,
      @Size(max = 32) @JsonPropertyDescription("Start of the window, RFC 3339 in UTC.")
          @Nullable String from,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Share of time in which any kernel ran on the GPUs, percent. Evidence, never the"
                  + " load.")
          @Nullable String gpuUtilizationPercent,
      @Size(max = 32)
          @JsonPropertyDescription("Mean length of a prompt, cached tokens included, tokens.")
          @Nullable String inputTokensPerRequest,
      @Size(max = 32) @JsonPropertyDescription("Uncached input tokens requested, tokens/s.")
          @Nullable String inputTokensPerSecond,
      @Size(max = 512) @JsonPropertyDescription("Why a figure is not known.")
          @Nullable String message,
      @Size(max = 32) @JsonPropertyDescription("Mean length of an output, tokens.")
          @Nullable String outputTokensPerRequest,
      @Size(max = 32) @JsonPropertyDescription("Output tokens requested, tokens/s.")
          @Nullable String outputTokensPerSecond,
      @Size(max = 32)
          @JsonPropertyDescription("Load of the busiest step, in replicas' worth of work.")
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
      @Size(max = 32) @JsonPropertyDescription("Served load ÷ replicas held, percent.")
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
          @JsonPropertyDescription("Distance from the worst point that it was fitted to, percent.")
          @Nullable String greatestErrorPercent,
      @Size(max = 32)
          @JsonPropertyDescription("High end of its interval, percent of these figures.")
          @Nullable String highPercent,
      @Size(max = 32) @JsonPropertyDescription("Uncached input tokens, tokens/s.")
          @Nullable String inputTokensPerSecond,
      @Size(max = 32) @JsonPropertyDescription("Low end of its interval, percent of these figures.")
          @Nullable String lowPercent,
      @Size(max = 32)
          @JsonPropertyDescription("Mean distance from the points that it was fitted to, percent.")
          @Nullable String meanErrorPercent,
      @Size(max = 512)
          @JsonPropertyDescription("How it was found, or what to do if it is not known.")
          @Nullable String message,
      @Size(max = 32) @JsonPropertyDescription("Output tokens, tokens/s.")
          @Nullable String outputTokensPerSecond,
      @Min(0)
          @Max(1_000_000)
          @JsonPropertyDescription("Number of points or steps that it was fitted to.")
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
          @JsonPropertyDescription("The best fixed number of replicas in hindsight, money.")
          @Nullable String bestPossibleCost,
      @Size(max = 32) @JsonPropertyDescription("Number of days that it covers, up to now.")
          @Nullable String days,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Following the advice as it would have been given, with hold and lead, money.")
          @Nullable String followedCost,
      @Size(max = 512) @JsonPropertyDescription("The same in a sentence, or why there is none.")
          @Nullable String message,
      @Size(max = 32) @JsonPropertyDescription("What ran, money.") @Nullable String ranCost,
      @JsonPropertyDescription("What was predicted beside what then happened.")
          @Nullable Score score) {}

  /** What was predicted beside what then happened. */
  @FieldsOnly
  public record Score(
      @Size(max = 32)
          @JsonPropertyDescription("Start of the period that is compared, RFC 3339 in UTC.")
          @Nullable String from,
      @Size(max = 512) @JsonPropertyDescription("Why there is no score yet, in a sentence.")
          @Nullable String message,
      @Size(max = 32)
          @JsonPropertyDescription("What it cost to follow the advice since then, money per month.")
          @Nullable String monthlyCostHappened,
      @Size(max = 32)
          @JsonPropertyDescription("Predicted cost of following the advice, money per month.")
          @Nullable String monthlyCostPredicted,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Saving over going on as before, with the traffic since then, money per month.")
          @Nullable String monthlySavingHappened,
      @Size(max = 32)
          @JsonPropertyDescription("Predicted saving over going on as before, money per month.")
          @Nullable String monthlySavingPredicted,
      @Size(max = 32) @JsonPropertyDescription("Time of the prediction, RFC 3339 in UTC.")
          @Nullable String predictedAt,
      @Min(0)
          @Max(1_000_000)
          @JsonPropertyDescription("Replicas that ran at the time of the prediction.")
          @Nullable Integer replicasThen,
      @Size(max = 32)
          @JsonPropertyDescription("End of the period that is compared, RFC 3339 in UTC.")
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
      @Size(max = 512) @JsonPropertyDescription("The figures that it follows from, in a sentence.")
          @Nullable String message,
      @Size(max = 32) @JsonPropertyDescription("The busiest step's load ÷ the mean load.")
          @Nullable String peakToMean,
      @Size(max = 32)
          @JsonPropertyDescription(
              "Share of the load below the level that nine steps in ten reach, percent.")
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
              "Nodes of its pods whose price OpenCost reports. hourlyPrice is their mean,"
                  + " weighted by the GPUs on each.")
          List<NodePrice> nodes,
      @Size(max = 20)
          @JsonPropertyDescription(
              "When OpenCost reported hourlyPrice, RFC 3339 in UTC. Omitted if the price"
                  + " comes from the policy or its rate card.")
          @Nullable String priceReportedAt,
      @Min(0) @Max(1_000_000) @JsonPropertyDescription("Replicas to keep from now on.")
          @Nullable Integer replicasAdvised,
      @Min(0) @Max(1_000_000) @JsonPropertyDescription("Replicas wanted now.")
          @Nullable Integer replicasNow,
      @Min(0) @Max(1_000_000) @JsonPropertyDescription("Replicas that serve.")
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
