package dev.breakeven.figures;

import dev.breakeven.testing.LoopbackControlPlane;
import dev.breakeven.testing.Repository;
import dev.breakeven.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Whether Argo CD or Flux would see a difference in what they have just applied: the CRDs, the
 * chart and the examples. Both compare with their own code, built from their modules.
 */
@Command(name = "drift", description = "What Argo CD and Flux would apply again.")
final class Drift implements Callable<Integer> {

  private static final String NAMESPACE = "breakeven";

  /** All that the chart can make without kinds of other projects. */
  private static final List<String> SWITCHES =
      List.of(
          "--set=dashboard.enabled=true",
          "--set=rateCard.create=true",
          "--set=rateCard.spec.currency=USD",
          "--set=metrics.tls.secretName=breakeven-tls",
          "--set=metrics.tokenReview=true",
          "--set=report.enabled=true");

  @Override
  public Integer call() throws IOException {
    Path directory = Repository.scratch("drift");
    try (LoopbackControlPlane plane = LoopbackControlPlane.withApiServerFlags()) {
      kubectl(plane, "create", "namespace", NAMESPACE);
      kubectl(plane, "create", "namespace", "inference");
      kubectl(plane, "apply", "--server-side", "-f", Repository.top().resolve("crds").toString());
      kubectl(plane, "wait", "--for=condition=Established", "crd", "--all");
      List<Path> sets =
          List.of(
              write(directory.resolve("crds.yaml"), yamlIn("crds")),
              write(directory.resolve("chart.yaml"), chart()),
              write(directory.resolve("examples.yaml"), yamlIn("examples")));
      int drifted = 0;
      for (Path set : sets) {
        drifted += byFlux(plane, set) + byArgoCd(plane, set);
      }
      return drifted == 0 ? 0 : 1;
    }
  }

  /** Applied by Flux, and compared by it. */
  private static int byFlux(LoopbackControlPlane plane, Path set) {
    return said(
        "Flux, " + set.getFileName(),
        Tool.FLUX_DRIFT.run(plane.kubeconfig().toString(), set.toString()).orFail());
  }

  /** Applied as Argo CD does by default, from the client's side, and compared by it. */
  private static int byArgoCd(LoopbackControlPlane plane, Path set) throws IOException {
    boolean isDefinitions = set.getFileName().toString().equals("crds.yaml");
    // The definitions are larger than the annotation that the client's side keeps.
    kubectl(
        plane,
        isDefinitions
            ? new String[] {"apply", "--server-side", "--force-conflicts", "-f", set.toString()}
            : new String[] {"apply", "-f", set.toString()});
    Path live = set.resolveSibling(set.getFileName() + ".live.json");
    write(live, kubectl(plane, "get", "-f", set.toString(), "-o", "json"));
    return said(
        "Argo CD, " + set.getFileName(),
        Tool.ARGOCD_DRIFT.run(set.toString(), live.toString()).orFail());
  }

  private static int said(String who, String output) {
    List<String> lines = output.lines().toList();
    lines.forEach(line -> System.out.println("FIGURE " + who + ": " + line));
    return (int) lines.stream().filter(line -> line.startsWith("drift ")).count();
  }

  private static String kubectl(LoopbackControlPlane plane, String... arguments) {
    return Tool.KUBECTL
        .run(
            Stream.concat(Stream.of("--kubeconfig=" + plane.kubeconfig()), Stream.of(arguments))
                .toArray(String[]::new))
        .orFail();
  }

  private static String chart() {
    return Tool.HELM
        .run(
            Stream.concat(
                    Stream.of(
                        "template",
                        "breakeven",
                        Repository.top().resolve("helm/breakeven").toString(),
                        "--namespace=" + NAMESPACE,
                        "--kube-version=1.36.0",
                        "--no-hooks",
                        "--api-versions=breakeven.dev/v1alpha1/RateCard",
                        "--set=crds.install=false"),
                    SWITCHES.stream())
                .toArray(String[]::new))
        .orFail();
  }

  private static String yamlIn(String directory) throws IOException {
    try (Stream<Path> files = Files.list(Repository.top().resolve(directory))) {
      StringBuilder all = new StringBuilder();
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        all.append("---\n").append(Files.readString(file)).append('\n');
      }
      return all.toString();
    }
  }

  private static Path write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    return file;
  }
}
