package dev.breakeven.cli.advise;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.cli.evaluation.AnswerFigures;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.operator.evaluation.PolicyEvaluation;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.render.text.StatusText;
import dev.breakeven.render.text.TextTable;
import dev.breakeven.render.words.Phrases;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A policy's answer beside the one after a change.
 *
 * @param set what {@code --set} changed
 * @param gpus what {@code --gpus} changed; null without it
 */
record WhatIf(
    String namespace,
    String name,
    String currency,
    Map<String, String> set,
    @Nullable Changed<Held> gpus,
    AnswerFigures now,
    AnswerFigures then) {

  /** A value now and after the change. */
  record Changed<T>(T now, T then) {}

  /** GPUs that are held all the time, and what they cost where their price is known. */
  record Held(double gpus, @Nullable String monthlyCost) {

    static Changed<Held> of(EvaluatedPolicy evaluated, int replicasThen) {
      AdvisorInput input = ((PolicyEvaluation.Answered) evaluated.evaluation()).input();
      return new Changed<>(of(input, input.replicasNow()), of(input, replicasThen));
    }

    private static Held of(AdvisorInput input, int replicas) {
      double gpus = replicas * input.selfHost().gpusPerReplica();
      return new Held(
          gpus,
          input.selfHost().gpu() instanceof GpuPricing.Priced priced
              ? monthly(gpus, priced.hour().perHour())
              : null);
    }

    private static String monthly(double gpus, Money perHour) {
      return Money.rounded(
              gpus * perHour.value() * ReplicaCostModel.HOURS_PER_MONTH, 2, perHour.currency())
          .amount()
          .toPlainString();
    }
  }

  static WhatIf of(
      EvaluatedPolicy now,
      EvaluatedPolicy then,
      Map<String, String> set,
      @Nullable Changed<Held> gpus) {
    return new WhatIf(
        now.policy().getMetadata().getNamespace(),
        now.policy().getMetadata().getName(),
        now.terms().currency().getCurrencyCode(),
        set,
        gpus,
        AnswerFigures.of(now),
        AnswerFigures.of(then));
  }

  /** As a table, and both answers in words. */
  String text() {
    TextTable table = TextTable.withHeader(name, "now", "then");
    if (gpus != null) {
      table.row(
          "GPUs held",
          Phrases.decimal(gpus.now().gpus(), 2),
          Phrases.decimal(gpus.then().gpus(), 2));
      table.row(
          "GPUs a month",
          StatusText.grouped(gpus.now().monthlyCost()),
          StatusText.grouped(gpus.then().monthlyCost()));
    }
    row(table, "verdict", AnswerFigures::verdict);
    row(table, "action", AnswerFigures::action);
    row(table, "replicas advised", AnswerFigures::replicasAdvised);
    row(table, "saving a month", answer -> StatusText.grouped(answer.monthlySaving()));
    Stream.of(now, then)
        .flatMap(answer -> answer.monthlyTotals().keySet().stream())
        .distinct()
        .forEach(
            kind ->
                row(
                    table,
                    kind + " a month",
                    answer -> StatusText.grouped(answer.monthlyTotals().get(kind))));
    return table + "now   %s\nthen  %s\n\n".formatted(known(now.summary()), known(then.summary()));
  }

  private void row(TextTable table, String name, Function<AnswerFigures, @Nullable Object> figure) {
    table.row(name, known(figure.apply(now)), known(figure.apply(then)));
  }

  private static String known(@Nullable Object value) {
    return value == null ? "not known" : value.toString();
  }
}
