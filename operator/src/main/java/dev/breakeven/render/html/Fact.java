package dev.breakeven.render.html;

import dev.breakeven.advice.Estimate;
import dev.breakeven.render.words.Words;
import java.util.function.Function;

/**
 * One figure of the page: what it is, how much, and where it comes from.
 *
 * @param label what it is
 * @param value the figure with its unit; where it is not known, that
 * @param known whether there is a figure
 * @param source where it comes from; where it is not known, why
 */
record Fact(String label, String value, boolean known, String source) {

  static Fact of(String label, String value, String source) {
    return new Fact(label, value, true, source);
  }

  static <T> Fact of(String label, Estimate<T> finding, Function<T, String> shown, String source) {
    if (finding instanceof Estimate.Found<T> found) {
      return of(label, shown.apply(found.value()), source);
    }
    Estimate.NotFound<T> notFound = (Estimate.NotFound<T>) finding;
    return new Fact(
        label,
        "not known",
        false,
        notFound.why().reason().label() + ": " + HtmlFormat.sentence(Words.of(notFound.why())));
  }
}
