package dev.breakeven.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.testing.ChildProcess;
import dev.breakeven.testing.Finished;
import dev.breakeven.testing.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The image that this build made, unpacked as a container runtime does it:
 * {@code @RegisterExtension static final UnpackedImage image = new UnpackedImage();}. Without
 * {@code -Pimage} there is none, and without the right to make mount namespaces nothing can be run
 * in it: then the class is left out, and the run says so at its end.
 */
final class UnpackedImage implements ExecutionCondition, BeforeAllCallback, AfterAllCallback {

  private static final Path TARGET = Repository.top().resolve("operator/target");
  private static final Path TAR = TARGET.resolve("breakeven-image.tar");

  /**
   * What a kubelet does of a restricted pod: the root is read-only and of the image alone, {@code
   * /tmp} is empty, and the process is nobody in particular.
   */
  private static final String CONTAINER =
      """
      root=$1; shift
      mount --bind "$root" "$root" &&
      mount --rbind /dev "$root/dev" &&
      mount --rbind /proc "$root/proc" &&
      mount -o remount,bind,ro "$root" &&
      mount -t tmpfs tmpfs "$root/tmp" &&
      exec env -i LANG=C.UTF-8 JDK_JAVA_OPTIONS="$JDK_JAVA_OPTIONS" \
          unshare --root="$root" --wd=/app --setgid=65532 --setuid=65532 "$@"
      """;

  private final ObjectMapper json = new ObjectMapper();
  private final Path layers = Repository.scratch("image-layers");
  private final Path root = Repository.scratch("image-root");

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (!isOfThisBuild()) {
      return ConditionEvaluationResult.disabled("no image was built: mvn -B verify -Pimage");
    }
    Finished trial = Finished.of(List.of("unshare", "--mount", "true"));
    return trial.exitCode() == 0
        ? ConditionEvaluationResult.enabled("there is an image, and a way to run it")
        : ConditionEvaluationResult.disabled(
            "the image cannot be run: root and mount namespaces are needed: "
                + trial.errors().strip());
  }

  /** An image that is older than the jar is of another build. */
  private static boolean isOfThisBuild() {
    try (Stream<Path> files = Files.list(TARGET)) {
      if (!Files.isRegularFile(TAR)) {
        return false;
      }
      for (Path file : files.toList()) {
        if (file.getFileName().toString().matches("breakeven-operator-.*\\.jar")
            && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(TAR)) > 0) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    // A scratch directory is its owner's alone; the image runs as somebody else.
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Finished.of(List.of("tar", "-xf", TAR.toString(), "-C", layers.toString())).orFail();
    for (JsonNode layer : manifest().get("Layers")) {
      Finished.of(
              List.of(
                  "tar",
                  "--warning=no-unknown-keyword",
                  "-xpf",
                  layers.resolve(layer.asText()).toString(),
                  "-C",
                  root.toString()))
          .orFail();
    }
  }

  /** Where its files are. */
  Path root() {
    return root;
  }

  /** The jars' bill of materials, beside the image. */
  JsonNode sbom() throws IOException {
    return json.readTree(TARGET.resolve("breakeven-sbom.json").toFile());
  }

  /** The jars that {@code ./breakeven} runs with. */
  Path jars() {
    return TARGET.resolve("lib");
  }

  /** What {@code docker load} reads: the image's name, its configuration, its layers in order. */
  JsonNode manifest() throws IOException {
    return json.readTree(layers.resolve("manifest.json").toFile()).get(0);
  }

  /** The image's configuration. */
  JsonNode configuration() throws IOException {
    return json.readTree(layers.resolve(manifest().get("Config").asText()).toFile());
  }

  /** Runs the image with these arguments, and waits for it. */
  Finished run(List<String> arguments, String javaOptions) throws IOException {
    return Finished.of(container(arguments), layers, Map.of("JDK_JAVA_OPTIONS", javaOptions));
  }

  /** Starts the image with these arguments. */
  ChildProcess start(Path log, List<String> arguments, String javaOptions) throws IOException {
    return ChildProcess.start(
        "the image", log, Map.of("JDK_JAVA_OPTIONS", javaOptions), container(arguments));
  }

  private List<String> container(List<String> arguments) throws IOException {
    for (String mount : List.of("dev", "proc")) {
      Files.createDirectories(root.resolve(mount));
    }
    List<String> command =
        new ArrayList<>(
            List.of("unshare", "--mount", "/bin/sh", "-c", CONTAINER, "image", root.toString()));
    configuration().get("config").get("Entrypoint").forEach(e -> command.add(e.asText()));
    command.addAll(arguments);
    return command;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Finished.of(List.of("rm", "-rf", layers.toString(), root.toString())).orFail();
  }
}
