package dev.breakeven.render.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** How much a cluster full of policies costs the Prometheus that scrapes them. */
class PolicyMetricsSizeTest {

  private static final int POLICIES = 5_000;

  /** A policy with one workload, every figure known, as in {@link SampleAdvice#full}. */
  private static final int SERIES_EACH = 52;

  private final CollectorRegistry registry = new CollectorRegistry();
  private final PolicyMetrics metrics = new PolicyMetrics(registry, POLICIES);

  @Test
  void fiveThousandPoliciesAreSoManySeriesAndBytes() throws IOException {
    for (int i = 0; i < POLICIES; i++) {
      metrics.answered(
          "team-" + i % 100,
          "policy-" + i,
          "meta-llama/Llama-3.3-70B-Instruct",
          SampleAdvice.full());
    }

    byte[] text = scrape();
    long series =
        new String(text, StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.startsWith("breakeven_policy_"))
            .count();

    assertThat(series).isEqualTo((long) POLICIES * SERIES_EACH);
    assertThat(text.length).isLessThan(32_000_000);
    assertThat(gzipped(text).length).isLessThan(1_000_000);
  }

  private byte[] scrape() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8)) {
      TextFormat.write004(writer, registry.metricFamilySamples());
    }
    return out.toByteArray();
  }

  private static byte[] gzipped(byte[] text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text);
    }
    return out.toByteArray();
  }
}
