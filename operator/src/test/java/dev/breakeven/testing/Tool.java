package dev.breakeven.testing;

import java.io.File;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A program that tests run. It is looked for in the directories named by {@code BREAKEVEN_TEST_BIN}
 * and {@code KUBEBUILDER_ASSETS}, then on the {@code PATH}, and else built once from its Go module,
 * whose version and checksums {@code src/test/go} pins.
 */
public enum Tool {
  KUBE_APISERVER("kube-apiserver", "kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"),
  KUBE_CONTROLLER_MANAGER(
      "kube-controller-manager", "kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager"),
  KUBECTL("kubectl", "kubernetes", "k8s.io/kubernetes/cmd/kubectl"),
  ETCD("etcd", "etcd", "go.etcd.io/etcd/server/v3"),
  HELM("helm", "helm", "helm.sh/helm/v3/cmd/helm"),
  HELM_UNITTEST(
      "helm-unittest", "helm-unittest", "github.com/helm-unittest/helm-unittest/cmd/helm-unittest"),
  KUBECONFORM("kubeconform", "kubeconform", "github.com/yannh/kubeconform/cmd/kubeconform"),
  PROMETHEUS("prometheus", "prometheus", "github.com/prometheus/prometheus/cmd/prometheus"),
  PROMTOOL("promtool", "prometheus", "github.com/prometheus/prometheus/cmd/promtool"),
  KEDA_OPERATOR("keda-operator", "keda", "github.com/kedacore/keda/v2/cmd/operator"),
  KEDA_ADAPTER("keda-adapter", "keda", "github.com/kedacore/keda/v2/cmd/adapter"),
  PROMETHEUS_ADAPTER(
      "prometheus-adapter", "prometheus-adapter", "sigs.k8s.io/prometheus-adapter/cmd/adapter"),
  ARGOCD_DRIFT("argocd-drift", "argocd", "."),
  FLUX_DRIFT("flux-drift", "flux", "."),
  GMP_FRONTEND(
      "gmp-frontend",
      "gmp-frontend",
      "github.com/GoogleCloudPlatform/prometheus-engine/cmd/frontend"),
  THANOS("thanos", "thanos", "github.com/thanos-io/thanos/cmd/thanos"),
  CORTEX("cortex", "cortex", "github.com/cortexproject/cortex/cmd/cortex"),
  VICTORIA_METRICS(
      "victoria-metrics",
      "victoriametrics",
      "github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics"),
  VMSTORAGE(
      "vmstorage",
      "victoriametrics-cluster",
      "github.com/VictoriaMetrics/VictoriaMetrics/app/vmstorage"),
  VMINSERT(
      "vminsert",
      "victoriametrics-cluster",
      "github.com/VictoriaMetrics/VictoriaMetrics/app/vminsert"),
  VMSELECT(
      "vmselect",
      "victoriametrics-cluster",
      "github.com/VictoriaMetrics/VictoriaMetrics/app/vmselect");

  /** Directories with ready binaries, in the order in which they are asked. */
  static final List<String> DIRECTORY_VARIABLES =
      List.of("BREAKEVEN_TEST_BIN", "KUBEBUILDER_ASSETS");

  private final String program;
  private final String module;
  private final String goPackage;

  Tool(String program, String module, String goPackage) {
    this.program = program;
    this.module = module;
    this.goPackage = goPackage;
  }

  /**
   * Prints where each program is, one a line, for scripts; what has to be built first is told on
   * standard error.
   *
   * @param programs names of programs, such as {@code etcd}
   */
  public static void main(String... programs) {
    PrintStream paths = System.out;
    System.setOut(System.err);
    for (String program : programs) {
      Tool tool =
          Arrays.stream(values())
              .filter(known -> known.program.equals(program))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException(program + " is not among the tools"));
      paths.println(tool.path());
    }
  }

  /**
   * The sources of this module of a program, downloaded where they are not on this machine.
   *
   * @param dependency path of the module, one that the program's {@code go.mod} pins
   * @throws IllegalStateException with one line, where Go is missing or cannot get it
   */
  public Path sources(String dependency) {
    return new GoModule(module).sources(dependency);
  }

  /** The file name of its binary. */
  public String program() {
    return program;
  }

  /**
   * The binary, built where there is none; that can take minutes, once.
   *
   * @throws IllegalStateException with one line that says what to install
   */
  public Path path() {
    return found().orElseGet(this::built);
  }

  /** The binary, where the machine has one or an earlier run has built one. */
  public Optional<Path> found() {
    return inGivenDirectory().or(this::onPath).or(() -> new GoModule(module).cached(program));
  }

  /** The binary in a directory that the environment names. */
  Optional<Path> inGivenDirectory() {
    return inGivenDirectory(System::getenv);
  }

  Optional<Path> inGivenDirectory(UnaryOperator<String> environment) {
    return DIRECTORY_VARIABLES.stream()
        .map(variable -> Optional.ofNullable(environment.apply(variable)).orElse(""))
        .filter(directory -> !directory.isBlank())
        .map(directory -> Path.of(directory).resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The binary built from its pinned Go module, now or by an earlier run. */
  Path built() {
    return new GoModule(module).build(program, goPackage);
  }

  private Optional<Path> onPath() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator))
        .filter(directory -> !directory.isBlank())
        .map(directory -> Path.of(directory).resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The command that runs it with these arguments. */
  public List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(path().toString()));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  /** Runs it to its end. Its output is kept; a code other than 0 is an answer, not an error. */
  public Finished run(String... arguments) {
    return Finished.of(command(arguments));
  }
}
