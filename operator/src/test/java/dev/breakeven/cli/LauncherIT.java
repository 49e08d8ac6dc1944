package dev.breakeven.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakeven.testing.Finished;
import dev.breakeven.testing.Repository;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in copies of a checkout, with programs of the test's own on the PATH. */
class LauncherIT {

  @TempDir Path directory = Path.of("");

  @Test
  void withoutJavaItSaysInOneLineWhatIsNeeded() throws IOException {
    Finished run = launch(checkout(), Map.of());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errors()).hasLineCount(1).contains("JDK 17 or newer");
  }

  @Test
  void anOldJavaIsRefusedInOneLine() throws IOException {
    Finished run =
        launch(checkout(), Map.of("java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errors()).hasLineCount(1).contains("Java 11").contains("JDK 17 or newer");
  }

  @Test
  void withoutMavenItSaysInOneLineWhatIsNeeded() throws IOException {
    Finished run = launch(checkout(), Map.of("java", JAVA_17));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errors()).hasLineCount(1).contains("no mvn on the PATH");
  }

  @Test
  void itBuildsOnceAndThenRunsFromTheCallersDirectory() throws IOException {
    Path checkout = checkout();
    Map<String, String> programs = Map.of("java", JAVA_17, "mvn", MAVEN_THAT_BUILDS);

    Finished first = launch(checkout, programs, "advise", "-f", "my policy.yaml");
    Finished second = launch(checkout, programs, "--version");

    assertThat(first.orFail())
        .isEqualTo(
            "-XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -Xms64m -jar %s advise -f my policy.yaml in %s\n"
                .formatted(
                    checkout.resolve("operator/target/breakeven-operator-0.1.0.jar").toRealPath(),
                    directory.toRealPath()));
    assertThat(first.errors()).contains("building once").contains("built in");
    assertThat(second.errors()).isEmpty();
  }

  @Test
  void aNewerSourceIsBuiltAgain() throws IOException {
    Path checkout = checkout();
    Map<String, String> programs = Map.of("java", JAVA_17, "mvn", MAVEN_THAT_BUILDS);
    launch(checkout, programs).orFail();
    Files.setLastModifiedTime(
        checkout.resolve("operator/src/main/java/A.java"),
        FileTime.from(Instant.now().plusSeconds(60)));

    assertThat(launch(checkout, programs).errors()).contains("built in");
  }

  @Test
  void aFailedBuildShowsItsErrorsAndWhereTheLogIs() throws IOException {
    Path checkout = checkout();

    Finished run =
        launch(
            checkout,
            Map.of(
                "java", JAVA_17, "mvn", "echo '[INFO] fine'; echo '[ERROR] A.java:3: no'; exit 1"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output()).isEmpty();
    assertThat(run.errors())
        .contains("A.java:3: no")
        .doesNotContain("fine")
        .contains("the build failed, its whole log is in " + checkout.toRealPath());
  }

  @Test
  void aBuildThatIsBrokenOffLeavesNothingThatLooksBuilt() throws IOException {
    Path checkout = checkout();
    String broken = MAVEN_THAT_BUILDS + "; kill -TERM $PPID; exec sleep 60";

    Finished run = launch(checkout, Map.of("java", JAVA_17, "mvn", broken), "--version");

    assertThat(run.exitCode()).isEqualTo(130);
    assertThat(run.output()).isEmpty();
    assertThat(checkout.resolve("operator/target/breakeven-operator-0.1.0.jar")).doesNotExist();
    assertThat(
            launch(checkout, Map.of("java", JAVA_17, "mvn", MAVEN_THAT_BUILDS), "--version")
                .errors())
        .contains("built in");
  }

  @Test
  void outputOfTheProgramThatIsLostIsAFailure() throws Exception {
    File full = new File("/dev/full");
    assumeTrue(full.exists());
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Breakeven.class.getName(),
                "--version")
            .redirectOutput(full)
            .start();
    assertThat(new String(program.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("breakeven: standard output cannot be written: ");
    assertThat(program.waitFor()).isEqualTo(1);
  }

  @Test
  void aLinkToItWorksToo() throws IOException {
    Path checkout = checkout();
    Path link = Files.createSymbolicLink(directory.resolve("be"), checkout.resolve("breakeven"));

    Finished run =
        launchFile(
            link, Map.of("java", JAVA_17, "mvn", MAVEN_THAT_BUILDS), new String[] {"--version"});

    assertThat(run.orFail()).contains("--version");
  }

  private static final String JAVA_17 =
      """
      [ "$1" = -version ] && { echo 'openjdk version "17.0.15" 2025-04-15' >&2; exit; }
      echo "$* in $PWD"
      """;

  private static final String MAVEN_THAT_BUILDS =
      "mkdir -p operator/target/lib && touch operator/target/breakeven-operator-0.1.0.jar";

  private Path checkout() throws IOException {
    Path checkout = Files.createDirectories(directory.resolve("a checkout"));
    Files.copy(Repository.top().resolve("breakeven"), checkout.resolve("breakeven"));
    Path sources = Files.createDirectories(checkout.resolve("operator/src/main/java"));
    Files.writeString(sources.resolve("A.java"), "class A {}");
    Files.writeString(checkout.resolve("pom.xml"), "");
    Files.writeString(checkout.resolve("operator/pom.xml"), "");
    return checkout;
  }

  private Finished launch(Path checkout, Map<String, String> programs, String... arguments)
      throws IOException {
    return launchFile(checkout.resolve("breakeven"), programs, arguments);
  }

  private Finished launchFile(Path launcher, Map<String, String> programs, String[] arguments)
      throws IOException {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    for (String tool :
        List.of(
            "dirname",
            "readlink",
            "sed",
            "head",
            "tail",
            "find",
            "mkdir",
            "mv",
            "rm",
            "wc",
            "grep",
            "sleep",
            "tr",
            "touch",
            "cat")) {
      Path found = Path.of("/usr/bin", tool);
      program(bin, tool, "exec " + (Files.exists(found) ? found : "/bin/" + tool) + " \"$@\"");
    }
    for (Map.Entry<String, String> program : programs.entrySet()) {
      program(bin, program.getKey(), program.getValue());
    }
    List<String> command = new ArrayList<>(List.of("/bin/bash", launcher.toString()));
    command.addAll(List.of(arguments));
    return Finished.of(command, directory, Map.of("PATH", bin.toString(), "JAVA_HOME", ""));
  }

  private static void program(Path bin, String name, String script) throws IOException {
    Path file = bin.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
