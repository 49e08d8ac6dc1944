package dev.breakeven.cli.prices;

import dev.breakeven.advice.Verdict;
import dev.breakeven.api.RateCard;
import dev.breakeven.cli.evaluation.AnswerFigures;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.render.text.TextTable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What changed on rate cards, and what it does to policies.
 *
 * @param policies none where none were asked about
 */
record PriceChanges(List<CardChanges> cards, List<Turn> policies) {

  /**
   * What changed on one card.
   *
   * @param readAnew prices whose day or source changed and nothing else
   */
  record CardChanges(String card, List<RateCardChanges.Change> changes, int readAnew) {

    static CardChanges between(RateCard before, RateCard after) {
      RateCardChanges changes = RateCardChanges.between(before, after);
      return new CardChanges(after.getMetadata().getName(), changes.changes(), changes.readAnew());
    }
  }

  /**
   * How a policy is answered with either cards.
   *
   * @param turned whether the verdict is another
   */
  record Turn(
      String namespace, String name, boolean turned, AnswerFigures before, AnswerFigures after) {

    static Turn of(EvaluatedPolicy before, EvaluatedPolicy after) {
      AnswerFigures was = AnswerFigures.of(before);
      AnswerFigures is = AnswerFigures.of(after);
      return new Turn(
          before.policy().getMetadata().getNamespace(),
          before.policy().getMetadata().getName(),
          !Objects.equals(was.verdict(), is.verdict()),
          was,
          is);
    }
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (CardChanges card : cards) {
      if (cards.size() > 1) {
        text.append("== ").append(card.card()).append('\n');
      }
      text.append(text(card));
    }
    return text + (policies.isEmpty() ? "" : turns());
  }

  private static String text(CardChanges card) {
    if (card.changes().isEmpty()) {
      return "No price changed"
          + (card.readAnew() == 0 ? "" : "; %,d read anew".formatted(card.readAnew()))
          + ".\n";
    }
    TextTable table = TextTable.withHeader("WHAT", "", "FIELD", "OLD", "NEW", "%");
    for (RateCardChanges.Change change : card.changes()) {
      table.row(
          change.what(),
          change.kind().name(),
          change.field(),
          shown(change.before()),
          shown(change.after()),
          change.percent() == null
              ? "-"
              : (change.percent().signum() > 0 ? "+" : "") + change.percent().toPlainString());
    }
    return table
        + (card.readAnew() == 0
            ? ""
            : "%,d more read anew at the same price.\n".formatted(card.readAnew()));
  }

  private String turns() {
    TextTable table = TextTable.withHeader("POLICY", "", "VERDICT", "ACTION", "REPLICAS", "SAVING");
    for (Turn turn : policies) {
      row(table, name(turn), "before", turn.before());
      row(table, "", turn.turned() ? "after*" : "after", turn.after());
    }
    long turned = policies.stream().filter(Turn::turned).count();
    StringBuilder text =
        new StringBuilder(
            "\n%s%d of %d verdicts turn%s\n"
                .formatted(table, turned, policies.size(), turned > 0 ? " (*)" : ""));
    policies.stream()
        .filter(turn -> Verdict.INCONCLUSIVE.label().equals(turn.after().verdict()))
        .forEach(
            turn ->
                text.append(name(turn))
                    .append(": ")
                    .append(shown(turn.after().summary()))
                    .append('\n'));
    return text.toString();
  }

  /** With its namespace, where there are several. */
  private String name(Turn turn) {
    return policies.stream().map(Turn::namespace).distinct().count() > 1
        ? turn.namespace() + "/" + turn.name()
        : turn.name();
  }

  private static void row(TextTable table, String name, String when, AnswerFigures answer) {
    table.row(
        name,
        when,
        shown(answer.verdict()),
        shown(answer.action()),
        shown(answer.replicasAdvised()),
        shown(answer.monthlySaving()));
  }

  private static String shown(@Nullable Object value) {
    return value == null ? "-" : value.toString();
  }
}
