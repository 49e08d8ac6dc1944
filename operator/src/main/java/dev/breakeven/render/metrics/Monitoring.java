package dev.breakeven.render.metrics;

import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * What an operator shows of itself and of its policies, and the port it shows it on: one of these
 * for each operator.
 */
public final class Monitoring implements AutoCloseable {

  private final PolicyMetrics policies;
  private final OperatorMetrics operator;
  private final MonitoringServer server;

  private Monitoring(PolicyMetrics policies, OperatorMetrics operator, MonitoringServer server) {
    this.policies = policies;
    this.operator = operator;
    this.server = server;
  }

  /**
   * Starts to listen; to be called before anything else is started.
   *
   * @param address where; port 0 takes a free one
   * @param version of the operator
   * @param mostPolicies how many policies are shown at most; the others are counted
   * @param alive asked for {@code /healthz}
   * @param ready asked for {@code /readyz}
   * @throws IOException if the address cannot be listened on
   */
  public static Monitoring start(
      InetSocketAddress address, String version, int mostPolicies, Probe alive, Probe ready)
      throws IOException {
    CollectorRegistry registry = new CollectorRegistry();
    return new Monitoring(
        new PolicyMetrics(registry, mostPolicies),
        new OperatorMetrics(registry, version),
        MonitoringServer.start(address, registry, alive, ready));
  }

  /** To be told of every policy's answer. */
  public PolicyMetrics policies() {
    return policies;
  }

  /** To be told how the operator fares. */
  public OperatorMetrics operator() {
    return operator;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.address();
  }

  @Override
  public void close() {
    server.close();
  }
}
