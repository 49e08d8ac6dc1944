package dev.breakeven.configuration;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.Map;

/**
 * A Prometheus-compatible server. Credentials are files, never values: so they rotate, and stay out
 * of this file, of logs and of statuses.
 */
public final class PrometheusServer {

  @JsonProperty(required = true)
  @JsonPropertyDescription(
      "Base URL, such as `http://prometheus.monitoring:9090`; parameters in it, such as"
          + " `?namespace=team`, go with every query.")
  String url = "";

  @JsonProperty
  @JsonPropertyDescription(
      "PEM file of the trusted certificate authorities; empty: those of the JVM.")
  String caFile = "";

  @JsonProperty
  @JsonPropertyDescription("File with a bearer token; read again for every request.")
  String bearerTokenFile = "";

  @JsonProperty
  @JsonPropertyDescription("User name for basic authentication.")
  String username = "";

  @JsonProperty
  @JsonPropertyDescription("File with the password for basic authentication.")
  String passwordFile = "";

  @JsonProperty
  @JsonPropertyDescription("PEM file of the client certificate, for mTLS.")
  String clientCertificateFile = "";

  @JsonProperty
  @JsonPropertyDescription("PEM file of the client certificate's PKCS#8 key, for mTLS.")
  String clientKeyFile = "";

  @JsonProperty
  @JsonPropertyDescription(
      "Headers that are sent with every request, such as `X-Scope-OrgID` for a tenant.")
  Map<String, String> headers = Map.of();

  @JsonProperty
  @JsonPropertyDescription(
      "Labels that are added to every query, such as `cluster: eu-1` if several clusters share a"
          + " server.")
  @JsonDeserialize(contentUsing = MatcherDeserializer.class)
  Map<String, String> matchers = Map.of();

  @JsonProperty
  @JsonPropertyDescription("How long one response may take; 1s to 10m.")
  Duration timeout = Duration.ofSeconds(30);

  @JsonProperty
  @JsonPropertyDescription("How large one response may be, in bytes.")
  long maxAnswerBytes = 256L << 20;

  @JsonProperty
  @JsonPropertyDescription(
      "Namespaces whose policies may use this source; empty: all. For other namespaces it does not"
          + " exist.")
  List<String> allowedNamespaces = List.of();

  @JsonProperty
  @JsonPropertyDescription(
      "Scrape jobs of dcgm-exporter, whose `exported_namespace` and `exported_pod` are trusted.")
  List<String> gpuJobs = List.of("dcgm-exporter", "nvidia-dcgm-exporter");

  @JsonProperty
  @JsonPropertyDescription(
      "Scrape jobs of kube-state-metrics, whose `exported_namespace` is trusted for Kubernetes"
          + " objects.")
  List<String> stateJobs = List.of("kube-state-metrics");

  @JsonProperty
  @JsonPropertyDescription(
      "Scrape jobs whose engine series may carry a `namespace` and a `pod` that Prometheus did not"
          + " set, such as those of an aggregating collector; from other jobs such series are"
          + " ignored.")
  List<String> engineJobs = List.of();

  @JsonProperty
  @JsonPropertyDescription(
      "Gateway that counts the tokens which already go to an API: `envoy-ai-gateway`, `litellm`,"
          + " `kong`, `agentgateway`, `bifrost`, `apisix` or `higress`; empty: none.")
  String gateway = "";

  @JsonProperty
  @JsonPropertyDescription(
      "Labels that select the gateway's series, to leave out what it sends to own GPUs.")
  @JsonDeserialize(contentUsing = MatcherDeserializer.class)
  Map<String, String> gatewayMatchers = Map.of();

  @JsonProperty
  @JsonPropertyDescription(
      "Namespaces whose policies count all tokens of their model at the gateway, `*` for all"
          + " namespaces; other namespaces count only series of their own.")
  List<String> gatewaySharedWith = List.of();

  @JsonProperty
  @JsonPropertyDescription(
      "Currency that OpenCost uses (its `currencyCode`), such as `USD`; its metrics do not carry"
          + " it. If set, OpenCost prices the GPUs that have no price on the policy or its rate"
          + " card; empty: OpenCost is not read.")
  String opencostCurrencyCode = "";

  @JsonProperty
  @JsonPropertyDescription(
      "Labels that select OpenCost's series, so that nobody else can set a node's price.")
  @JsonDeserialize(contentUsing = MatcherDeserializer.class)
  Map<String, String> opencostMatchers = Map.of("job", "opencost");

  @JsonProperty
  @JsonPropertyDescription(
      "What a GPU hour costs: `gpu` is OpenCost's `node_gpu_hourly_cost`, without the node's CPUs"
          + " and memory; `node` is a GPU's share of the whole node, `node_total_hourly_cost` ÷"
          + " `node_gpu_count`.")
  OpencostPrice opencostPrice = OpencostPrice.gpu;

  /** Which of OpenCost's prices a GPU hour is taken to cost. */
  public enum OpencostPrice {
    /** The GPU alone. */
    gpu,
    /** The GPU with its share of its node's CPUs and memory. */
    node
  }

  /** A server without credentials. */
  public static PrometheusServer at(String url) {
    PrometheusServer server = new PrometheusServer();
    server.url = url;
    return server;
  }

  /** Base URL. */
  public String url() {
    return url;
  }

  /** PEM file of trusted authorities, or empty. */
  public String caFile() {
    return caFile;
  }

  /** File with a bearer token, or empty. */
  public String bearerTokenFile() {
    return bearerTokenFile;
  }

  /** Name for basic authentication, or empty. */
  public String username() {
    return username;
  }

  /** File with the password for basic authentication, or empty. */
  public String passwordFile() {
    return passwordFile;
  }

  /** PEM file of the client certificate, or empty. */
  public String clientCertificateFile() {
    return clientCertificateFile;
  }

  /** PEM file of the client certificate's key, or empty. */
  public String clientKeyFile() {
    return clientKeyFile;
  }

  /** Headers of every request. */
  public Map<String, String> headers() {
    return headers;
  }

  /** Labels every query is held to. */
  public Map<String, String> matchers() {
    return matchers;
  }

  /** How long one answer may take. */
  public Duration timeout() {
    return timeout;
  }

  /** How large one answer may be, bytes. */
  public long maxAnswerBytes() {
    return maxAnswerBytes;
  }

  /** Namespaces whose policies may use it; empty for all. */
  public List<String> allowedNamespaces() {
    return allowedNamespaces;
  }

  /** Scrape jobs whose exported labels are trusted. */
  public List<String> gpuJobs() {
    return gpuJobs;
  }

  /** Scrape jobs whose exported namespace is trusted for Kubernetes objects. */
  public List<String> stateJobs() {
    return stateJobs;
  }

  /** Scrape jobs whose engine series may name another namespace than Prometheus did. */
  public List<String> engineJobs() {
    return engineJobs;
  }

  /** Labels the gateway's series are held to. */
  public Map<String, String> gatewayMatchers() {
    return gatewayMatchers;
  }

  /** Namespaces whose policies count all tokens of their model at the gateway. */
  public List<String> gatewaySharedWith() {
    return gatewaySharedWith;
  }

  /** Gateway whose counters show what already goes to an API, or empty. */
  public String gateway() {
    return gateway;
  }

  /** Code of the currency of OpenCost's prices, or empty where OpenCost is not read. */
  public String opencostCurrencyCode() {
    return opencostCurrencyCode;
  }

  /** Labels OpenCost's series are held to. */
  public Map<String, String> opencostMatchers() {
    return opencostMatchers;
  }

  /** Which of OpenCost's prices a GPU hour is taken to cost. */
  public OpencostPrice opencostPrice() {
    return opencostPrice;
  }

  void check(String path) {
    if (!url.startsWith("http://") && !url.startsWith("https://")) {
      throw new IllegalArgumentException(
          path + ".url: \"" + url + "\" does not start with http:// or https://");
    }
    if (url.contains("@")) {
      throw new IllegalArgumentException(
          path + ".url: a URL carries no credentials; use bearerTokenFile or passwordFile");
    }
    OperatorConfiguration.within(
        path + ".timeout", timeout, Duration.ofSeconds(1), Duration.ofMinutes(10));
    together(path, "username", username, "passwordFile", passwordFile);
    together(path, "clientCertificateFile", clientCertificateFile, "clientKeyFile", clientKeyFile);
    if (!username.isEmpty() && !bearerTokenFile.isEmpty()) {
      throw new IllegalArgumentException(path + ": give a bearerTokenFile or a username, not both");
    }
    if (maxAnswerBytes < 1 << 20) {
      throw new IllegalArgumentException(path + ".maxAnswerBytes: less than 1 MiB");
    }
    if (!opencostCurrencyCode.isEmpty()) {
      checkOpencost(path);
    }
  }

  private void checkOpencost(String path) {
    try {
      Currency.getInstance(opencostCurrencyCode);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          path
              + ".opencostCurrencyCode: \""
              + opencostCurrencyCode
              + "\" is no currency of ISO 4217 such as USD",
          e);
    }
    if (opencostMatchers.values().stream().allMatch(String::isEmpty)) {
      throw new IllegalArgumentException(
          path + ".opencostMatchers: without a label anybody's metric could price every GPU");
    }
  }

  private static void together(
      String path, String one, String oneValue, String other, String otherValue) {
    if (oneValue.isEmpty() != otherValue.isEmpty()) {
      throw new IllegalArgumentException(path + ": " + one + " and " + other + " go together");
    }
  }
}
