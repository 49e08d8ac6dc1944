package dev.breakeven.prometheus.collect.gateway;

import static dev.breakeven.reason.Parameter.percent;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.attribution.TenantFilter;
import dev.breakeven.prometheus.client.QueryExecutor;
import dev.breakeven.prometheus.client.QueryResult;
import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares what engines counted in the last day with what a gateway says that it sent to own GPUs.
 * Clients may go past a gateway, so engines may count more; where they count less, a part of them
 * is not seen.
 */
public final class GatewayCheck {

  private static final int DAY_STEPS = 144;

  /** Scrapes of the two end at different seconds, and requests are counted when they end. */
  private static final double SLACK = 1.1;

  /** Of a day, the part that must be known of the engines. */
  private static final double LEAST_KNOWN = 0.9;

  private GatewayCheck() {}

  private record Workloads(String namespace, Set<WorkloadRef> workloads) {}

  /** Runs the check if the gateway's labels separate the two, and notes the result on targets. */
  public static void look(
      QueryBuilder questions,
      Source source,
      Set<String> scrapeLabels,
      Collection<TargetState> targets,
      QueryExecutor asker,
      long through) {
    List<TargetState> serving =
        targets.stream().filter(t -> !t.target().workloads().isEmpty()).toList();
    if (serving.isEmpty()
        || !(source.gateway() instanceof Source.Gateway.Configured configured)
        || !questions.canAnswer(QueryCatalog.GATEWAY_OWN_GPUS)) {
      return;
    }
    Chunk day = new Chunk(new StepRanges.Run(through - DAY_STEPS, through), DAY_STEPS);
    GatewayDeduplicator fold = new GatewayDeduplicator(day, configured.profile(), scrapeLabels);
    QueryResult answer =
        asker.ask(
            day.ask(
                QueryCatalog.GATEWAY_OWN_GPUS,
                questions.gateway(QueryCatalog.GATEWAY_OWN_GPUS, day.pointSeconds()),
                0),
            (labels, points) ->
                fold.add(
                    labels,
                    new float[] {points.size() == 0 ? Float.NaN : (float) points.valueAt(0)}));
    if (!(answer instanceof QueryResult.Whole)) {
      return;
    }
    Map<TargetState, Double> sent = new HashMap<>();
    fold.forEach(
        (namespace, models, figure, values) ->
            serving.stream()
                .filter(t -> !Float.isNaN(values[0]))
                .filter(
                    t -> TenantFilter.mayLearnFromGateway(t.target(), source, namespace, models))
                .forEach(t -> sent.merge(t, (double) values[0], Double::sum)));
    for (TargetState target : serving) {
      double own = sent.getOrDefault(target, 0.0);
      double served = servedUnder(target.target().gatewayModel(), serving, through);
      target.note(
          Note.Reason.ENGINES_COUNT_LESS,
          own > SLACK * served // never where what was served is not known
              ? Optional.of(
                  Message.of(Cause.GATEWAY_SENT_MORE, percent(100 * (own - served) / own)))
              : Optional.empty());
    }
  }

  /** What all workloads of a name generated, tokens/s; NaN where too little of a day is known. */
  private static double servedUnder(String model, List<TargetState> targets, long through) {
    Set<Workloads> counted = new HashSet<>();
    double sum = 0;
    for (TargetState target : targets) {
      if (target.target().gatewayModel().equals(model)
          && counted.add(new Workloads(target.target().namespace(), target.target().workloads()))) {
        sum += served(target, through);
      }
    }
    return sum;
  }

  private static double served(TargetState target, long through) {
    double[] output = target.history().steps(Figure.OUTPUT, through - DAY_STEPS, through);
    double[] replicas = target.history().steps(Figure.REPLICAS, through - DAY_STEPS, through);
    double sum = 0;
    int known = 0;
    for (int i = 0; i < output.length; i++) {
      if (!Double.isNaN(output[i]) || replicas[i] == 0) {
        known++;
        sum += Double.isNaN(output[i]) ? 0 : output[i];
      }
    }
    return known >= LEAST_KNOWN * output.length ? sum / output.length : Double.NaN;
  }
}
