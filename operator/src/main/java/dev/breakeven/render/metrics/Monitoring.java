package dev.breakeven.render.metrics;

import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLContext;

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
   * How the port is guarded.
   *
   * @param tls by which it speaks; empty: unencrypted
   * @param access who may read {@code /metrics}; the kubelet may ask its questions unasked
   */
  public record EndpointSecurity(Optional<SSLContext> tls, ScrapeAccess access) {

    /** In the clear, for everybody who reaches it. */
    public static final EndpointSecurity OPEN =
        new EndpointSecurity(Optional.empty(), ScrapeAccess.EVERYBODY);
  }

  /**
   * Starts to listen; to be called before anything else is started.
   *
   * @param address where; port 0 takes a free one
   * @param version of the operator
   * @param mostPolicies how many policies are shown at most; the others are counted
   * @param security how the port is guarded
   * @param alive asked for {@code /healthz}
   * @param ready asked for {@code /readyz}
   * @param report asked for {@code /report/}; empty: there is none
   * @throws IOException if the address cannot be listened on
   */
  public static Monitoring start(
      InetSocketAddress address,
      String version,
      int mostPolicies,
      EndpointSecurity security,
      Probe alive,
      Probe ready,
      Optional<ServedPages> report)
      throws IOException {
    CollectorRegistry registry = new CollectorRegistry();
    return new Monitoring(
        new PolicyMetrics(registry, mostPolicies),
        new OperatorMetrics(registry, version),
        MonitoringServer.start(address, registry, security, alive, ready, report));
  }

  /** Call this with every policy's answer. */
  public PolicyMetrics policies() {
    return policies;
  }

  /** Call this with what happens to the operator. */
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
