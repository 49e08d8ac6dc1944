package dev.breakeven.render.html;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Breakeven.Utilization;
import dev.breakeven.advice.Breakeven.Volume;
import dev.breakeven.advice.Estimate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;

/**
 * Cost per 1,000,000 tokens over utilisation, ours against the API, on the same tokens. Ours at
 * utilisation u is {@code API × u* / u}, u* being the breakeven utilisation: at one size the bill
 * does not depend on u, so its share per token falls as 1/u, and at u* it is the API's.
 *
 * @param sentence what the curve says
 * @param replicas the size it is drawn for
 * @param keys what the marks are
 * @param curve the table behind it
 * @param facts breakeven in utilisation, tokens/s and volume
 * @param plot what the script draws
 */
record BreakevenCurve(
    String sentence,
    String replicas,
    String keys,
    List<CurveRow> curve,
    FactList facts,
    ObjectNode plot) {

  record CurveRow(String utilization, String tokensPerSecond, String ours, String api) {}

  /**
   * @param b breakeven, its utilisation above 0
   * @param seen utilisation over the replicas that were held
   * @param apiPerMillion what the API charges for 1,000,000 tokens of the window's mean mix
   */
  static BreakevenCurve of(
      Breakeven b, AdvisorInput input, Estimate<Double> seen, double apiPerMillion) {
    double perPercent = b.breakevenTokensPerSecond() / b.utilization().percent();
    boolean runs = input.replicasNow() > 0;
    return new BreakevenCurve(
        sentence(b, runs),
        HtmlFormat.replicas(b.replicas()),
        keys(b),
        rows(apiPerMillion, b.utilization().percent(), perPercent, input.currency()),
        new FactList(facts(b, seen, runs)),
        plot(b, apiPerMillion, runs));
  }

  private static String sentence(Breakeven b, boolean runs) {
    String at = "At " + HtmlFormat.replicas(b.replicas()) + " own GPUs cost what the API costs";
    String needed = HtmlFormat.percent(b.utilization().percent());
    if (b.utilization() instanceof Utilization.Unreachable) {
      return at
          + " only at "
          + needed
          + " utilisation. Headroom and redundancy leave at most "
          + HtmlFormat.percent(b.reachableMaxPercent())
          + ", so at this size they never break even.";
    }
    String here = HtmlFormat.percent(b.reachableForShapePercent());
    return at
        + " when they are used to "
        + needed
        + (runs ? ". This traffic uses them to " : ". This traffic would use them to ")
        + here
        + (b.reachableForShapePercent() >= b.utilization().percent()
            ? ", so what they serve is cheaper on own GPUs."
            : ", so what they serve is cheaper on the API.");
  }

  private static String keys(Breakeven b) {
    return b.reachableMaxPercent() < 100
        ? "The shaded part, above "
            + HtmlFormat.percent(b.reachableMaxPercent())
            + ", is out of reach: headroom and redundancy keep it free."
        : "";
  }

  private static List<CurveRow> rows(
      double apiPerMillion, double breakeven, double perPercent, Currency currency) {
    List<CurveRow> rows = new ArrayList<>();
    for (int u = 10; u <= 100; u += 10) {
      rows.add(
          new CurveRow(
              HtmlFormat.percent(u),
              HtmlFormat.count(u * perPercent),
              HtmlFormat.price(apiPerMillion * breakeven / u, currency),
              HtmlFormat.price(apiPerMillion, currency)));
    }
    return rows;
  }

  private static List<Fact> facts(Breakeven b, Estimate<Double> seen, boolean runs) {
    return List.of(
        Fact.of(
            "Breakeven utilisation",
            HtmlFormat.percent(b.utilization().percent()),
            "Hourly cost of all replicas held, people included, ÷ what the API would charge for an"
                + " hour of them fully used."),
        Fact.of(
            runs ? "Utilisation at this size" : "Utilisation it would have",
            HtmlFormat.percent(b.reachableForShapePercent()),
            "What the window's traffic makes of "
                + HtmlFormat.replicas(b.replicas())
                + ": load above their capacity is not theirs, load below it leaves them idle."),
        Fact.of(
            "Utilisation seen",
            seen,
            HtmlFormat::percent,
            "Served load ÷ the replicas that were held over the window, however many."),
        Fact.of(
            "Reachable at most",
            HtmlFormat.percent(b.reachableMaxPercent()),
            "What headroom and redundancy leave of all GPUs held."),
        Fact.of(
            "Breakeven throughput",
            HtmlFormat.count(b.breakevenTokensPerSecond()) + " tokens/s",
            "The breakeven utilisation in tokens/s of the window's mean mix."),
        Fact.of(
            runs ? "Served at this size" : "It would serve",
            HtmlFormat.count(b.servedTokensPerSecond()) + " tokens/s",
            "The window's mean of what this size serves of the traffic."),
        Fact.of(
            "Capacity",
            HtmlFormat.count(b.capacityTokensPerSecond()) + " tokens/s",
            "The most this size may serve, headroom and redundancy kept free."),
        volume(
            "First breakeven volume",
            b.firstVolume(),
            "The least volume of this very shape at which the best self-hosted plan costs no more"
                + " than the API."),
        volume(
            "Breakeven volume for good",
            b.alwaysVolume(),
            "The volume of this very shape from which on self-hosting never costs more; whole"
                + " replicas make the two differ."));
  }

  private static Fact volume(String label, Volume volume, String source) {
    if (volume instanceof Volume.At at) {
      return Fact.of(
          label,
          HtmlFormat.count(at.tokensPerMonth())
              + " tokens/month, "
              + HtmlFormat.number(at.multipleOfNow(), 2)
              + "× now",
          source);
    }
    double upTo = ((Volume.Never) volume).upToMultiple();
    return Fact.of(label, "none up to " + HtmlFormat.number(upTo, 0) + "× now", source);
  }

  private static ObjectNode plot(Breakeven b, double apiPerMillion, boolean runs) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("apiPerMillion", apiPerMillion)
        .put("breakevenPercent", b.utilization().percent())
        .put("herePercent", b.reachableForShapePercent())
        .put("hereName", runs ? "you are here" : "this traffic")
        .put("reachablePercent", b.reachableMaxPercent());
  }
}
