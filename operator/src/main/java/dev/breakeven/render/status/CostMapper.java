package dev.breakeven.render.status;

import static dev.breakeven.render.status.StatusFormat.firstOf;
import static dev.breakeven.render.status.StatusFormat.found;
import static dev.breakeven.render.status.StatusFormat.isSaidOnce;
import static dev.breakeven.render.status.StatusFormat.missing;
import static dev.breakeven.render.status.StatusFormat.money;
import static dev.breakeven.render.status.StatusFormat.percent;
import static dev.breakeven.render.status.StatusFormat.rate;
import static dev.breakeven.render.status.StatusFormat.ratio;
import static dev.breakeven.render.status.StatusFormat.sentence;
import static dev.breakeven.render.status.StatusFormat.time;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Estimate;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.price.Commitment;
import dev.breakeven.price.Money;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.terms.ResolvedTerms;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What tokens cost, and where both ways cost the same, as a status shows them. */
final class CostMapper {

  private CostMapper() {}

  static CostPolicyStatus.Cost cost(Advice advice, ResolvedTerms terms, Instant now) {
    Estimate<Advice.CostOfHour> finding = advice.costs().lastHour();
    Advice.CostOfHour hour =
        finding instanceof Estimate.Found<Advice.CostOfHour> found ? found.value() : null;
    return new CostPolicyStatus.Cost(
        hour == null ? null : found(hour.apiPerMillion(), StatusFormat::perMillion),
        apiPerMonth(advice),
        terms.selfHost().commitments().at(now).each().stream()
            .filter(Commitment.Shared.class::isInstance)
            .map(c -> committed((Commitment.Shared) c))
            .toList(),
        advice.comparison().constraints().stream()
            .map(
                c ->
                    new CostPolicyStatus.ConstraintCost(
                        sentence(c.message()),
                        c.constraint(),
                        found(c.perMonth(), StatusFormat::money)))
            .toList(),
        terms.currency().getCurrencyCode(),
        hour == null ? null : found(hour.effectivePerMillion(), StatusFormat::perMillion),
        TermsMapper.gpuHour(terms),
        hour == null ? null : found(hour.gpuOnlyPerMillion(), StatusFormat::perMillion),
        advice.costs().hidden().stream()
            .map(
                h ->
                    new CostPolicyStatus.HiddenCost(
                        h.name(),
                        found(h.perMillion(), StatusFormat::perMillion),
                        money(h.perMonth())))
            .toList(),
        hour == null ? null : time(hour.from()),
        hour == null ? null : money(hour.hourlyCost()),
        hour == null
            ? isSaidOnce(finding, advice) ? null : missing(finding)
            : firstOf(
                missing(hour.effectivePerMillion()),
                missing(hour.gpuOnlyPerMillion()),
                missing(hour.apiPerMillion())),
        TermsMapper.offer(
            terms,
            advice.basis().observed().requests().inputTokens()
                    instanceof Estimate.Found<Double> prompt
                ? prompt.value()
                : Double.NaN),
        ownTokens(advice),
        hour == null ? null : rate(hour.tokens()),
        // Of the API its own price: commitments are paid beside it, and limits do not change it.
        perMillion(advice, Alternative.Kind.API_ONLY, a -> true, a -> a.bill().api()),
        perMillion(
            advice,
            Alternative.Kind.TODAYS_REPLICAS,
            Alternative::isFeasible,
            a -> a.bill().total()));
  }

  private static String committed(Commitment.Shared its) {
    return new BigDecimal(ratio(its.gpus())).stripTrailingZeros().toPlainString()
        + " of "
        + its.of()
        + " "
        + its.product()
        + " at "
        + its.gpuHour().listed()
        + " "
        + its.gpuHour().currency().getCurrencyCode()
        + " an hour until "
        + its.until();
  }

  private static @Nullable String perMillion(
      Advice advice,
      Alternative.Kind kind,
      Predicate<Alternative> isShown,
      Function<Alternative, Money> perMonth) {
    return advice
        .comparison()
        .alternative(kind)
        .filter(isShown)
        .map(perMonth)
        .flatMap(advice::perMillion)
        .map(StatusFormat::perMillion)
        .orElse(null);
  }

  private static CostPolicyStatus.@Nullable OwnTokens ownTokens(Advice advice) {
    return advice.costs().tokens() instanceof Estimate.Found<Advice.TokenCosts> found
        ? new CostPolicyStatus.OwnTokens(
            tokenPrice(found.value().asItRan()), tokenPrice(found.value().atTarget()))
        : null;
  }

  private static CostPolicyStatus.@Nullable TokenPrice tokenPrice(Estimate<TokenPrices> finding) {
    return finding instanceof Estimate.Found<TokenPrices> found
        ? new CostPolicyStatus.TokenPrice(
            StatusFormat.perMillion(found.value().cachedInputPerMillion()),
            StatusFormat.perMillion(found.value().inputPerMillion()),
            StatusFormat.perMillion(found.value().outputPerMillion()))
        : null;
  }

  /** What the API would charge for all of it: the alternative that sends everything there. */
  private static CostPolicyStatus.@Nullable ApiBill apiPerMonth(Advice advice) {
    return advice
        .comparison()
        .alternative(Alternative.Kind.API_ONLY)
        .map(Alternative::bill)
        .map(
            b ->
                new CostPolicyStatus.ApiBill(
                    money(b.apiCachedInput()),
                    money(b.apiInput()),
                    money(b.apiOutput()),
                    money(b.api())))
        .orElse(null);
  }

  static CostPolicyStatus.Breakeven breakeven(Estimate<Breakeven> finding) {
    if (!(finding instanceof Estimate.Found<Breakeven> found)) {
      return new CostPolicyStatus.Breakeven(
          null, null, null, null, missing(finding), null, null, null, null, null, null);
    }
    Breakeven breakeven = found.value();
    boolean reachable = breakeven.utilization() instanceof Breakeven.Utilization.Reachable;
    String message =
        reachable
            ? null
            : String.format(
                Locale.ROOT,
                "Unreachable with %d replica%s: breaking even takes %s %% of them, headroom and"
                    + " redundancy leave %s %%",
                breakeven.replicas(),
                breakeven.replicas() == 1 ? "" : "s",
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
}
