package dev.breakeven.render.metrics;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.Verdict;
import dev.breakeven.price.Money;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.render.metrics.PolicyMetrics.Answer;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Every metric of a policy: its name, its meaning and how it is read off the latest answer. A
 * figure that is not known has no series. Every series carries {@code namespace} and {@code
 * policy}; money carries its {@code currency}.
 */
enum PolicyFamily {
  INFO("info", "1 for every policy that was seen; its model.", "model") {
    @Override
    void show(Answer answer, Series series) {
      series.add(1, answer.model());
    }
  },
  BLIND(
      "blind",
      "1 while nothing new can be seen of the policy's traffic, 0 while it can. The other figures"
          + " are then the last good ones, or missing.") {
    @Override
    void show(Answer answer, Series series) {
      series.add(answer.reasons().stream().anyMatch(BLINDING::contains) ? 1 : 0);
    }
  },
  CAVEAT(
      "caveat",
      "1 for every reason for which the answer is missing or weaker; the reason stands in the"
          + " policy's conditions, with a sentence.",
      "reason") {
    @Override
    void show(Answer answer, Series series) {
      answer.reasons().stream()
          .filter(reason -> reason.weight() != Issue.Weight.INFORMS)
          .forEach(reason -> series.add(1, reason.label()));
    }
  },
  VERDICT(
      "verdict",
      "1 for the present verdict: SelfHost, Hybrid, API or Inconclusive.",
      (advice, series) -> series.add(1, advice.decision().verdict().label()),
      "verdict"),
  VERDICT_SINCE(
      "verdict_since_timestamp_seconds",
      "When the present verdict was first given, Unix time.",
      (advice, series) -> series.add(unixSeconds(advice.decision().since()))),
  ACTION(
      "action",
      "1 for the advised action: None, Hold, ScaleUp, ScaleDown, Burst, StartSelfHosting or"
          + " StopSelfHosting.",
      (advice, series) -> {
        if (advice.decision().verdict() != Verdict.INCONCLUSIVE) {
          series.add(1, advice.recommendation().action().label());
        }
      },
      "action"),
  REPLICAS(
      "replicas",
      "Replicas wanted now, over all workloads of the policy.",
      (advice, series) -> series.add(advice.recommendation().replicasNow())),
  RECOMMENDED_REPLICAS(
      "recommended_replicas",
      "Replicas to hold from now on, over all workloads of the policy. Missing while the verdict is"
          + " Inconclusive.",
      (advice, series) -> {
        if (advice.decision().verdict() != Verdict.INCONCLUSIVE) {
          series.add(advice.recommendation().replicasAdvised());
        }
      }),
  WORKLOAD_REPLICAS(
      "workload_replicas",
      "Replicas of one workload wanted now.",
      (advice, series) -> {
        for (Advice.WorkloadAdvice one : advice.workloads()) {
          series.add(one.workload().replicasWanted(), one.workload().kind(), one.workload().name());
        }
      },
      "kind",
      "workload"),
  WORKLOAD_RECOMMENDED_REPLICAS(
      "workload_recommended_replicas",
      "Replicas of one workload to hold from now on: what an autoscaler may follow. Missing while"
          + " the verdict is Inconclusive.",
      (advice, series) -> {
        if (advice.decision().verdict() != Verdict.INCONCLUSIVE) {
          for (Advice.WorkloadAdvice one : advice.workloads()) {
            series.add(one.replicasAdvised(), one.workload().kind(), one.workload().name());
          }
        }
      },
      "kind",
      "workload"),
  BURST_THRESHOLD(
      "burst_threshold_tokens_per_second",
      "Tokens per second, of every kind in the window's mean mix, above which traffic is to go to"
          + " the API. Missing where nothing bursts.",
      (advice, series) -> {
        if (advice.recommendation().burst() instanceof Advice.BurstPoint.Above above) {
          series.add(above.tokensPerSecond());
        }
      }),
  BURST_RATIO(
      "burst_ratio",
      "Part of the window's tokens above the burst threshold. Missing where nothing bursts.",
      (advice, series) -> {
        if (advice.recommendation().burst() instanceof Advice.BurstPoint.Above above) {
          series.add(above.sharePercent() / Series.PERCENT);
        }
      }),
  UTILIZATION(
      "utilization_ratio",
      "Served load ÷ replicas held, mean over the window; 1 is every GPU busy.",
      (advice, series) ->
          series.addPercent(advice.basis().observed().replicas().utilizationPercent())),
  BREAKEVEN_UTILIZATION(
      "breakeven_utilization_ratio",
      "Utilisation at which own GPUs cost what the API would charge for the same tokens. Above"
          + " reachable_utilization_ratio it cannot be reached at this size.",
      (advice, series) ->
          series.addOf(
              advice.costs().breakeven(), b -> b.utilization().percent() / Series.PERCENT)),
  REACHABLE_UTILIZATION(
      "reachable_utilization_ratio",
      "The most utilisation that headroom and redundancy leave.",
      (advice, series) ->
          series.addOf(advice.costs().breakeven(), b -> b.reachableMaxPercent() / Series.PERCENT)),
  GPU_UTILIZATION(
      "gpu_utilization_ratio",
      "Part of the time in which any kernel ran on the GPUs; evidence, never the load.",
      (advice, series) -> series.addPercent(advice.basis().observed().gpuUtilizationPercent())),
  BREAKEVEN_RATE(
      "breakeven_tokens_per_second",
      "Mean rate of tokens, in the window's mix, at which own GPUs break even at this size.",
      (advice, series) ->
          series.addOf(advice.costs().breakeven(), Breakeven::breakevenTokensPerSecond)),
  CAPACITY_RATE(
      "capacity_tokens_per_second",
      "The most tokens per second, in the window's mix, that this size may serve.",
      (advice, series) ->
          series.addOf(advice.costs().breakeven(), Breakeven::capacityTokensPerSecond)),
  BREAKEVEN_VOLUME(
      "breakeven_tokens_per_month",
      "Volume of this very shape of traffic from which on self-hosting never costs more than the"
          + " API. Missing where there is none.",
      (advice, series) -> {
        if (advice.costs().breakeven() instanceof Estimate.Found<Breakeven> found
            && found.value().alwaysVolume() instanceof Breakeven.Volume.At at) {
          series.add(at.tokensPerMonth());
        }
      }),
  DEMAND(
      "demand_tokens_per_second",
      "Tokens per second asked for, mean over the window, by kind: input, cached_input or output.",
      (advice, series) -> {
        series.addOf(advice.basis().observed().tokens().demand(), d -> d.uncachedInput(), "input");
        series.addOf(
            advice.basis().observed().tokens().demand(), d -> d.cachedInput(), "cached_input");
        series.addOf(advice.basis().observed().tokens().demand(), d -> d.output(), "output");
      },
      "kind"),
  COVERAGE(
      "coverage_ratio",
      "Part of the window's steps that are known.",
      (advice, series) ->
          series.add(advice.basis().observed().window().coveragePercent() / Series.PERCENT)),
  OBSERVED(
      "observed_timestamp_seconds",
      "End of the last step that the answer rests on, Unix time; its age is the answer's. Missing"
          + " where no demand was seen.",
      (advice, series) ->
          series.addOf(
              advice.basis().observed().tokens().demand(),
              seen -> unixSeconds(advice.basis().observed().window().to()))),
  COST(
      "cost_per_million_tokens",
      "What 1,000,000 tokens cost on own GPUs in the last hour seen, overhead included.",
      (advice, series) ->
          series.addMoney(
              advice.costs().lastHour().flatMap(Advice.CostOfHour::effectivePerMillion)),
      "currency"),
  GPU_COST(
      "gpu_cost_per_million_tokens",
      "What 1,000,000 tokens cost on own GPUs in the last hour seen, GPUs alone.",
      (advice, series) ->
          series.addMoney(advice.costs().lastHour().flatMap(Advice.CostOfHour::gpuOnlyPerMillion)),
      "currency"),
  OWN_TOKEN_COST(
      "own_token_cost_per_million",
      "What 1,000,000 tokens of a kind (input, cached_input or output) cost on own GPUs, GPUs and"
          + " people together, on a basis: as_it_ran over the window, or at_target utilisation.",
      (advice, series) -> {
        if (advice.costs().tokens() instanceof Estimate.Found<Advice.TokenCosts> found) {
          add(found.value().asItRan(), "as_it_ran", series);
          add(found.value().atTarget(), "at_target", series);
        }
      },
      "currency",
      "basis",
      "kind"),
  API_COST(
      "api_cost_per_million_tokens",
      "What the API would have charged for 1,000,000 of the same tokens in the same hour.",
      (advice, series) ->
          series.addMoney(advice.costs().lastHour().flatMap(Advice.CostOfHour::apiPerMillion)),
      "currency"),
  MONTHLY_COST(
      "monthly_cost",
      "What a month of the window's traffic costs by alternative: APIOnly, TodaysReplicas,"
          + " SelfHostPeak, BaselineBurst, ScheduledBurst or FollowingBurst; feasible is false"
          + " where it leaves tokens unserved.",
      (advice, series) -> {
        for (Alternative one : advice.comparison().alternatives()) {
          Money total = one.bill().total();
          series.add(
              total.value(),
              total.currency().getCurrencyCode(),
              one.kind().label(),
              String.valueOf(one.isFeasible()));
        }
      },
      "currency",
      "alternative",
      "feasible"),
  MONTHLY_HIDDEN_COST(
      "monthly_hidden_cost",
      "What self-hosting costs a month beside busy GPUs, by part: headroom, redundancy, idle,"
          + " unused reservation, people.",
      (advice, series) -> {
        for (Advice.HiddenCost one : advice.costs().hidden()) {
          series.add(
              one.perMonth().value(), one.perMonth().currency().getCurrencyCode(), one.name());
        }
      },
      "currency",
      "part"),
  MONTHLY_SAVING(
      "monthly_saving",
      "What following the advice saves a month over going on as now; negative where it costs more.",
      (advice, series) -> {
        if (advice.savings().monthly() instanceof Estimate.Found<Advice.Saving> found
            && !found.value().isRangeOnly()) {
          Money saving = found.value().expected();
          series.add(saving.value(), saving.currency().getCurrencyCode());
        }
      },
      "currency"),
  PENDING(
      "pending",
      "1 while a better answer has yet to last before it is given, by the verdict it would be;"
          + " missing while nothing is held back.",
      (advice, series) -> {
        if (advice.decision().pending() instanceof PreviousDecision.Pending.Considering pending) {
          series.add(1, pending.verdict().label());
        }
      },
      "verdict"),
  PROOF_COST(
      "proof_cost",
      "What the window came to, by way: followed (the advice, replayed step by step from what was"
          + " known before each), ran, hindsight (the best fixed number of replicas, known only"
          + " afterwards) or always_api; over the window, not a month.",
      (advice, series) -> {
        if (advice.trackRecord().proof() instanceof Estimate.Found<Advice.Proof> found) {
          Advice.Proof proof = found.value();
          series.addMoney(Estimate.of(proof.followed()), "followed");
          series.addMoney(proof.ran(), "ran");
          series.addMoney(Estimate.of(proof.hindsight()), "hindsight");
          series.addMoney(proof.alwaysApi(), "always_api");
        }
      },
      "currency",
      "way"),
  SCORE_MONTHLY_COST(
      "score_monthly_cost",
      "What following the advice costs a month, by what it is: predicted when the verdict was"
          + " given, or happened on the traffic since. Missing for the first day.",
      (advice, series) -> {
        if (advice.trackRecord().score() instanceof Estimate.Found<Advice.Score> found) {
          series.addMoney(Estimate.of(found.value().costPredicted()), "predicted");
          series.addMoney(Estimate.of(found.value().costHappened()), "happened");
        }
      },
      "currency",
      "kind"),
  SCORE_MONTHLY_SAVING(
      "score_monthly_saving",
      "What following the advice saves a month over going on as when the verdict was given, by what"
          + " it is: predicted then, or happened on the traffic since. Missing for the first day.",
      (advice, series) -> {
        if (advice.trackRecord().score() instanceof Estimate.Found<Advice.Score> found) {
          series.addMoney(found.value().savingPredicted(), "predicted");
          series.addMoney(found.value().savingHappened(), "happened");
        }
      },
      "currency",
      "kind");

  /** Reasons that say that nothing new is seen. */
  private static final Set<Issue.Reason> BLINDING =
      Set.of(
          Issue.Reason.SOURCE_UNAVAILABLE,
          Issue.Reason.SOURCE_UNKNOWN,
          Issue.Reason.ENGINE_UNKNOWN,
          Issue.Reason.NO_TRAFFIC_DATA,
          Issue.Reason.CLOCKS_FAR_APART,
          Issue.Reason.STALE);

  // A record over an unmodifiable list and a function without state, which the checker cannot see.
  @SuppressWarnings("ImmutableEnumChecker")
  private final MetricFamily family;

  @SuppressWarnings("ImmutableEnumChecker")
  private final BiConsumer<Advice, Series> reader;

  PolicyFamily(String name, String help, String... labels) {
    this(name, help, (advice, series) -> {}, labels);
  }

  PolicyFamily(String name, String help, BiConsumer<Advice, Series> reader, String... labels) {
    this.reader = reader;
    List<String> all = new ArrayList<>(List.of("namespace", "policy"));
    all.addAll(List.of(labels));
    this.family = MetricFamily.gauge("breakeven_policy_" + name, help, all.toArray(new String[0]));
  }

  /** Its name, meaning and labels. */
  MetricFamily family() {
    return family;
  }

  /** Whether its series carry a workload's name. */
  boolean isOfWorkload() {
    return family.labels().contains("workload");
  }

  /** Reads its series off an answer, where that is where they stand. */
  void read(Advice advice, Series series) {
    reader.accept(advice, series);
  }

  /** Reads its series off what is kept beside the figures, where that is where it stands. */
  void show(Answer answer, Series series) {}

  /**
   * One of its samples.
   *
   * @param rest values of the labels beside namespace and policy
   */
  Sample sample(PolicyMetrics.Key policy, List<String> rest, double value) {
    List<String> values = new ArrayList<>(rest.size() + 2);
    values.add(policy.namespace());
    values.add(policy.name());
    values.addAll(rest);
    return new Sample(family.name(), family.labels(), values, value);
  }

  /** Every metric of every policy, for the reference page. */
  static Stream<MetricFamily> all() {
    return Stream.of(values()).map(PolicyFamily::family);
  }

  private static void add(Estimate<TokenPrices> prices, String basis, Series series) {
    series.addMoney(prices.map(TokenPrices::inputPerMillion), basis, "input");
    series.addMoney(prices.map(TokenPrices::cachedInputPerMillion), basis, "cached_input");
    series.addMoney(prices.map(TokenPrices::outputPerMillion), basis, "output");
  }

  private static double unixSeconds(Instant at) {
    return (double) at.toEpochMilli() / SECONDS.toMillis(1);
  }

  /** Takes the series of one family of one policy. */
  @FunctionalInterface
  interface Series {

    /** Of a whole. */
    double PERCENT = 100;

    /**
     * @param rest values of the labels beside namespace and policy
     */
    void add(double value, String... rest);

    default <T> void addOf(Estimate<T> finding, ToDoubleFunction<T> figure, String... rest) {
      if (finding instanceof Estimate.Found<T> found) {
        add(figure.applyAsDouble(found.value()), rest);
      }
    }

    default void addPercent(Estimate<Double> finding) {
      addOf(finding, percent -> percent / Series.PERCENT);
    }

    default void addMoney(Estimate<Money> finding, String... rest) {
      if (finding instanceof Estimate.Found<Money> found) {
        String[] labels = new String[rest.length + 1];
        labels[0] = found.value().currency().getCurrencyCode();
        System.arraycopy(rest, 0, labels, 1, rest.length);
        add(found.value().value(), labels);
      }
    }
  }
}
