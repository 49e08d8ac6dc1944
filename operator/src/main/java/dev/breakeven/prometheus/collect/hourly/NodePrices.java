package dev.breakeven.prometheus.collect.hourly;

import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.prometheus.GpuPrices;
import dev.breakeven.prometheus.GpuPrices.NodePrice;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.QueryExecutor;
import dev.breakeven.prometheus.client.QueryResult;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * OpenCost's latest GPU prices of all nodes, read through one source. The cycle writes them, with
 * one query for all policies of the source; any thread may read them.
 */
public final class NodePrices {

  /** How old a price may be: OpenCost is scraped every minute, and writes may come late. */
  static final int RANGE_SECONDS = 600;

  /** More nodes than Kubernetes holds in several of its largest clusters. */
  private static final int MOST_NODES = 50_000;

  /** OpenCost's own decimals. */
  private static final int DECIMALS = 6;

  private static final double MOST_PER_HOUR = 1_000_000;

  private static final NodePrice ABSENT = new NodePrice.NotPriced(Cause.OPENCOST_PRICE_ABSENT);
  private static final NodePrice IN_DOUBT =
      new NodePrice.NotPriced(Cause.OPENCOST_ANSWERED_IN_PART);
  private static final NodePrice ZERO = new NodePrice.NotPriced(Cause.OPENCOST_PRICE_ZERO);
  private static final NodePrice NO_NUMBER =
      new NodePrice.NotPriced(Cause.OPENCOST_PRICE_IMPOSSIBLE);

  private final Source source;
  private final Source.OpenCost.Scraped opencost;
  private volatile State state;

  /** The result of the last query. */
  private sealed interface State {
    record Unread() implements State {}

    record Failed(SourceFailure why) implements State {}

    record Known(Instant at, Map<String, NodePrice> byNode, NodePrice ofOthers) implements State {}
  }

  public NodePrices(Source source, Source.OpenCost.Scraped opencost) {
    this.source = source;
    this.opencost = opencost;
    this.state = new State.Unread();
  }

  public boolean isUnread() {
    return state instanceof State.Unread;
  }

  /** Forgets the prices, because no policy uses the source any more. */
  public void forget() {
    state = new State.Unread();
  }

  /** Reads the prices of all nodes; returns what failed. */
  public Optional<SourceFailure> read(QueryExecutor executor, Instant now) {
    Map<String, Double> greatest = new HashMap<>();
    QueryResult answer =
        executor.ask(
            new ApiRequest.Instant(
                QueryCatalog.GPU_PRICES,
                QueryBuilder.gpuPrices(source, opencost, RANGE_SECONDS),
                now.getEpochSecond()),
            (labels, points) -> {
              String node = nodeOf(labels);
              if (!node.isEmpty() && points.size() > 0 && greatest.size() <= MOST_NODES) {
                greatest.merge(node, points.valueAt(0), NodePrices::greater);
              }
            });
    if (answer instanceof QueryResult.Failed failed) {
      return failed(failed.failure());
    }
    if (greatest.size() > MOST_NODES) {
      return failed(
          SourceFailure.of(
              SourceFailure.Reason.ANSWER_TOO_LARGE,
              "OpenCost prices more than " + MOST_NODES + " nodes here"));
    }
    Map<String, NodePrice> byNode = new HashMap<>();
    greatest.forEach((node, price) -> byNode.put(node, price(price)));
    state = new State.Known(now, byNode, answer instanceof QueryResult.Partial ? IN_DOUBT : ABSENT);
    return Optional.empty();
  }

  private Optional<SourceFailure> failed(SourceFailure failure) {
    state = new State.Failed(failure);
    return Optional.of(failure);
  }

  /** The greater of two; a finite number before one that is not. */
  private static double greater(double one, double other) {
    if (!Double.isFinite(one) || !Double.isFinite(other)) {
      return Double.isFinite(one) ? one : other;
    }
    return Math.max(one, other);
  }

  /**
   * The node of a price. If Prometheus sets a {@code node} of its own, that of the pod it scraped,
   * OpenCost's is {@code exported_node}.
   */
  private static String nodeOf(Map<String, String> labels) {
    String exported = labels.getOrDefault("exported_node", "");
    return exported.isEmpty() ? labels.getOrDefault("node", "") : exported;
  }

  private static NodePrice price(double perHour) {
    if (perHour == 0) {
      return ZERO;
    }
    if (!Double.isFinite(perHour) || perHour < 0 || perHour > MOST_PER_HOUR) {
      return NO_NUMBER;
    }
    BigDecimal amount = BigDecimal.valueOf(perHour).setScale(DECIMALS, RoundingMode.HALF_UP);
    return amount.signum() == 0 ? ZERO : new NodePrice.PerGpuHour(amount);
  }

  /** The prices of these nodes. */
  public GpuPrices of(Set<String> nodes) {
    State now = state;
    if (now instanceof State.Known known) {
      Map<String, NodePrice> its = new HashMap<>();
      for (String node : nodes) {
        its.put(node, known.byNode().getOrDefault(node, known.ofOthers()));
      }
      return new GpuPrices.Read(
          opencost.currency(), String.join(" by ", opencost.metrics()), known.at(), its);
    }
    return new GpuPrices.Unavailable(
        opencost.currency(),
        now instanceof State.Failed failed
            ? Message.of(Cause.OPENCOST_NOT_READ, name(source.name()), failed.why().quoted())
            : Message.of(Cause.OPENCOST_NOT_YET_READ, name(source.name())));
  }
}
