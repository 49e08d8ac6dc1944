package dev.breakeven.render.html;

import dev.breakeven.advice.Observed;
import dev.breakeven.traffic.TokenRates;
import java.util.List;

/** What was seen in the window, figure by figure. */
final class ObservationFacts {

  private ObservationFacts() {}

  static FactList of(Observed seen) {
    return new FactList(
        List.of(
            Fact.of(
                "Window",
                HtmlFormat.minute(seen.window().from())
                    + " to "
                    + HtmlFormat.time(seen.window().to()),
                "The policy's planning window, in whole steps."),
            Fact.of(
                "Coverage",
                HtmlFormat.percent(seen.window().coveragePercent()),
                "Steps of the window that are known. A gap is left out, never read as zero."),
            Fact.of(
                "Uncached input",
                seen.tokens().demand(),
                r -> rate(r.uncachedInput()),
                "Prompt tokens that had to be computed: the engine's counters, and what a gateway"
                    + " sent to an API."),
            Fact.of(
                "Cached input",
                seen.tokens().demand(),
                r -> rate(r.cachedInput()),
                "Prompt tokens found in the prefix cache."),
            Fact.of("Output", seen.tokens().demand(), r -> rate(r.output()), "Generated tokens."),
            Fact.of(
                "All tokens",
                seen.tokens().demand(),
                (TokenRates r) -> rate(r.total()),
                "Their sum, mean over the known steps."),
            Fact.of(
                "Tokens a month",
                seen.tokens().perMonth(),
                HtmlFormat::count,
                "At that rate, over 730 hours."),
            Fact.of(
                "Already on an API",
                seen.tokens().burstPercent(),
                HtmlFormat::percent,
                "Share of the tokens that a gateway already sends to an API."),
            Fact.of(
                "Utilisation",
                seen.replicas().utilizationPercent(),
                HtmlFormat::percent,
                "Served load ÷ replicas held."),
            Fact.of(
                "Peak load",
                seen.replicas().peakLoad(),
                v -> HtmlFormat.number(v, 2) + " replicas' worth",
                "The busiest step."),
            Fact.of(
                "Replicas held",
                seen.replicas().held(),
                v -> HtmlFormat.number(v, 2),
                "Mean; pending and loading ones included, because they are paid."),
            Fact.of(
                "Requests",
                seen.requests().perSecond(),
                v -> HtmlFormat.count(v) + " requests/s",
                "Finished requests, mean."),
            Fact.of(
                "Prompt length",
                seen.requests().inputTokens(),
                v -> HtmlFormat.count(v) + " tokens",
                "Mean per request, cached tokens included."),
            Fact.of(
                "Generated length",
                seen.requests().outputTokens(),
                v -> HtmlFormat.count(v) + " tokens",
                "Mean per request."),
            Fact.of(
                "GPU utilisation",
                seen.gpuUtilizationPercent(),
                HtmlFormat::percent,
                "Share of time in which any kernel ran. It is evidence, never the load: a GPU can"
                    + " read busy at a fraction of its capacity."),
            Fact.of(
                "Requests waiting",
                seen.requests().waiting(),
                v -> HtmlFormat.count(v),
                "Mean queue. While requests wait, served tokens are a lower bound of demand.")));
  }

  private static String rate(double tokensPerSecond) {
    return HtmlFormat.count(tokensPerSecond) + " tokens/s";
  }
}
