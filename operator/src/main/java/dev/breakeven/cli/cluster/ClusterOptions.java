package dev.breakeven.cli.cluster;

import dev.breakeven.cli.console.ProgramVersion;
import dev.breakeven.cli.input.InputFile;
import dev.breakeven.configuration.ConfigurationFile;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.configuration.PrometheusServer;
import dev.breakeven.configuration.WorkloadKind;
import dev.breakeven.operator.client.OperatorClient;
import io.fabric8.kubernetes.client.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster and which sources a command reads; it changes neither. */
public final class ClusterOptions {

  /** Kinds that serve models; a command reads them whether the operator watches them or not. */
  private static final List<WorkloadKind> SERVING =
      List.of(
          new WorkloadKind("apps/v1", "Deployment"),
          new WorkloadKind("apps/v1", "StatefulSet"),
          new WorkloadKind("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet"),
          new WorkloadKind("ray.io/v1", "RayCluster"));

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "The kubeconfig (default: as kubectl finds it, or the pod's service account).")
  @Nullable Path kubeconfig;

  @Option(
      names = "--config",
      paramLabel = "OPERATOR.yaml",
      description = "The operator's options, for its Prometheus sources; - is standard input.")
  @Nullable Path config;

  @Option(
      names = "--prometheus",
      paramLabel = "URL",
      description = "A Prometheus-compatible server, as source default, instead of --config.")
  @Nullable String prometheus;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Look at this namespace only (default: all).")
  @Nullable String namespaceGiven;

  /** The file of the operator's options, if one is named. */
  public @Nullable Path config() {
    return config;
  }

  /** The address of a Prometheus server, if one is named. */
  public @Nullable String prometheus() {
    return prometheus;
  }

  /** The one namespace that is looked at; empty for all. */
  public String namespace() {
    return namespaceGiven == null ? "" : namespaceGiven;
  }

  /**
   * The sources, and the operator's other options.
   *
   * @throws IllegalArgumentException if no source is named
   */
  public OperatorConfiguration configuration() {
    OperatorConfiguration configuration = stated(config);
    if (prometheus != null) {
      configuration = configuration.withSource("default", PrometheusServer.at(prometheus));
    }
    if (configuration.sources().isEmpty()) {
      throw new IllegalArgumentException(
          "no Prometheus to read from: name one with --prometheus, such as"
              + " http://127.0.0.1:9090, or give the operator's file with --config");
    }
    return configuration.checked();
  }

  /** The same, and every kind that serves models is read. */
  public OperatorConfiguration configurationForEveryKind() {
    OperatorConfiguration configuration = configuration();
    Set<WorkloadKind> kinds = new LinkedHashSet<>(configuration.workloadKinds());
    kinds.addAll(SERVING);
    return configuration.withWorkloadKinds(List.copyOf(kinds));
  }

  /**
   * The sources of a file of options.
   *
   * @throws IllegalArgumentException if it names none
   */
  public static OperatorConfiguration sources(Path config) {
    OperatorConfiguration configuration = stated(config);
    if (configuration.sources().isEmpty()) {
      throw new IllegalArgumentException(
          new InputFile(config).name() + ": no Prometheus to read from: it has no sources");
    }
    return configuration.checked();
  }

  /** The options in a file; without a file, the defaults. */
  public static OperatorConfiguration stated(@Nullable Path config) {
    if (config == null) {
      return new OperatorConfiguration();
    }
    InputFile file = new InputFile(config);
    return ConfigurationFile.parse(file.name(), file.text());
  }

  public OperatorClient client(Clock clock) {
    return client(kubeconfig, clock);
  }

  public static OperatorClient client(@Nullable Path kubeconfig, Clock clock) {
    return OperatorClient.of(reach(kubeconfig), "breakeven/" + ProgramVersion.number(), clock);
  }

  /**
   * How to reach the cluster.
   *
   * @throws IllegalArgumentException with the file's name, if a kubeconfig cannot be read
   */
  private static Config reach(@Nullable Path kubeconfig) {
    if (kubeconfig == null) {
      Config found;
      try {
        found = Config.autoConfigure(null);
      } catch (RuntimeException e) {
        // Whatever a library of YAML throws: the file is at fault.
        String files = System.getenv("KUBECONFIG");
        throw notAKubeconfig(files == null ? "~/.kube/config" : files, e);
      }
      if (isOfNoCluster(found, System.getenv())) {
        throw new IllegalArgumentException(
            "no cluster to read: neither KUBECONFIG nor ~/.kube/config names one; name a kubeconfig"
                + " with --kubeconfig");
      }
      return found;
    }
    if (!Files.exists(kubeconfig)) {
      throw new IllegalArgumentException(kubeconfig + ": no such file");
    }
    if (!Files.isReadable(kubeconfig) || Files.isDirectory(kubeconfig)) {
      throw new IllegalArgumentException(kubeconfig + ": may not be read, or is a directory");
    }
    try {
      return Config.fromKubeconfig(kubeconfig.toFile());
    } catch (RuntimeException e) {
      throw notAKubeconfig(kubeconfig.toString(), e);
    }
  }

  /** Whether the address is only the one that pods have, and this is not a pod. */
  static boolean isOfNoCluster(Config found, Map<String, String> environment) {
    return found.getMasterUrl().contains("//kubernetes.default.svc")
        && !environment.containsKey("KUBERNETES_SERVICE_HOST");
  }

  private static IllegalArgumentException notAKubeconfig(String file, RuntimeException e) {
    return new IllegalArgumentException(file + ": not a kubeconfig", e);
  }
}
