package dev.breakeven.render.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.prometheus.client.hotspot.DefaultExports;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How the operator itself fares: cycles, requests to Prometheus, writes to the API server, who
 * leads, and its JVM. Safe for use by many threads.
 */
public final class OperatorMetrics {

  private static final MetricFamily BUILD =
      MetricFamily.gauge(
          "breakeven_build_info", "1; the version that runs and its Java.", "version", "java");
  private static final MetricFamily LEADER =
      MetricFamily.gauge(
          "breakeven_leader",
          "1 on the replica that answers, 0 on one that stands by and shows no policies.");
  private static final MetricFamily CYCLE =
      MetricFamily.histogram(
          "breakeven_cycle_duration_seconds",
          "Time from asking Prometheus to the last status of a cycle.");
  private static final MetricFamily REQUESTS =
      MetricFamily.counter(
          "breakeven_prometheus_requests_total", "Requests to a Prometheus source.", "source");
  private static final MetricFamily FAILURES =
      MetricFamily.counter(
          "breakeven_prometheus_failures_total",
          "Requests to a Prometheus source that brought no usable answer, by reason.",
          "source",
          "reason");
  private static final MetricFamily SUCCESS =
      MetricFamily.gauge(
          "breakeven_prometheus_last_success_timestamp_seconds",
          "When a Prometheus source last answered, Unix time. Missing until it does.",
          "source");
  private static final MetricFamily BYTES =
      MetricFamily.counter(
          "breakeven_prometheus_response_bytes_total",
          "Bytes of a Prometheus source's answers, unpacked.",
          "source");
  private static final MetricFamily HELD_BACK =
      MetricFamily.counter(
          "breakeven_prometheus_requests_held_back_total",
          "Requests to a Prometheus source that were not sent, because the requests of that minute"
              + " were spent: 300 while it is healthy, 60 once it refuses or fails.",
          "source");
  private static final MetricFamily LEFT_ALONE =
      MetricFamily.gauge(
          "breakeven_prometheus_circuit_open",
          "1 while a Prometheus source fails as a whole and is only asked whether it answers.",
          "source");
  private static final MetricFamily WRITES =
      MetricFamily.counter("breakeven_status_writes_total", "Statuses written to the API server.");
  private static final MetricFamily WRITE_FAILURES =
      MetricFamily.counter(
          "breakeven_status_write_failures_total",
          "Statuses that the API server did not take, by reason.",
          "reason");

  private final Gauge leader;
  private final Histogram cycle;
  private final Counter requests;
  private final Counter failures;
  private final Gauge success;
  private final Counter bytes;
  private final Counter heldBack;
  private final Gauge leftAlone;
  private final Counter writes;
  private final Counter writeFailures;

  /**
   * @param registry where the series are shown
   * @param version of the operator
   */
  OperatorMetrics(CollectorRegistry registry, String version) {
    DefaultExports.register(registry);
    gauge(BUILD, registry).labels(version, Runtime.version().toString()).set(1);
    leader = gauge(LEADER, registry);
    cycle =
        Histogram.build(CYCLE.name(), CYCLE.help())
            .buckets(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
            .register(registry);
    requests = counter(REQUESTS, registry);
    failures = counter(FAILURES, registry);
    success = gauge(SUCCESS, registry);
    bytes = counter(BYTES, registry);
    heldBack = counter(HELD_BACK, registry);
    leftAlone = gauge(LEFT_ALONE, registry);
    writes = counter(WRITES, registry);
    writeFailures = counter(WRITE_FAILURES, registry);
  }

  /** This replica began or ceased to lead. */
  public void leads(boolean leads) {
    leader.set(leads ? 1 : 0);
  }

  /** A cycle over all policies ended. */
  public void cycled(Duration took) {
    cycle.observe(took.toNanos() / Collector.NANOSECONDS_PER_SECOND);
  }

  /** A source was asked. */
  public void countRequest(String source) {
    requests.labels(source).inc();
  }

  /** What became of a source's budget in a cycle. */
  public void used(String source, int requests, long bytesRead, long notSent, boolean isLeftAlone) {
    this.requests.labels(source).inc(requests);
    bytes.labels(source).inc((double) bytesRead);
    heldBack.labels(source).inc((double) notSent);
    leftAlone.labels(source).set(isLeftAlone ? 1 : 0);
  }

  /** A source answered. */
  public void answered(String source, Instant at) {
    success.labels(source).set((double) at.toEpochMilli() / Collector.MILLISECONDS_PER_SECOND);
  }

  /**
   * A source was asked in vain.
   *
   * @param reason one word of a small, fixed set
   */
  public void failed(String source, String reason) {
    failures.labels(source, reason).inc();
  }

  /** A status was written. */
  public void wrote() {
    writes.inc();
  }

  /**
   * A status was not taken.
   *
   * @param reason one word of a small, fixed set
   */
  public void didNotWrite(String reason) {
    writeFailures.labels(reason).inc();
  }

  /** Every metric of the operator itself but its JVM's, for the reference page. */
  static List<MetricFamily> all() {
    return List.of(
        BUILD,
        LEADER,
        PolicyMetrics.SHOWN,
        PolicyMetrics.LEFT_OUT,
        CYCLE,
        REQUESTS,
        FAILURES,
        SUCCESS,
        BYTES,
        HELD_BACK,
        LEFT_ALONE,
        WRITES,
        WRITE_FAILURES);
  }

  private static Gauge gauge(MetricFamily family, CollectorRegistry registry) {
    return Gauge.build(family.name(), family.help())
        .labelNames(family.labelNames())
        .register(registry);
  }

  private static Counter counter(MetricFamily family, CollectorRegistry registry) {
    return Counter.build(family.name(), family.help())
        .labelNames(family.labelNames())
        .register(registry);
  }
}
