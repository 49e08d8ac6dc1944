package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.configuration.PrometheusServer.OpencostPrice;
import dev.breakeven.prometheus.GpuPrices.NodePrice;
import dev.breakeven.prometheus.client.Endpoint;
import dev.breakeven.prometheus.client.HttpTransport;
import dev.breakeven.reason.Cause;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.OpenMetrics;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a real Prometheus makes of OpenCost's metrics, with the labels that its exporter gives. */
class GpuPricesIT {

  private static final long NOW = Instant.parse("2026-11-20T12:05:00Z").getEpochSecond();
  private static final String GPU = "node_gpu_hourly_cost";
  private static LivePrometheus prometheus = LivePrometheus.scrapingNothing();

  @BeforeAll
  static void scraped() {
    prometheus = prometheus.holding(GpuPricesIT::anHour).start();
  }

  @AfterAll
  static void stop() {
    prometheus.close();
  }

  private static void anHour(OpenMetrics out) {
    always(out, GPU, node("plain"), 2.5);
    // A Prometheus that gives each series the node of the pod it scraped: where OpenCost runs.
    always(out, GPU, with(node("infra-1"), "exported_node", "renamed"), 1.5);
    always(out, GPU, with(node("twice"), "instance", "opencost-0"), 2);
    always(out, GPU, with(node("twice"), "instance", "opencost-1"), 2);
    always(out, GPU, with(node("one-knows"), "instance", "opencost-0"), 0);
    always(out, GPU, with(node("one-knows"), "instance", "opencost-1"), 2);
    always(out, GPU, node("zero"), 0);
    always(out, GPU, node("nan"), Double.NaN);
    always(out, GPU, node("infinite"), Double.POSITIVE_INFINITY);
    always(out, GPU, node("negative"), -1);
    always(out, GPU, with(node("claimed"), "job", "tenant"), 0.01);
    always(out, GPU, with(node("abroad"), "cluster", "us-1"), 9);
    for (int minutes = 60; minutes >= 0; minutes--) {
      long at = NOW - 60L * minutes;
      if (minutes >= 11) {
        out.sample(GPU, node("gone"), at, 4);
      }
      out.sample(GPU, node("cheaper"), at, minutes >= 4 ? 3 : 1);
    }
    // A p4d.24xlarge as OpenCost splits it: 8 GPUs, and what its 96 CPUs and 1,152 GiB take.
    always(out, GPU, node("whole"), 1.6);
    always(out, "node_total_hourly_cost", node("whole"), 32.77);
    always(out, "node_gpu_count", node("whole"), 8);
    always(out, "node_total_hourly_cost", node("no-gpu"), 0.4);
    always(out, "node_gpu_count", node("no-gpu"), 0);
  }

  private static void always(
      OpenMetrics out, String metric, Map<String, String> labels, double value) {
    for (int minutes = 60; minutes >= 0; minutes--) {
      out.sample(metric, labels, NOW - 60L * minutes, value);
    }
  }

  private static Map<String, String> node(String name) {
    return Map.of(
        "cluster",
        "eu-1",
        "job",
        "opencost",
        "namespace",
        "opencost",
        "node",
        name,
        "instance",
        name,
        "instance_type",
        "p4d.24xlarge",
        "provider_id",
        "i-" + name);
  }

  private static Map<String, String> with(Map<String, String> labels, String label, String value) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    all.put(label, value);
    return all;
  }

  private static NodePrice price(String node, OpencostPrice which) {
    Source source =
        new Source(
            "default",
            new HttpTransport(Endpoint.at(prometheus.url())),
            Map.of("cluster", "eu-1"),
            Set.of(),
            Source.Trust.DEFAULT,
            new Source.Gateway.None(),
            new Source.OpenCost.Scraped(
                Currency.getInstance("USD"), Map.of("job", "opencost"), which));
    Target target =
        new Target(
            "default",
            "vllm",
            "inference",
            Set.of(new WorkloadRef("Deployment", "chat")),
            "llama",
            "llama",
            Duration.ofDays(1));
    try (MetricsCollector cycle =
        new MetricsCollector(List.of(source), CollectorSettings.DEFAULT)) {
      cycle.run(List.of(target), Instant.ofEpochSecond(NOW));
      GpuPrices prices = cycle.gpuPrices(target, Set.of(node));
      assertThat(prices).isInstanceOf(GpuPrices.Read.class);
      GpuPrices.Read read = (GpuPrices.Read) prices;
      assertThat(read.at()).isEqualTo(Instant.ofEpochSecond(NOW));
      assertThat(read.byNode()).containsOnlyKeys(node);
      return Objects.requireNonNull(read.byNode().get(node));
    }
  }

  private static NodePrice price(String node) {
    return price(node, OpencostPrice.gpu);
  }

  private static NodePrice costs(String amount) {
    return new NodePrice.PerGpuHour(new BigDecimal(amount));
  }

  @Test
  void aNodesPriceIsWhatOpenCostSaysOfIt() {
    assertThat(price("plain")).isEqualTo(costs("2.500000"));
  }

  @Test
  void whereThePodThatWasScrapedHasANodeOfItsOwnOpenCostsIsTheExportedOne() {
    assertThat(price("renamed")).isEqualTo(costs("1.500000"));
    assertThat(price("infra-1")).isInstanceOf(NodePrice.NotPriced.class);
  }

  @Test
  void twoExportersNameOnePriceAndOneThatKnowsItIsBelievedBeforeOneThatDoesNot() {
    assertThat(price("twice")).isEqualTo(costs("2.000000"));
    assertThat(price("one-knows")).isEqualTo(costs("2.000000"));
  }

  @Test
  void aPriceThatHasMovedIsTheLastOne() {
    assertThat(price("cheaper")).isEqualTo(costs("1.000000"));
  }

  @Test
  void zeroIsAPriceThatOpenCostDoesNotKnow() {
    assertThat(price("zero")).isEqualTo(new NodePrice.NotPriced(Cause.OPENCOST_PRICE_ZERO));
  }

  @Test
  void whatIsNoNumberOrNoPriceIsNone() {
    NodePrice none = new NodePrice.NotPriced(Cause.OPENCOST_PRICE_IMPOSSIBLE);
    assertThat(price("nan")).isEqualTo(none);
    assertThat(price("infinite")).isEqualTo(none);
    assertThat(price("negative")).isEqualTo(none);
  }

  @Test
  void aPriceOlderThanTenMinutesIsGone() {
    assertThat(price("gone")).isEqualTo(new NodePrice.NotPriced(Cause.OPENCOST_PRICE_ABSENT));
  }

  @Test
  void aPriceThatSomebodyElseClaimsOrOfAnotherClusterIsNotSeen() {
    assertThat(price("claimed")).isInstanceOf(NodePrice.NotPriced.class);
    assertThat(price("abroad")).isInstanceOf(NodePrice.NotPriced.class);
  }

  @Test
  void aGpusShareOfItsNodeHoldsItsCpusAndMemory() {
    assertThat(price("whole")).isEqualTo(costs("1.600000"));
    // 32.77 ÷ 8.
    assertThat(price("whole", OpencostPrice.node)).isEqualTo(costs("4.096250"));
    assertThat(price("no-gpu", OpencostPrice.node)).isInstanceOf(NodePrice.NotPriced.class);
  }
}
