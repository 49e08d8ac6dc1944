package dev.breakeven.render.html;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.SelfHostTerms;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.CapacityEvidence.FitError;
import dev.breakeven.capacity.CapacityRange;
import dev.breakeven.price.Api;
import dev.breakeven.price.ApiLimits.Limit;
import dev.breakeven.price.Commitment;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Offer;
import dev.breakeven.price.Offer.Batch;
import dev.breakeven.price.Offer.CacheHits;
import dev.breakeven.price.Offer.LongContextTier;
import dev.breakeven.price.Offer.PriceRead;
import dev.breakeven.price.OverheadPart;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.render.words.Words;
import java.util.ArrayList;
import java.util.List;

/** The terms an answer was made from: prices with their dates and sources, capacity, planning. */
final class TermFacts {

  private TermFacts() {}

  /** TermFacts of one kind under a heading. */
  record Group(String name, List<Fact> rows) {
    Group {
      rows = List.copyOf(rows);
    }
  }

  static List<Group> of(AdvisorInput input, CapacityEvidence capacity) {
    return List.of(
        new Group("The API", api(input.api())),
        new Group("Own GPUs", selfHost(input.selfHost())),
        new Group("What one replica sustains", capacity(capacity)),
        new Group("Planning", planning(input.planning(), input.constraints())));
  }

  private static List<Fact> api(Api api) {
    if (api instanceof Api.NoOffer none) {
      return List.of(new Fact("Offer", "none", false, Words.of(none.message())));
    }
    Offer offer = ((Api.Offered) api).offer();
    String read = read(offer.read());
    List<Fact> facts = new ArrayList<>();
    facts.add(Fact.of("Offer", offer.name(), read));
    facts.addAll(prices("", offer.prices(), read));
    for (LongContextTier tier : offer.longContextTiers()) {
      facts.addAll(
          prices(
              " above " + HtmlFormat.count((double) tier.aboveInputTokens()) + " prompt tokens",
              tier.prices(),
              "The tier's price, applied by the mean prompt length."));
    }
    if (offer.batch() instanceof Batch.Listed batch) {
      facts.addAll(
          prices(
              " in batches",
              batch.prices(),
              "For the "
                  + HtmlFormat.percent(offer.batchSharePercent())
                  + " of this traffic that may wait."));
    }
    facts.add(
        Fact.of(
            "Discount",
            HtmlFormat.percent(offer.discountPercent()),
            "Negotiated, on every line, as the policy states it."));
    facts.add(limit("Token limit", "tokens/min", offer.limits().tokensPerMinute()));
    facts.add(limit("Request limit", "requests/min", offer.limits().requestsPerMinute()));
    facts.add(
        offer.cacheHits() instanceof CacheHits.OfInput of
            ? Fact.of(
                "API cache hits",
                HtmlFormat.percent(of.percent()) + " of input",
                "As the policy states it.")
            : Fact.of(
                "API cache hits",
                "as ours",
                "Assumed: the API's cache hits as often as the engine's own."));
    facts.add(
        Fact.of(
            "Weights",
            switch (offer.weights()) {
              case SAME -> "the same";
              case COMPARABLE -> "comparable";
              case DIFFERENT -> "different";
            },
            "How the API's model compares with the one served on the GPUs, as the offer states"
                + " it."));
    return facts;
  }

  private static String read(PriceRead read) {
    if (read instanceof PriceRead.On on) {
      return "Read on "
          + HtmlFormat.day(on.asOf())
          + (on.source().isBlank() ? "" : " at " + on.source())
          + "; the policy allows "
          + on.maxAgeDays()
          + " days.";
    }
    return "Stated by the policy itself, without a date.";
  }

  private static List<Fact> prices(String where, TokenPrices prices, String source) {
    return List.of(
        perMillion("Input" + where, HtmlFormat.price(prices.inputPerMillion()), source),
        prices.cachedInput() instanceof TokenPrices.CachedInput.Listed cached
            ? perMillion("Cached input" + where, HtmlFormat.price(cached.perMillion()), source)
            : perMillion(
                "Cached input" + where,
                HtmlFormat.price(prices.inputPerMillion()),
                "No cached price is listed: a cached token costs as any input token."),
        perMillion("Output" + where, HtmlFormat.price(prices.outputPerMillion()), source));
  }

  private static Fact perMillion(String label, String price, String source) {
    return Fact.of(label, price + " per 1M tokens", source);
  }

  private static Fact limit(String label, String unit, Limit limit) {
    return limit instanceof Limit.PerMinute at
        ? Fact.of(
            label,
            HtmlFormat.count(at.value()) + " " + unit,
            "What the API lets through; cached tokens count.")
        : Fact.of(label, "none stated", "No limit is known, so none is kept to.");
  }

  private static List<Fact> selfHost(SelfHostTerms terms) {
    List<Fact> facts = new ArrayList<>();
    facts.add(gpu(terms.gpu()));
    facts.add(
        Fact.of(
            "GPUs per replica",
            HtmlFormat.number(terms.gpusPerReplica(), 3),
            "From the policy, else from the pods' requests; a slice is a fraction of one."));
    terms.commitments().each().forEach(commitment -> facts.add(committed(commitment)));
    if (terms.commitments().isEmpty()) {
      facts.add(Fact.of("Reserved", "nothing", "Neither by the policy nor on its rate card."));
    }
    for (OverheadPart part : terms.monthlyOverhead()) {
      facts.add(
          Fact.of(
              AlternativeCosts.overheadTitle(part.name()),
              HtmlFormat.money(part.perMonth()) + " / month",
              "Overhead as the policy states it, paid for the whole month once anything is"
                  + " self-hosted."));
    }
    facts.add(
        Fact.of(
            "Headroom",
            HtmlFormat.percent(terms.headroomPercent()),
            "Kept free on each serving replica, as the policy asks."));
    facts.add(
        Fact.of(
            "Redundancy",
            HtmlFormat.replicas(terms.redundantReplicas()),
            "Spare replicas that carry no load, as the policy asks."));
    facts.add(
        Fact.of(
            "Replicas allowed",
            terms.minReplicas() + " to " + terms.maxReplicas(),
            "As the policy allows."));
    return facts;
  }

  private static Fact committed(Commitment commitment) {
    String price = " at " + HtmlFormat.price(commitment.gpuHour()) + " per GPU hour";
    String paid =
        "Paid in every alternative until "
            + HtmlFormat.day(commitment.until())
            + ", the API alone included.";
    if (commitment instanceof Commitment.Shared shared) {
      return Fact.of(
          "Committed",
          HtmlFormat.number(shared.gpus(), 3)
              + " of "
              + shared.of()
              + " "
              + shared.product()
              + price,
          paid + " Policies of the rate card share them, in the order of what they save.");
    }
    return Fact.of(
        "Reserved",
        HtmlFormat.replicas(((Commitment.Reserved) commitment).replicas()) + price,
        paid);
  }

  private static Fact gpu(GpuPricing pricing) {
    if (pricing instanceof GpuPricing.Unpriced unpriced) {
      return new Fact("GPU hour", "not known", false, Words.of(unpriced.message()));
    }
    GpuHour hour = ((GpuPricing.Priced) pricing).hour();
    return Fact.of("GPU hour", HtmlFormat.price(hour.perHour()), howHad(hour));
  }

  private static String howHad(GpuHour hour) {
    if (hour instanceof GpuHour.OnDemand) {
      return "On demand, for one whole GPU, used or not.";
    }
    if (hour instanceof GpuHour.Spot) {
      return "Spot, for one whole GPU: at the provider's mercy.";
    }
    if (hour instanceof GpuHour.Reserved) {
      return "Committed for a term, for one whole GPU.";
    }
    if (hour instanceof GpuHour.Reported reported) {
      return "Reported by " + reported.source() + " for one whole GPU.";
    }
    GpuHour.Owned owned = (GpuHour.Owned) hour;
    return "Bought for "
        + HtmlFormat.money(owned.purchase())
        + ", written off over "
        + owned.lifeYears().toPlainString()
        + " years; maintenance "
        + owned.maintenancePercentPerYear().toPlainString()
        + "\u00a0% a year; "
        + owned.watts().toPlainString()
        + " W at "
        + HtmlFormat.price(owned.perKilowattHour())
        + " per kWh and a PUE of "
        + owned.powerUsageEffectiveness().toPlainString()
        + ".";
  }

  private static List<Fact> capacity(CapacityEvidence evidence) {
    if (evidence instanceof CapacityEvidence.Unknown unknown) {
      return List.of(new Fact("Capacity", "not known", false, Words.of(unknown.message())));
    }
    Capacity c = ((CapacityEvidence.Known) evidence).capacity();
    List<Fact> facts = new ArrayList<>();
    facts.add(evidence(evidence));
    facts.add(rate("Uncached input", c.inputTokensPerSecond(), "κx: if it did nothing else."));
    facts.add(
        rate(
            "Cached input",
            c.cachedInputTokensPerSecond(),
            "κh: if it did nothing else; κx unless known better."));
    facts.add(rate("Output", c.outputTokensPerSecond(), "κy: if it did nothing else."));
    if (c.hasContextTerm()) {
      facts.add(
          rate(
              "Context read",
              c.contextTokensPerSecond(),
              "κc: context tokens read while generating."));
    }
    return facts;
  }

  private static Fact rate(String label, double perSecond, String source) {
    return Fact.of(
        label,
        Double.isInfinite(perSecond) ? "takes nothing" : HtmlFormat.count(perSecond) + " tokens/s",
        source);
  }

  private static Fact evidence(CapacityEvidence evidence) {
    if (evidence instanceof CapacityEvidence.Fitted fitted) {
      return Fact.of(
          "Known from",
          fitted.points() + " benchmark points",
          "Fitted to them; " + error(fitted.error()));
    }
    if (evidence instanceof CapacityEvidence.Learned learned) {
      return Fact.of(
          "Known from",
          learned.steps() + " saturated steps",
          "Learned from steps in which requests were waiting; " + error(learned.error()));
    }
    if (evidence instanceof CapacityEvidence.Curve curve) {
      return Fact.of(
          "Known from",
          curve.steps() + " steps with nothing waiting",
          "Extrapolated along the concurrency curve; " + range(curve.range()));
    }
    if (evidence instanceof CapacityEvidence.Published published) {
      return Fact.of(
          "Known from",
          published.source(),
          "Published for this model and these GPUs, not measured here; "
              + range(published.range()));
    }
    return Fact.of("Known from", "the policy", "Declared; nobody measured it for this report.");
  }

  private static String range(CapacityRange range) {
    return "it may be "
        + HtmlFormat.percent(100 * range.lowFactor())
        + " to "
        + HtmlFormat.percent(100 * range.highFactor())
        + " of that.";
  }

  private static String error(FitError error) {
    return "it misses them by "
        + HtmlFormat.percent(100 * error.mean())
        + " on average and "
        + HtmlFormat.percent(100 * error.greatest())
        + " at worst.";
  }

  private static List<Fact> planning(Planning planning, Constraints constraints) {
    List<Fact> facts = new ArrayList<>();
    facts.add(
        Fact.of(
            "Window",
            HtmlFormat.duration(planning.window()),
            "The past that the verdict is made from."));
    facts.add(
        Fact.of(
            "Hold",
            HtmlFormat.duration(planning.hold()),
            "The shortest time a replica is kept once added."));
    facts.add(
        Fact.of(
            "Lead",
            HtmlFormat.duration(planning.lead()),
            "From deciding on a replica to its serving; it is paid from the decision on."));
    facts.add(
        Fact.of(
            "Least saving",
            HtmlFormat.percent(planning.minSavingPercent()),
            "A change has to save at least this."));
    facts.add(
        Fact.of(
            "Least coverage",
            HtmlFormat.percent(planning.minCoveragePercent()),
            "Steps of the window that must be known for a verdict."));
    facts.add(
        Fact.of(
            "May use an API",
            constraints.allowApi() ? "yes" : "no",
            constraintsInForce(constraints)));
    facts.add(
        Fact.of(
            "Stage",
            constraints.stage().label(),
            "How far the product is, as the policy states it."));
    return facts;
  }

  private static String constraintsInForce(Constraints c) {
    List<String> forced = new ArrayList<>();
    if (c.dataMustStay()) {
      forced.add("prompts may not leave");
    }
    if (c.customWeights()) {
      forced.add("no API offers these weights");
    }
    if (c.apiTooSlow()) {
      forced.add("no API is fast enough");
    }
    if (c.apiModelsNeeded()) {
      forced.add("models that only an API has are needed");
    }
    return forced.isEmpty()
        ? "The policy states no constraint."
        : "The policy says: " + String.join(", ", forced) + ".";
  }
}
