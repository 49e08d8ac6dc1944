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
 * Compares what engines counted in the last day with what a gateway sent to own GPUs. Engines may
 * count more, because clients may bypass the gateway. If they count less, some are not scraped.
 */
public final class GatewayCheck {

  private static final int DAY_STEPS = 144;

  /** Scrapes of the two end at different seconds, and requests are counted when they end. */
  private static final double SLACK = 1.1;

  /** The part of a day that must be known of the engines. */
  private static final double LEAST_KNOWN = 0.9;

  private GatewayCheck() {}

  private record Workloads(String namespace, Set<WorkloadRef> workloads) {}

  /** Compares the two, if the gateway's labels tell own GPUs from APIs, and notes the result. */
  public static void run(
      QueryBuilder builder,
      Source source,
      Set<String> scrapeLabels,
      Collection<TargetState> targets,
      QueryExecutor executor,
      long through) {
    List<TargetState> serving =
        targets.stream().filter(t -> !t.target().workloads().isEmpty()).toList();
    if (serving.isEmpty()
        || !(source.gateway() instanceof Source.Gateway.Configured configured)
        || !builder.canAnswer(QueryCatalog.GATEWAY_OWN_GPUS)) {
      return;
    }
    Chunk day = new Chunk(new StepRanges.Run(through - DAY_STEPS, through), DAY_STEPS);
    GatewayDeduplicator series = new GatewayDeduplicator(day, configured.profile(), scrapeLabels);
    QueryResult answer =
        executor.ask(
            day.ask(
                QueryCatalog.GATEWAY_OWN_GPUS,
                builder.gateway(QueryCatalog.GATEWAY_OWN_GPUS, day.pointSeconds()),
                0),
            (labels, points) ->
                series.add(
                    labels,
                    new float[] {points.size() == 0 ? Float.NaN : (float) points.valueAt(0)}));
    if (answer instanceof QueryResult.Whole) {
      Map<TargetState, Double> sent = sent(series, source, serving);
      for (TargetState target : serving) {
        double served = servedUnder(target.target().gatewayModel(), serving, through);
        target.note(
            Note.Reason.ENGINES_COUNT_LESS, message(sent.getOrDefault(target, 0.0), served));
      }
    }
  }

  private static Map<TargetState, Double> sent(
      GatewayDeduplicator series, Source source, List<TargetState> serving) {
    Map<TargetState, Double> sent = new HashMap<>();
    series.forEach(
        (namespace, models, figure, values) ->
            serving.stream()
                .filter(t -> !Float.isNaN(values[0]))
                .filter(
                    t -> TenantFilter.mayLearnFromGateway(t.target(), source, namespace, models))
                .forEach(t -> sent.merge(t, (double) values[0], Double::sum)));
    return sent;
  }

  /**
   * @param sent tokens/s that the gateway sent to own GPUs
   * @param served tokens/s that the engines generated; NaN if it is not known
   */
  private static Optional<Message> message(double sent, double served) {
    return sent > SLACK * served
        ? Optional.of(Message.of(Cause.GATEWAY_SENT_MORE, percent(100 * (sent - served) / sent)))
        : Optional.empty();
  }

  /** What all workloads of a model generated, tokens/s; NaN if too little of a day is known. */
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
