package dev.breakeven.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakeven.testing.ChildProcess;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.Finished;
import dev.breakeven.testing.Loopback;
import dev.breakeven.testing.Repository;
import dev.breakeven.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The image as it was built, its content looked at and its JVM run from it. */
class ImageIT {

  @RegisterExtension static final UnpackedImage image = new UnpackedImage();
  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static final int OTHERS_MAY_WRITE = 0002;
  private static final int ANYONE_MAY_RUN = 0111;
  private static final int SET_USER_OR_GROUP = 06000;

  @Test
  void itIsWhatTheChartPulls() throws IOException {
    JsonNode values = yaml("helm/breakeven/values.yaml");
    String version = yaml("helm/breakeven/Chart.yaml").get("appVersion").asText();
    String user = values.get("podUser").asText();
    JsonNode configuration = image.configuration().get("config");

    assertThat(image.manifest().get("RepoTags"))
        .extracting(JsonNode::asText)
        .containsExactly(values.get("image").get("repository").asText() + ":" + version);
    assertThat(configuration.get("User").asText()).isEqualTo(user + ":" + user);
    assertThat(configuration.get("Labels").get("org.opencontainers.image.version").asText())
        .isEqualTo(version);
    assertThat(configuration.get("Labels").fieldNames())
        .toIterable()
        .allMatch(name -> name.startsWith("org.opencontainers.image."))
        .map(name -> name.substring(name.lastIndexOf('.') + 1))
        .containsExactlyInAnyOrder(
            "title", "description", "version", "revision", "source", "licenses");
  }

  @Test
  void nothingIsInItThatAnOperatorDoesNotNeed() throws IOException {
    Set<String> runnable = new TreeSet<>();
    Set<String> open = new TreeSet<>();
    Set<String> odd = new TreeSet<>();
    try (Stream<Path> files = Files.walk(image.root())) {
      for (Path file : files.toList()) {
        String name = "/" + image.root().relativize(file);
        if (name.startsWith("/proc/") || name.startsWith("/dev/") || file.equals(image.root())) {
          continue;
        }
        int mode = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        boolean plain =
            Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                || Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        if (!plain || (mode & SET_USER_OR_GROUP) != 0) {
          odd.add(name);
        }
        if (Files.isRegularFile(file) && (mode & ANYONE_MAY_RUN) != 0) {
          runnable.add(name.replaceAll("/lib(64)?/ld-linux-.*", "the loader"));
        }
        if ((mode & OTHERS_MAY_WRITE) != 0) {
          open.add(name);
        }
      }
    }
    assertThat(odd).as("set-user files, links, devices").isEmpty();
    assertThat(runnable).containsExactly("/jre/bin/java", "/jre/lib/jspawnhelper", "the loader");
    assertThat(open).as("what everyone may write").containsExactly("/tmp");
    assertThat(names(image.root()))
        .isSubsetOf("app", "dev", "etc", "jre", "lib", "lib64", "proc", "tmp", "usr", "var");
    assertThat(names(image.root().resolve("app")))
        .containsExactly(
            "LICENSE",
            "breakeven.jsa",
            "class-path",
            "classpath",
            "jib-classpath-file",
            "jib-main-class-file",
            "libs",
            "sbom.json");
  }

  @Test
  void itsBillOfMaterialsNamesEveryJarWithItsBytesAndItsLicence() throws IOException {
    Map<String, String> sha256ByJar = new TreeMap<>();
    List<String> unlicensed = new ArrayList<>();
    for (JsonNode component : image.sbom().get("components")) {
      for (JsonNode hash : component.get("hashes")) {
        if (hash.get("alg").asText().equals("SHA-256")) {
          sha256ByJar.put(
              component.get("name").asText() + "-" + component.get("version").asText() + ".jar",
              hash.get("content").asText());
        }
      }
      if (component.path("licenses").isEmpty()) {
        unlicensed.add(component.get("name").asText());
      }
    }
    assertThat(unlicensed).isEmpty();
    assertThat(sha256ByJar)
        .isEqualTo(sha256ByFile(image.jars()))
        .isEqualTo(sha256ByFile(image.root().resolve("app/libs")));
    assertThat(image.root().resolve("app/sbom.json"))
        .hasSameTextualContentAs(Repository.top().resolve("operator/target/breakeven-sbom.json"));
  }

  @Test
  void theLicencesOfTheRuntimeAndOfItsLibrariesAreInIt() throws IOException {
    assertThat(image.root().resolve("jre/legal/java.base/LICENSE")).isNotEmptyFile();
    Set<String> packages = names(image.root().resolve("var/lib/dpkg/status.d"));
    assertThat(packages).contains("libc6", "libstdc++6");
    for (String each : packages) {
      assertThat(image.root().resolve("usr/share/doc/" + each + "/copyright")).isNotEmptyFile();
    }
  }

  @Test
  void itsClassDataIsOfExactlyItsJars() throws IOException {
    // With -Xshare:on a JVM ends where the archive does not fit.
    assertThat(image.run(List.of("--version"), "-Xshare:on").orFail())
        .matches("breakeven \\d+\\.\\d+\\.\\d+\\s+");
  }

  @Test
  void inAReadOnlyRootAnOperatorGetsReadyMostlyFromItsClassData() throws IOException {
    cluster.installDefinitions();
    Files.writeString(image.root().resolve("etc/hosts"), "127.0.0.1 localhost\n");
    Path kubeconfig = image.root().resolve("etc/kubeconfig");
    Files.writeString(
        kubeconfig,
        Tool.KUBECTL
            .run("--kubeconfig=" + cluster.kubeconfig(), "config", "view", "--flatten", "--raw")
            .orFail());
    String address = "127.0.0.1:" + Loopback.freePort();
    Path log = Files.createTempFile(Repository.scratch("image"), "operator", ".log");
    try (ChildProcess operator =
        image.start(
            log,
            List.of(
                "operator",
                "--kubeconfig=/etc/kubeconfig",
                "--source=default=http://127.0.0.1:9",
                "--listen=" + address),
            "-Xlog:class+load")) {
      Finished ready =
          image.run(
              List.of(
                  "ready", "--within=60s", "http://" + address.replace("127.0.0.1", "localhost")),
              "");
      assertThat(ready.exitCode()).as(ready.errors() + operator.lastWords()).isZero();
      assertThat(operator.isAlive()).isTrue();
    }
    long shared = 0;
    long read = 0;
    for (String line : Files.readAllLines(log)) {
      shared += line.contains("source: shared objects file") ? 1 : 0;
      read += line.contains("source: file:/app/") || line.contains("source: jrt:/") ? 1 : 0;
    }
    // What the training run did not load, and the classes of before Java 6, which no archive may
    // hold.
    assertThat(shared * 100 / (shared + read))
        .as("percent of classes from the archive")
        .isGreaterThanOrEqualTo(85);
  }

  private static JsonNode yaml(String path) throws IOException {
    return new YAMLMapper().readTree(Repository.top().resolve(path).toFile());
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      Set<String> names = new TreeSet<>();
      files.forEach(file -> names.add(String.valueOf(file.getFileName())));
      return names;
    }
  }

  private static Map<String, String> sha256ByFile(Path directory) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    for (String name : names(directory)) {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-256")
                .digest(Files.readAllBytes(directory.resolve(name)));
        hashes.put(name, HexFormat.of().formatHex(hash));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
    return hashes;
  }
}
