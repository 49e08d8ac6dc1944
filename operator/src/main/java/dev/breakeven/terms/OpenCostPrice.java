package dev.breakeven.terms;

import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.clauses;
import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.cluster.WorkloadState.NodePlacement;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.Money;
import dev.breakeven.prometheus.GpuPrices;
import dev.breakeven.prometheus.GpuPrices.NodePrice;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Currency;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What OpenCost says that the GPUs of one workload cost: the mean over the nodes that its pods are
 * on, each weighed by the GPUs that they hold there. Where nothing can be said now, what was said
 * last is kept, as the status remembers it.
 */
public sealed interface OpenCostPrice {

  /** OpenCost is not read: there is nothing to say of it. */
  record NotRead() implements OpenCostPrice {}

  /**
   * No price, now or before.
   *
   * @param why the end of a sentence
   * @param currencyDiffers whether there are prices, in another currency than the policy's
   */
  record Missing(Message why, boolean currencyDiffers) implements OpenCostPrice {}

  /**
   * A price.
   *
   * @param hour of one whole GPU
   * @param source where it was read
   * @param evidence when, and of which nodes
   * @param issues collects what a reader must know about the price
   */
  record Known(GpuHour.Reported hour, String source, Evidence evidence, List<Issue> issues)
      implements OpenCostPrice {
    public Known {
      issues = List.copyOf(issues);
    }
  }

  /**
   * When a price was reported, and of which nodes.
   *
   * @param at RFC 3339; empty for a price that is not reported
   * @param nodes by name, those with a price
   */
  record Evidence(String at, List<CostPolicyStatus.NodePrice> nodes) {
    static final Evidence NONE = new Evidence("", List.of());

    public Evidence {
      nodes = List.copyOf(nodes);
    }
  }

  /** The name of the program. */
  String OPENCOST = "OpenCost";

  /** The most names in one sentence. */
  int MOST_NAMED = 3;

  /** OpenCost's own decimals. */
  int DECIMALS = 6;

  /**
   * The price of a workload's GPUs.
   *
   * @param product of its GPUs; empty if it is not stated
   * @param placement the nodes of its pods
   * @param prices OpenCost's prices by node
   * @param sourceName of the source it is read from
   * @param currency the policy's
   * @param previous the status that stands, or none
   */
  static OpenCostPrice of(
      WorkloadReference workload,
      String product,
      NodePlacement placement,
      GpuPriceLookup prices,
      String sourceName,
      Currency currency,
      @Nullable CostPolicyStatus previous) {
    Set<String> nodes =
        placement instanceof NodePlacement.OnNodes on ? on.gpusByNode().keySet() : Set.of();
    GpuPrices said = prices.of(nodes);
    if (said instanceof GpuPrices.NotRead) {
      return new NotRead();
    }
    Currency its = currencyOf(said);
    if (!its.equals(currency)) {
      return new Missing(
          Message.of(
              Cause.OPENCOST_CURRENCY_DIFFERS,
              name(sourceName),
              name(its.getCurrencyCode()),
              name(currency.getCurrencyCode())),
          true);
    }
    Message why;
    if (placement instanceof NodePlacement.Unknown unknown) {
      why = unknown.message();
    } else if (said instanceof GpuPrices.Unavailable unavailable) {
      why = unavailable.why();
    } else {
      NodePlacement.OnNodes on = (NodePlacement.OnNodes) placement;
      GpuPrices.Read read = (GpuPrices.Read) said;
      Map<String, BigDecimal> priced = new TreeMap<>();
      Map<String, Cause> unpriced = new TreeMap<>();
      sort(on, read, priced, unpriced);
      if (!priced.isEmpty()) {
        return mean(workload, on, read, priced, unpriced, sourceName, currency);
      }
      why = sentence(unpriced);
    }
    return kept(workload, product, why, sourceName, currency, previous);
  }

  private static Currency currencyOf(GpuPrices said) {
    return said instanceof GpuPrices.Read read
        ? read.currency()
        : ((GpuPrices.Unavailable) said).currency();
  }

  private static void sort(
      NodePlacement.OnNodes on,
      GpuPrices.Read read,
      Map<String, BigDecimal> priced,
      Map<String, Cause> unpriced) {
    read.byNode()
        .forEach(
            (node, price) -> {
              if (on.sliced().contains(node)) {
                unpriced.put(node, Cause.OPENCOST_PRICES_SLICES);
              } else if (price instanceof NodePrice.PerGpuHour perHour) {
                priced.put(node, perHour.amount());
              } else if (price instanceof NodePrice.NotPriced notPriced) {
                unpriced.put(node, notPriced.why());
              }
            });
  }

  /** Each reason once, with the first nodes that it holds for. */
  private static Message sentence(Map<String, Cause> whyByNode) {
    Map<Cause, List<String>> nodesByWhy = new EnumMap<>(Cause.class);
    whyByNode.forEach(
        (node, why) -> nodesByWhy.computeIfAbsent(why, w -> new ArrayList<>()).add(node));
    return Message.of(
        Cause.ALL_OF,
        clauses(
            nodesByWhy.entrySet().stream()
                .map(e -> Message.of(e.getKey(), Parameter.firstOf(e.getValue(), MOST_NAMED)))
                .toList()));
  }

  private static Known mean(
      WorkloadReference workload,
      NodePlacement.OnNodes on,
      GpuPrices.Read read,
      Map<String, BigDecimal> priced,
      Map<String, Cause> unpriced,
      String sourceName,
      Currency currency) {
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal gpus = BigDecimal.ZERO;
    for (Map.Entry<String, BigDecimal> node : priced.entrySet()) {
      BigDecimal held = BigDecimal.valueOf(on.gpusByNode().getOrDefault(node.getKey(), 1.0));
      sum = sum.add(held.multiply(node.getValue()));
      gpus = gpus.add(held);
    }
    Money mean =
        new Money(
            sum.divide(gpus, MathContext.DECIMAL64).setScale(DECIMALS, RoundingMode.HALF_UP),
            currency);
    List<Issue> issues = new ArrayList<>();
    BigDecimal least = priced.values().stream().min(BigDecimal::compareTo).orElseThrow();
    BigDecimal most = priced.values().stream().max(BigDecimal::compareTo).orElseThrow();
    if (least.compareTo(most) < 0) {
      issues.add(
          new Issue(
              Reason.GPU_PRICES_DIFFER,
              Message.of(
                  Cause.OPENCOST_NODE_PRICES_DIFFER,
                  name(workload.toString()),
                  new Parameter.UnitPrice(least, currency),
                  new Parameter.UnitPrice(most, currency),
                  name(currency.getCurrencyCode()),
                  new Parameter.UnitPrice(mean.amount(), currency))));
    }
    if (!unpriced.isEmpty()) {
      issues.add(
          new Issue(
              Reason.GPU_PRICE_PARTIAL,
              Message.of(
                  Cause.OPENCOST_NODES_PARTLY_PRICED,
                  name(workload.toString()),
                  clause(sentence(unpriced)))));
    }
    return new Known(
        new GpuHour.Reported(mean, OPENCOST),
        "%s's %s, in source %s".formatted(OPENCOST, read.from(), sourceName),
        new Evidence(
            read.at().truncatedTo(ChronoUnit.SECONDS).toString(),
            priced.entrySet().stream()
                .map(
                    e ->
                        new CostPolicyStatus.NodePrice(
                            new Money(e.getValue(), currency).listed(), e.getKey()))
                .toList()),
        issues);
  }

  private static OpenCostPrice kept(
      WorkloadReference workload,
      String product,
      Message why,
      String sourceName,
      Currency currency,
      @Nullable CostPolicyStatus previous) {
    return last(workload, product, sourceName, currency, previous)
        .<OpenCostPrice>map(
            last ->
                new Known(
                    last.hour(),
                    last.source(),
                    last.evidence(),
                    List.of(
                        new Issue(
                            Reason.GPU_PRICE_KEPT,
                            Message.of(
                                Cause.OPENCOST_PRICE_KEPT,
                                clause(why),
                                name(workload.toString()),
                                name(last.hour().perHour().listed()),
                                name(currency.getCurrencyCode()),
                                name(last.evidence().at()))))))
        .orElseGet(() -> new Missing(why, false));
  }

  /** What a status remembers of a workload, if it is of the same GPUs and in this currency. */
  static Optional<Known> last(
      WorkloadReference workload,
      String product,
      String sourceName,
      Currency currency,
      @Nullable CostPolicyStatus previous) {
    CostPolicyStatus.Cost cost = previous == null ? null : previous.cost();
    if (previous == null || cost == null || !currency.getCurrencyCode().equals(cost.currency())) {
      return Optional.empty();
    }
    for (CostPolicyStatus.WorkloadStatus its : previous.workloads()) {
      String price = its.hourlyPrice();
      String at = its.priceReportedAt();
      boolean sameGpu =
          product.isEmpty() || its.gpuProduct() == null || product.equals(its.gpuProduct());
      if (workload.kind().equals(its.kind())
          && workload.name().equals(its.name())
          && price != null
          && at != null
          && sameGpu) {
        return Optional.of(
            new Known(
                new GpuHour.Reported(new Money(new BigDecimal(price), currency), OPENCOST),
                "%s's last price, in source %s".formatted(OPENCOST, sourceName),
                new Evidence(at, List.of()),
                List.of()));
      }
    }
    return Optional.empty();
  }
}
