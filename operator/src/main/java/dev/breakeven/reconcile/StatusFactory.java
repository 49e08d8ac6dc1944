package dev.breakeven.reconcile;

import static dev.breakeven.reconcile.Shown.found;
import static dev.breakeven.reconcile.Shown.missing;
import static dev.breakeven.reconcile.Shown.money;
import static dev.breakeven.reconcile.Shown.percent;
import static dev.breakeven.reconcile.Shown.rate;
import static dev.breakeven.reconcile.Shown.ratio;
import static dev.breakeven.reconcile.Shown.time;
import static dev.breakeven.reconcile.Shown.wholeMoney;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.Feasibility;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Caveat;
import dev.breakeven.advice.Finding;
import dev.breakeven.advice.Observed;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.Verdict;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.CostPolicyStatus.Condition;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.price.Money;
import dev.breakeven.price.Reservation;
import dev.breakeven.terms.ResolvedTerms;
import dev.breakeven.traffic.TokenRates;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a policy's status afresh from the advice: every field, every time. */
public final class StatusFactory {

  private static final int MAX_SENTENCE_CHARS = 512;
  private static final int MAX_SUMMARY_CHARS = 1024;
  private static final int HOURS_OF_A_DAY = 24;

  private StatusFactory() {}

  /**
   * The status of a policy that was answered.
   *
   * @param advice the answer
   * @param terms the prices it was answered with, and where they come from
   * @param previous the status as it was, or none
   * @param generation of the policy that was answered
   * @param asOf end of the last step that it was decided from
   */
  public static CostPolicyStatus answered(
      Advice advice,
      ResolvedTerms terms,
      @Nullable CostPolicyStatus previous,
      long generation,
      Instant asOf,
      Instant now) {
    return new CostPolicyStatus(
        advice(advice, previous, asOf),
        advice.alternatives().stream().map(a -> alternative(a, terms)).toList(),
        saidOnce(advice.breakeven(), advice) ? null : breakeven(advice.breakeven()),
        PolicyCondition.all(advice.caveats(), conditionsOf(previous), generation, now),
        cost(advice, terms),
        advice.changes().stream().map(StatusFactory::change).toList(),
        observed(advice.observed(), advice.capacity()),
        generation,
        saidOnce(advice.proof(), advice) ? null : proof(advice),
        saidOnce(advice.scenario(), advice) ? null : scenario(advice),
        workloads(advice, terms));
  }

  /** Whether a figure is missing for the very reason that there is no verdict. */
  private static boolean saidOnce(Finding<?> finding, Advice advice) {
    return finding instanceof Finding.NotFound<?> missing
        && missing.why().message().equals(advice.message());
  }

  /**
   * The status of a policy that cannot be answered now: the last good figures stay, and the
   * conditions say what happened.
   *
   * @param caveats why not, heaviest first
   */
  public static CostPolicyStatus unanswered(
      List<Caveat> caveats, @Nullable CostPolicyStatus previous, long generation, Instant now) {
    List<Condition> conditions =
        PolicyCondition.all(caveats, conditionsOf(previous), generation, now);
    if (previous == null || previous.advice() == null) {
      String why =
          caveats.stream().map(Caveat::message).distinct().collect(Collectors.joining("; "));
      return new CostPolicyStatus(
          inconclusive(caveats, why, now),
          List.of(),
          null,
          conditions,
          null,
          List.of(),
          null,
          generation,
          null,
          null,
          List.of());
    }
    return new CostPolicyStatus(
        previous.advice(),
        previous.alternatives(),
        previous.breakeven(),
        conditions,
        previous.cost(),
        previous.history(),
        previous.observed(),
        generation,
        previous.proof(),
        previous.scenario(),
        previous.workloads());
  }

  private static List<Condition> conditionsOf(@Nullable CostPolicyStatus previous) {
    return previous == null ? List.of() : previous.conditions();
  }

  private static CostPolicyStatus.Advice inconclusive(
      List<Caveat> caveats, String why, Instant now) {
    return new CostPolicyStatus.Advice(
        null,
        null,
        null,
        null,
        null,
        Advice.Confidence.NONE.label(),
        null,
        "No advice yet",
        null,
        cut(why, MAX_SENTENCE_CHARS),
        null,
        null,
        null,
        null,
        caveats.isEmpty() ? null : caveats.get(0).reason().label(),
        null,
        null,
        null,
        time(now),
        cut("Inconclusive: " + why, MAX_SUMMARY_CHARS),
        "Inconclusive");
  }

  private static CostPolicyStatus.Advice advice(
      Advice advice, @Nullable CostPolicyStatus previous, Instant asOf) {
    Advice.Recommendation next = advice.recommendation();
    return new CostPolicyStatus.Advice(
        next.action().label(),
        sentence(next.message()),
        next.reason(),
        burstAbove(next.burst()),
        burstShare(next.burst()),
        advice.confidence().label(),
        advice.asked().isEmpty() ? null : advice.asked(),
        inShort(advice),
        next.marginal() instanceof Finding.Found<Advice.Marginal> marginal
            ? marginal(marginal.value())
            : null,
        sentence(advice.message()),
        found(advice.monthlySaving(), s -> wholeMoney(s.expected())),
        found(advice.monthlySaving(), s -> wholeMoney(s.high())),
        found(advice.monthlySaving(), s -> wholeMoney(s.low())),
        pending(advice.pending()),
        advice.reason(),
        next.replicasAdvised(),
        next.replicasNow(),
        replicasSince(next.replicasAdvised(), previous, asOf),
        time(advice.since()),
        cut(advice.summary(), MAX_SUMMARY_CHARS),
        advice.verdict().label());
  }

  private static String replicasSince(
      int advised, @Nullable CostPolicyStatus previous, Instant asOf) {
    CostPolicyStatus.Advice before = previous == null ? null : previous.advice();
    return before != null
            && before.replicasSince() != null
            && before.replicasAdvised() != null
            && before.replicasAdvised() == advised
        ? before.replicasSince()
        : time(asOf);
  }

  /** The advice as it stands in one column of {@code kubectl get}. */
  private static String inShort(Advice advice) {
    Advice.Recommendation next = advice.recommendation();
    int now = next.replicasNow();
    int advised = next.replicasAdvised();
    if (advised == 0 && now > 0 && advice.verdict() == Verdict.HYBRID) {
      return "Scale " + now + " to 0 for now";
    }
    String burst =
        next.burst() instanceof Advice.BurstPoint.Above above
            ? " + burst " + percent(above.sharePercent()) + "%"
            : "";
    return switch (next.action()) {
      case NONE ->
          switch (advice.verdict()) {
            case INCONCLUSIVE -> "No advice yet";
            case API -> "Stay on the API";
            case SELF_HOST, HYBRID -> "Hold 0 for now";
          };
      case HOLD -> "Hold " + now + burst;
      case BURST -> "Hold " + now + burst;
      case SCALE_UP, SCALE_DOWN -> "Scale " + now + " to " + advised + burst;
      case START_SELF_HOSTING -> "Start with " + advised + burst;
      case STOP_SELF_HOSTING -> "Scale " + now + " to 0";
    };
  }

  private static CostPolicyStatus.Marginal marginal(Advice.Marginal marginal) {
    return new CostPolicyStatus.Marginal(
        money(marginal.lastReplicaCarriesPerHour()),
        money(marginal.lastReplicaPerHour()),
        money(marginal.nextReplicaPerHour()),
        money(marginal.overflowSavedPerHour()));
  }

  private static CostPolicyStatus.@Nullable Pending pending(PreviousDecision.Pending pending) {
    return pending instanceof PreviousDecision.Pending.Considering c
        ? new CostPolicyStatus.Pending(c.replicas(), time(c.since()), c.verdict().label())
        : null;
  }

  private static CostPolicyStatus.Change change(PreviousDecision.Change change) {
    return new CostPolicyStatus.Change(
        time(change.at()),
        change.from().label(),
        sentence(change.message()),
        change.reason(),
        change.replicasFrom(),
        change.replicasTo(),
        change.to().label());
  }

  private static CostPolicyStatus.Alternative alternative(
      Alternative alternative, ResolvedTerms terms) {
    Feasibility.Infeasible infeasible =
        alternative.feasibility() instanceof Feasibility.Infeasible i ? i : null;
    return new CostPolicyStatus.Alternative(
        burstAbove(alternative.burst()),
        burstShare(alternative.burst()),
        alternative.isFeasible(),
        alternative.kind().label(),
        infeasible == null ? null : sentence(infeasible.message()),
        money(alternative.bill().total()),
        terms.selfHost().reservation() instanceof Reservation.Held
            ? money(alternative.withoutSunk())
            : null,
        bill(alternative.bill()),
        infeasible == null ? null : infeasible.reason(),
        replicas(alternative.replicas()),
        schedule(alternative.replicas()),
        infeasible == null ? null : rate(infeasible.unservedTokensPerMonth()));
  }

  private static String replicas(ReplicaPlan plan) {
    if (plan instanceof ReplicaPlan.Fixed fixed) {
      return Integer.toString(fixed.replicas());
    }
    if (plan instanceof ReplicaPlan.ByHourOfWeek hours) {
      int least = hours.replicas().stream().mapToInt(Integer::intValue).min().orElse(0);
      int most = hours.replicas().stream().mapToInt(Integer::intValue).max().orElse(0);
      return least + " to " + most;
    }
    ReplicaPlan.Following following = (ReplicaPlan.Following) plan;
    return "%d to %d, mean %s"
        .formatted(following.least(), following.most(), ratio(following.mean()));
  }

  private static List<String> schedule(ReplicaPlan plan) {
    if (!(plan instanceof ReplicaPlan.ByHourOfWeek hours)) {
      return List.of();
    }
    List<String> days = new ArrayList<>();
    for (int from = 0; from < hours.replicas().size(); from += HOURS_OF_A_DAY) {
      int to = Math.min(from + HOURS_OF_A_DAY, hours.replicas().size());
      days.add(
          hours.replicas().subList(from, to).stream()
              .map(Object::toString)
              .collect(Collectors.joining(" ")));
    }
    return days;
  }

  private static CostPolicyStatus.Bill bill(Alternative.MonthlyBill bill) {
    return new CostPolicyStatus.Bill(
        money(bill.apiCachedInput()),
        money(bill.apiInput()),
        money(bill.apiOutput()),
        money(bill.busy()),
        part(bill, ResolvedTerms.ENGINEERING),
        money(bill.headroom()),
        money(bill.idle()),
        part(bill, ResolvedTerms.MODEL_UPDATES),
        part(bill, ResolvedTerms.ON_CALL),
        part(bill, ResolvedTerms.OTHER),
        money(bill.redundancy()),
        money(bill.unusedReservation()));
  }

  private static @Nullable String part(Alternative.MonthlyBill bill, String name) {
    return bill.overhead().stream()
        .filter(line -> line.name().equals(name))
        .map(line -> money(line.perMonth()))
        .findFirst()
        .orElse(null);
  }

  private static CostPolicyStatus.Breakeven breakeven(Finding<Breakeven> finding) {
    if (!(finding instanceof Finding.Found<Breakeven> found)) {
      return new CostPolicyStatus.Breakeven(
          null, null, null, null, sentence(missing(finding)), null, null, null, null, null, null);
    }
    Breakeven breakeven = found.value();
    boolean reachable = breakeven.utilization() instanceof Breakeven.Utilization.Reachable;
    String message =
        reachable
            ? null
            : String.format(
                Locale.ROOT,
                "Unreachable with %d replicas: breaking even takes %s %% of them, headroom and"
                    + " redundancy leave %s %%",
                breakeven.replicas(),
                percent(breakeven.utilization().percent()),
                percent(breakeven.reachableMaxPercent()));
    return new CostPolicyStatus.Breakeven(
        volume(breakeven.alwaysVolume()),
        breakeven.replicas(),
        rate(breakeven.capacityTokensPerSecond()),
        volume(breakeven.firstVolume()),
        message,
        reachable,
        percent(breakeven.reachableForShapePercent()),
        percent(breakeven.reachableMaxPercent()),
        rate(breakeven.servedTokensPerSecond()),
        rate(breakeven.breakevenTokensPerSecond()),
        percent(breakeven.utilization().percent()));
  }

  private static CostPolicyStatus.Volume volume(Breakeven.Volume volume) {
    if (volume instanceof Breakeven.Volume.At at) {
      return new CostPolicyStatus.Volume(
          null, ratio(at.multipleOfNow()), rate(at.tokensPerMonth()));
    }
    Breakeven.Volume.Never never = (Breakeven.Volume.Never) volume;
    return new CostPolicyStatus.Volume(
        "at no volume of this shape up to " + rate(never.upToMultiple()) + " times today's",
        null,
        null);
  }

  private static CostPolicyStatus.Cost cost(Advice advice, ResolvedTerms terms) {
    Finding<Advice.CostOfHour> finding = advice.cost();
    Advice.CostOfHour hour =
        finding instanceof Finding.Found<Advice.CostOfHour> found ? found.value() : null;
    return new CostPolicyStatus.Cost(
        hour == null ? null : found(hour.apiPerMillion(), Shown::perMillion),
        apiPerMonth(advice),
        advice.constraints().stream()
            .map(
                c ->
                    new CostPolicyStatus.ConstraintCost(
                        sentence(c.message()), c.constraint(), found(c.perMonth(), Shown::money)))
            .toList(),
        terms.currency().getCurrencyCode(),
        hour == null ? null : found(hour.effectivePerMillion(), Shown::perMillion),
        TermsShown.gpuHour(terms),
        hour == null ? null : found(hour.gpuOnlyPerMillion(), Shown::perMillion),
        advice.hiddenCosts().stream()
            .map(
                h ->
                    new CostPolicyStatus.HiddenCost(
                        h.name(), found(h.perMillion(), Shown::perMillion), money(h.perMonth())))
            .toList(),
        hour == null ? null : time(hour.from()),
        hour == null ? null : money(hour.hourlyCost()),
        sentence(
            hour == null
                ? saidOnce(finding, advice) ? null : missing(finding)
                : firstOf(
                    missing(hour.effectivePerMillion()),
                    missing(hour.gpuOnlyPerMillion()),
                    missing(hour.apiPerMillion()))),
        TermsShown.offer(terms),
        hour == null ? null : rate(hour.tokens()));
  }

  /** What the API would charge for all of it: the alternative that sends everything there. */
  private static CostPolicyStatus.@Nullable ApiBill apiPerMonth(Advice advice) {
    return advice.alternatives().stream()
        .filter(a -> a.kind() == Alternative.Kind.API_ONLY)
        .map(Alternative::bill)
        .map(
            b ->
                new CostPolicyStatus.ApiBill(
                    money(b.apiCachedInput()),
                    money(b.apiInput()),
                    money(b.apiOutput()),
                    money(b.api())))
        .findFirst()
        .orElse(null);
  }

  private static CostPolicyStatus.Observed observed(Observed seen, CapacityEvidence capacity) {
    TokenRates demand =
        seen.demand() instanceof Finding.Found<TokenRates> found ? found.value() : null;
    return new CostPolicyStatus.Observed(
        found(seen.burstPercent(), Shown::percent),
        demand == null ? null : rate(demand.cachedInput()),
        capacity(capacity),
        percent(seen.coveragePercent()),
        time(seen.from()),
        found(seen.gpuUtilizationPercent(), Shown::percent),
        found(seen.inputTokensPerRequest(), Shown::rate),
        demand == null ? null : rate(demand.uncachedInput()),
        sentence(firstOf(missing(seen.demand()), missing(seen.utilizationPercent()))),
        found(seen.outputTokensPerRequest(), Shown::rate),
        demand == null ? null : rate(demand.output()),
        found(seen.peakReplicasOfLoad(), Shown::ratio),
        found(seen.replicasHeld(), Shown::ratio),
        found(seen.requestsPerSecond(), Shown::rate),
        found(seen.requestsWaiting(), Shown::ratio),
        time(seen.to()),
        found(seen.tokensPerMonth(), Shown::rate),
        found(seen.utilizationPercent(), Shown::percent));
  }

  private static CostPolicyStatus.CapacitySeen capacity(CapacityEvidence evidence) {
    if (evidence instanceof CapacityEvidence.Unknown unknown) {
      return new CostPolicyStatus.CapacitySeen(
          null, null, "Unknown", null, null, null, sentence(unknown.message()), null, null);
    }
    CapacityEvidence.Known known = (CapacityEvidence.Known) evidence;
    CapacityEvidence.@Nullable FitError error = null;
    @Nullable Integer points = null;
    String name = "Declared";
    @Nullable String message = null;
    if (evidence instanceof CapacityEvidence.Fitted fitted) {
      name = "Fitted";
      error = fitted.error();
      points = fitted.points();
    } else if (evidence instanceof CapacityEvidence.Learned learned) {
      name = "Learned";
      error = learned.error();
      points = learned.steps();
      message = "learned from steps in which requests were waiting";
    } else if (evidence instanceof CapacityEvidence.Extrapolated extrapolated) {
      name = "Extrapolated";
      message =
          "extrapolated from a GPU utilisation of "
              + percent(extrapolated.gpuUtilizationPercent())
              + " %, which is a weak guide";
    }
    Capacity capacity = known.capacity();
    return new CostPolicyStatus.CapacitySeen(
        finite(capacity.cachedInputTokensPerSecond()),
        finite(capacity.contextTokensPerSecond()),
        name,
        error == null ? null : percent(error.greatest() * 100),
        finite(capacity.inputTokensPerSecond()),
        error == null ? null : percent(error.mean() * 100),
        message,
        finite(capacity.outputTokensPerSecond()),
        points);
  }

  /** A kind of token that takes nothing of a replica has no limit to show. */
  private static @Nullable String finite(double tokensPerSecond) {
    return Double.isFinite(tokensPerSecond) ? rate(tokensPerSecond) : null;
  }

  private static CostPolicyStatus.Proof proof(Advice advice) {
    CostPolicyStatus.@Nullable Score score = score(advice);
    if (!(advice.proof() instanceof Finding.Found<Advice.Proof> found)) {
      return new CostPolicyStatus.Proof(
          null, null, null, null, sentence(missing(advice.proof())), null, score);
    }
    Advice.Proof proof = found.value();
    return new CostPolicyStatus.Proof(
        found(proof.alwaysApi(), Shown::money),
        money(proof.hindsight()),
        days(proof),
        money(proof.followed()),
        sentence(inWords(proof)),
        found(proof.ran(), Shown::money),
        score);
  }

  private static String inWords(Advice.Proof proof) {
    return "followed for the last "
        + days(proof)
        + " days: "
        + proof.followed()
        + "; what ran: "
        + orWhyNot(proof.ran())
        + "; best fixed number in hindsight: "
        + proof.hindsight()
        + "; always the API: "
        + orWhyNot(proof.alwaysApi());
  }

  /** {@code 7}, or {@code 6.5}. */
  private static String days(Advice.Proof proof) {
    return BigDecimal.valueOf(proof.days())
        .setScale(1, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String orWhyNot(Finding<Money> finding) {
    return finding instanceof Finding.Found<Money> found
        ? found.value().toString()
        : String.valueOf(missing(finding));
  }

  private static CostPolicyStatus.@Nullable Score score(Advice advice) {
    if (!(advice.prediction() instanceof PreviousDecision.Prediction.Of predicted)) {
      return null;
    }
    Advice.Score score =
        advice.score() instanceof Finding.Found<Advice.Score> found ? found.value() : null;
    return new CostPolicyStatus.Score(
        score == null ? null : time(score.from()),
        sentence(score == null ? missing(advice.score()) : missing(score.savingHappened())),
        score == null ? null : money(score.costHappened()),
        money(predicted.costPerMonth()),
        score == null ? null : found(score.savingHappened(), Shown::money),
        found(predicted.savingPerMonth(), Shown::money),
        time(predicted.at()),
        predicted.replicasThen(),
        score == null ? null : time(score.to()));
  }

  private static CostPolicyStatus.Scenario scenario(Advice advice) {
    if (!(advice.scenario() instanceof Finding.Found<dev.breakeven.advice.ScenarioFinding> found)) {
      return new CostPolicyStatus.Scenario(
          null, null, sentence(missing(advice.scenario())), null, null);
    }
    dev.breakeven.advice.ScenarioFinding scenario = found.value();
    return new CostPolicyStatus.Scenario(
        found(scenario.dayToDayVariation(), Shown::ratio),
        scenario.scenario().label(),
        sentence(scenario.message()),
        ratio(scenario.peakToMean()),
        percent(scenario.steadinessPercent()));
  }

  private static List<CostPolicyStatus.WorkloadStatus> workloads(
      Advice advice, ResolvedTerms terms) {
    return terms.workloads().stream()
        .map(
            w -> {
              Integer advised =
                  w.isPrefill()
                      ? prefillAdvised(w, advice.recommendation())
                      : advice.workloads().stream()
                          .filter(
                              a ->
                                  a.workload().kind().equals(w.kind())
                                      && a.workload().name().equals(w.name()))
                          .map(Advice.WorkloadAdvice::replicasAdvised)
                          .findFirst()
                          .orElse(null);
              return TermsShown.workload(w, advised);
            })
        .toList();
  }

  private static @Nullable Integer prefillAdvised(
      ResolvedTerms.ResolvedWorkload prefill, Advice.Recommendation next) {
    if (prefill.workload() == null) {
      return null;
    }
    int advised =
        prefillBeside(
            next.replicasAdvised(), next.replicasNow(), prefill.workload().replicasWanted());
    return Math.max(
        prefill.workload().minReplicas(), Math.min(prefill.workload().maxReplicas(), advised));
  }

  /**
   * As many for each replica that generates as there are now, rounded up; where none generates now
   * one for each, or those that are there; none where none is to generate.
   */
  static int prefillBeside(int decodeAdvised, int decodeNow, int prefillNow) {
    if (decodeAdvised == 0) {
      return 0;
    }
    return decodeNow == 0
        ? Math.max(prefillNow, decodeAdvised)
        : (decodeAdvised * prefillNow + decodeNow - 1) / decodeNow;
  }

  private static @Nullable String burstAbove(Advice.BurstPoint burst) {
    return burst instanceof Advice.BurstPoint.Above above ? rate(above.tokensPerSecond()) : null;
  }

  private static @Nullable String burstShare(Advice.BurstPoint burst) {
    return burst instanceof Advice.BurstPoint.Above above ? percent(above.sharePercent()) : null;
  }

  private static @Nullable String firstOf(@Nullable String... texts) {
    return Stream.of(texts).filter(Objects::nonNull).findFirst().orElse(null);
  }

  private static @Nullable String sentence(@Nullable String text) {
    return text == null ? null : cut(text, MAX_SENTENCE_CHARS);
  }

  private static String cut(String text, int chars) {
    return text.length() <= chars ? text : text.substring(0, chars - 1) + "…";
  }
}
