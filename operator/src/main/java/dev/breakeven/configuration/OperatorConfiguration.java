package dev.breakeven.configuration;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Everything an operator is told when it starts. One YAML file in which every option has a default,
 * so that an empty file is a working one; the reference page is generated from these descriptions.
 * Read it with {@link ConfigurationFile}, which refuses what is wrong in one line.
 */
public final class OperatorConfiguration {

  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  /** How a log line looks. */
  public enum LogFormat {
    /** For people. */
    text,
    /** For machines: one JSON object a line. */
    json
  }

  @JsonProperty
  @JsonPropertyDescription("How often new data is read from Prometheus; 1s to 1h.")
  Duration cycle = Duration.ofSeconds(60);

  @JsonProperty
  @JsonPropertyDescription(
      "Host and port of /metrics, /healthz and /readyz; port 0 picks a free one.")
  ListenAddress listen = ListenAddress.parse("127.0.0.1:8080");

  @JsonProperty
  @JsonPropertyDescription(
      "Namespaces whose policies are evaluated; empty: all namespaces, which needs a ClusterRole.")
  List<String> watchNamespaces = List.of();

  @JsonProperty
  @JsonPropertyDescription(
      "Kinds of workload that a policy may name, as apiVersion and kind; each needs its own RBAC"
          + " rule.")
  List<WorkloadKind> workloadKinds =
      List.of(
          new WorkloadKind("apps/v1", "Deployment"), new WorkloadKind("apps/v1", "StatefulSet"));

  @JsonProperty
  @JsonPropertyDescription(
      "Whether RateCards are read; if off, every policy must carry its prices.")
  boolean rateCards = true;

  @JsonProperty
  @JsonPropertyDescription(
      "Whether nodes are read for their GPU product; if off, every policy must carry its GPU"
          + " price.")
  boolean nodes = true;

  @JsonProperty
  @JsonPropertyDescription("How much history is read, if Prometheus has that much; 1d to 28d.")
  Duration history = Duration.ofDays(28);

  @JsonProperty
  @JsonPropertyDescription(
      "How many policies /metrics shows at most; the others are only counted; 0 to 100000.")
  int metricsPolicies = 5_000;

  @JsonProperty
  @JsonPropertyDescription(
      "PEM file of the certificate by which the port speaks TLS, its chain behind it; read anew when"
          + " it is replaced; empty: no TLS.")
  String certificateFile = "";

  @JsonProperty
  @JsonPropertyDescription("PEM file of the certificate's key, PKCS#8.")
  String keyFile = "";

  @JsonProperty
  @JsonPropertyDescription(
      "Whether /metrics wants a bearer token that the API server knows and whose owner may get the"
          + " non-resource URL /metrics.")
  boolean tokenReview;

  @JsonProperty
  @JsonPropertyDescription(
      "Whether the report is served under /report/: a page of all policies and one for each, to"
          + " bearer tokens whose owner may list them. Needs certificateFile and keyFile.")
  boolean report;

  @JsonProperty
  @JsonPropertyDescription("Leader election among several replicas of the operator.")
  LeaderElection leaderElection = new LeaderElection();

  @JsonProperty
  @JsonPropertyDescription("Format of the log, `text` or `json`; one line for each event.")
  LogFormat logFormat = LogFormat.text;

  @JsonProperty
  @JsonPropertyDescription("Prometheus-compatible servers, by the name that policies use.")
  Map<String, PrometheusServer> sources = Map.of();

  @JsonProperty
  @JsonPropertyDescription("Engine profiles of your own, beside those that are built in.")
  List<EngineNames> engines = List.of();

  /** How often Prometheus is asked. */
  public Duration cycle() {
    return cycle;
  }

  /** Where /metrics, /healthz and /readyz are. */
  public ListenAddress listen() {
    return listen;
  }

  /** Namespaces whose policies are answered; empty for all. */
  public List<String> watchNamespaces() {
    return watchNamespaces;
  }

  /** Kinds of workload a policy may name. */
  public List<WorkloadKind> workloadKinds() {
    return workloadKinds;
  }

  /** Whether RateCards are read. */
  public boolean readsRateCards() {
    return rateCards;
  }

  /** Whether nodes are read. */
  public boolean readsNodes() {
    return nodes;
  }

  /** How much history is kept at most. */
  public Duration history() {
    return history;
  }

  /** How many policies {@code /metrics} shows at most. */
  public int metricsPolicies() {
    return metricsPolicies;
  }

  /** The certificate of the port; empty where it speaks no TLS. */
  public String certificateFile() {
    return certificateFile;
  }

  /** Its key. */
  public String keyFile() {
    return keyFile;
  }

  /** Whether the API server is asked who may read {@code /metrics}. */
  public boolean reviewsTokens() {
    return tokenReview;
  }

  /** Whether the report is served, for tokens that the API server knows. */
  public boolean servesReport() {
    return report;
  }

  /** Election of a leader. */
  public LeaderElection leaderElection() {
    return leaderElection;
  }

  /** How a log line looks. */
  public LogFormat logFormat() {
    return logFormat;
  }

  /** Prometheus-compatible servers by name. */
  public Map<String, PrometheusServer> sources() {
    return sources;
  }

  /** Engine profiles beside those that are built in. */
  public List<EngineNames> engines() {
    return engines;
  }

  /** The same, asked this often. */
  public OperatorConfiguration withCycle(Duration changed) {
    OperatorConfiguration copy = copy();
    copy.cycle = changed;
    return copy;
  }

  /** The same, listening elsewhere. */
  public OperatorConfiguration withListen(ListenAddress changed) {
    OperatorConfiguration copy = copy();
    copy.listen = changed;
    return copy;
  }

  /** The same with one more source, or with one replaced. */
  public OperatorConfiguration withSource(String name, PrometheusServer server) {
    OperatorConfiguration copy = copy();
    Map<String, PrometheusServer> all = new TreeMap<>(sources);
    all.put(name, server);
    copy.sources = all;
    return copy;
  }

  /** The same, reading these kinds of workload. */
  public OperatorConfiguration withWorkloadKinds(List<WorkloadKind> kinds) {
    OperatorConfiguration copy = copy();
    copy.workloadKinds = List.copyOf(kinds);
    return copy;
  }

  private OperatorConfiguration copy() {
    OperatorConfiguration copy = new OperatorConfiguration();
    copy.cycle = cycle;
    copy.listen = listen;
    copy.watchNamespaces = watchNamespaces;
    copy.workloadKinds = workloadKinds;
    copy.rateCards = rateCards;
    copy.nodes = nodes;
    copy.history = history;
    copy.metricsPolicies = metricsPolicies;
    copy.certificateFile = certificateFile;
    copy.keyFile = keyFile;
    copy.tokenReview = tokenReview;
    copy.report = report;
    copy.leaderElection = leaderElection;
    copy.logFormat = logFormat;
    copy.sources = sources;
    copy.engines = engines;
    return copy;
  }

  /**
   * The same configuration if all of it can be meant.
   *
   * @throws IllegalArgumentException with a sentence that names the option that cannot
   */
  public OperatorConfiguration checked() {
    within("cycle", cycle, Duration.ofSeconds(1), Duration.ofHours(1));
    within("history", history, Duration.ofDays(1), Duration.ofDays(28));
    within(
        "leaderElection.leaseDuration",
        leaderElection.leaseDuration(),
        Duration.ofSeconds(3),
        Duration.ofMinutes(5));
    if (metricsPolicies < 0 || metricsPolicies > 100_000) {
      throw new IllegalArgumentException(
          "metricsPolicies: " + metricsPolicies + " is not between 0 and 100000");
    }
    if (certificateFile.isEmpty() != keyFile.isEmpty()) {
      throw new IllegalArgumentException(
          "certificateFile and keyFile: one is of no use without the other");
    }
    if (tokenReview && certificateFile.isEmpty()) {
      throw new IllegalArgumentException(
          "tokenReview requires certificateFile and keyFile: without TLS, tokens would be sent"
              + " unencrypted");
    }
    if (report && certificateFile.isEmpty()) {
      throw new IllegalArgumentException(
          "report: needs certificateFile and keyFile; without TLS, anybody on the network could"
              + " read the tokens of its readers");
    }
    for (String namespace : watchNamespaces) {
      if (!DNS_LABEL.matcher(namespace).matches()) {
        throw new IllegalArgumentException(
            "watchNamespaces: \"" + namespace + "\" is no namespace's name");
      }
    }
    for (int i = 0; i < engines.size(); i++) {
      engines.get(i).check("engines[" + i + "]");
    }
    sources.forEach(
        (name, server) -> {
          if (!DNS_LABEL.matcher(name).matches()) {
            throw new IllegalArgumentException(
                "sources: \"" + name + "\" is not a name of lower-case letters, digits and dashes");
          }
          server.check("sources." + name);
        });
    return this;
  }

  static void within(String option, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s: %d s is not between %d s and %d s"
              .formatted(option, value.toSeconds(), least.toSeconds(), most.toSeconds()));
    }
  }
}
