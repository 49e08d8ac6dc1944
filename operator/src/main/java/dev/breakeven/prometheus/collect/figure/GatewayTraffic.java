package dev.breakeven.prometheus.collect.figure;

import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.attribution.TenantFilter;
import dev.breakeven.prometheus.collect.gateway.GatewayDeduplicator;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.collect.request.UniqueSeriesSink;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.prometheus.target.TargetSums;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;

/** Reads the tokens and requests that a gateway already sends to an API. */
final class GatewayTraffic {

  private GatewayTraffic() {}

  static Map<Figure, TargetSums> read(FigureQueries queries, Set<Figure> figures) {
    Map<Figure, TargetSums> sums = queries.sums(figures);
    ChunkScope scope = queries.scope();
    GatewayDeduplicator series =
        new GatewayDeduplicator(
            scope.chunk(),
            ((Source.Gateway.Configured) scope.source().gateway()).profile(),
            queries.pods().labels().ofGatewaySeries());
    queries.ask(
        QueryCatalog.GATEWAY,
        queries
            .builder()
            .gateway(figures.stream().map(Figure::part).toList(), queries.pointSeconds()),
        new UniqueSeriesSink(
            (labels, points) -> series.add(labels, queries.values(points)),
            (labels, why) -> series.add(labels, queries.unusable())));
    series.forEach(
        (namespace, models, what, values) -> {
          for (TargetState target : scope.index().all()) {
            if (TenantFilter.mayLearnFromGateway(
                target.target(), scope.source(), namespace, models)) {
              sums.forEach(
                  (figure, its) -> {
                    if (figure.part().label().equals(what)) {
                      queries.add(its, target, scope.chunk().series(values), new BitSet());
                    }
                  });
            }
          }
        });
    return sums;
  }
}
