package dev.breakeven.chart;

import dev.breakeven.testing.Finished;
import dev.breakeven.testing.Repository;
import dev.breakeven.testing.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The chart in {@code helm/breakeven}, and Helm to drive it, which keeps to a scratch directory.
 */
final class Chart {

  /** What it renders for; a Helm that was built without a version stamp takes it for 1.20. */
  private static final String KUBERNETES = "--kube-version=1.36.0";

  private final Path home = Repository.scratch("helm");

  /** Where it is. */
  Path directory() {
    return Repository.top().resolve("helm/breakeven");
  }

  /** Values files that turn much on or off together. */
  List<Path> valuesFiles() {
    try (Stream<Path> files = Files.list(directory().resolve("ci"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String valuesYaml() {
    return text(directory().resolve("values.yaml"));
  }

  /** Everything that {@code helm template} makes for a cluster that knows the CRDs already. */
  String rendered(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "template",
                "breakeven",
                directory().toString(),
                "--namespace=finops",
                "--api-versions=breakeven.dev/v1alpha1/RateCard",
                KUBERNETES));
    all.addAll(List.of(arguments));
    return helm(Map.of(), all).orFail();
  }

  Finished lint(String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("lint", "--strict", directory().toString(), KUBERNETES));
    all.addAll(List.of(arguments));
    return helm(Map.of(), all);
  }

  /** Helm against a cluster. */
  Finished helm(Path kubeconfig, String... arguments) {
    return helm(Map.of("KUBECONFIG", kubeconfig.toString()), List.of(arguments));
  }

  private Finished helm(Map<String, String> environment, List<String> arguments) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("HELM_CACHE_HOME", home.resolve("cache").toString());
    all.put("HELM_CONFIG_HOME", home.resolve("config").toString());
    all.put("HELM_DATA_HOME", home.resolve("data").toString());
    return Finished.of(Tool.HELM.command(arguments.toArray(new String[0])), home, all);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
