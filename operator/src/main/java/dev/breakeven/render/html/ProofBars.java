package dev.breakeven.render.html;

import dev.breakeven.advice.Advice.Proof;
import dev.breakeven.advice.Advice.Score;
import dev.breakeven.advice.Estimate;
import dev.breakeven.price.Money;
import dev.breakeven.render.words.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What following the advice would have cost, beside what ran and what could have been.
 *
 * @param sentence what the bars say
 * @param totals a bar each
 * @param score what was predicted beside what then happened, in a sentence
 */
record ProofBars(String sentence, List<Total> totals, String score) {

  /** One total; {@code width} in percent of the largest. */
  record Total(String name, String what, String total, String width, String part) {}

  /**
   * @param heldBack where what is advised now is not what the replay goes on with, a sentence that
   *     says so; else empty
   */
  static ProofBars of(Proof proof, Estimate<Score> score, String heldBack) {
    double largest = Math.max(proof.followed().value(), proof.hindsight().value());
    largest = Math.max(largest, valueOf(proof.ran()));
    largest = Math.max(largest, valueOf(proof.alwaysApi()));
    List<Total> totals = new ArrayList<>();
    totals.add(
        total(
            "Following the advice",
            "as it would have been given then, with its hold and lead",
            Estimate.of(proof.followed()),
            largest,
            "part-busy"));
    totals.add(total("What ran", "replicas that were held", proof.ran(), largest, "part-plain"));
    totals.add(
        total("Always the API", "every token", proof.alwaysApi(), largest, "part-api-input"));
    totals.add(
        total(
            "Best in hindsight",
            "the best fixed number of replicas, known only afterwards",
            Estimate.of(proof.hindsight()),
            largest,
            "part-headroom"));
    String days = HtmlFormat.number(proof.days(), 1);
    return new ProofBars(
        "The advice was replayed on this policy's own last "
            + days
            + (days.equals("1") ? " day" : " days")
            + ", at every step knowing only what was past. "
            + againstWhatRan(proof)
            + heldBack,
        totals,
        inWords(score));
  }

  private static String inWords(Estimate<Score> finding) {
    if (!(finding instanceof Estimate.Found<Score> found)) {
      return "No score yet: " + Words.of(((Estimate.NotFound<Score>) finding).why()) + ".";
    }
    Score score = found.value();
    String saving =
        score.savingPredicted() instanceof Estimate.Found<Money> predicted
                && score.savingHappened() instanceof Estimate.Found<Money> happened
            ? " A saving of "
                + HtmlFormat.money(predicted.value())
                + " a month was predicted, "
                + HtmlFormat.money(happened.value())
                + " came of it."
            : "";
    return "When the verdict was given, following it was predicted to cost "
        + HtmlFormat.money(score.costPredicted())
        + " a month; the traffic from "
        + HtmlFormat.time(score.from())
        + " on came to "
        + HtmlFormat.money(score.costHappened())
        + " a month."
        + saving;
  }

  private static String againstWhatRan(Proof proof) {
    if (!(proof.ran() instanceof Estimate.Found<Money> ran)) {
      return "";
    }
    Money saved = ran.value().minus(proof.followed());
    return saved.isNegative()
        ? "It would have cost "
            + HtmlFormat.money(proof.followed().minus(ran.value()))
            + " more than what ran."
        : "It would have cost " + HtmlFormat.money(saved) + " less than what ran.";
  }

  private static double valueOf(Estimate<Money> finding) {
    return finding instanceof Estimate.Found<Money> found ? found.value().value() : 0;
  }

  private static Total total(
      String name, String what, Estimate<Money> finding, double largest, String part) {
    if (finding instanceof Estimate.Found<Money> found) {
      double width = largest > 0 ? Math.max(0, 100 * found.value().value() / largest) : 0;
      return new Total(
          name,
          what,
          HtmlFormat.money(found.value()),
          String.format(Locale.ROOT, "%.3f", width),
          part);
    }
    Estimate.NotFound<Money> notFound = (Estimate.NotFound<Money>) finding;
    return new Total(name, Words.of(notFound.why()), "not known", "0", part);
  }
}
