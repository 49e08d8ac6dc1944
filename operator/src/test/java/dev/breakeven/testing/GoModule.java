package dev.breakeven.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of {@code src/test/go}: a {@code go.mod} and {@code go.sum} that pin, down to the
 * checksum, what the tests' programs are built from. What is built is kept in {@code
 * ~/.cache/breakeven} under a name that changes with those two files; {@code BREAKEVEN_TEST_CACHE}
 * names another place.
 *
 * @param name the folder's name
 */
record GoModule(String name) {

  /** Which part of Kubernetes' own version stamp is set; kubectl and the API server report it. */
  private static final Pattern KUBERNETES_VERSION =
      Pattern.compile("k8s\\.io/kubernetes (v(\\d+)\\.(\\d+)\\.\\d+)");

  private static final Duration BETWEEN_PROGRESS_LINES = Duration.ofSeconds(15);

  /** One build at a time in this JVM: a build takes all cores by itself. */
  private static final Object ONE_AT_A_TIME = new Object();

  /** The program, where an earlier run has built it. */
  Optional<Path> cached(String program) {
    return Optional.of(cache().resolve(program)).filter(Files::isExecutable);
  }

  /**
   * The program, built where it is not in the cache.
   *
   * @throws IllegalStateException with one line, where Go is missing or the build fails
   */
  Path build(String program, String goPackage) {
    synchronized (ONE_AT_A_TIME) {
      Path cache = cache();
      try {
        Files.createDirectories(cache);
        // Two checkouts may be tested at the same time on one machine: the second waits.
        try (FileChannel channel =
                FileChannel.open(
                    cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.lock()) {
          Path binary = cache.resolve(program);
          if (lock.isValid() && !Files.isExecutable(binary)) {
            compile(program, goPackage, binary);
          }
          return binary;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * The sources of a module that this one pins, downloaded where they are not on this machine.
   *
   * @throws IllegalStateException with one line, where Go is missing or cannot get them
   */
  Path sources(String dependency) {
    String go = goCommand().orElseThrow(() -> new IllegalStateException(missingGo(dependency)));
    Finished.of(List.of(go, "mod", "download", dependency), directory(), Map.of()).orFail();
    List<String> ask = List.of(go, "list", "-m", "-f", "{{.Dir}}", dependency);
    return Path.of(Finished.of(ask, directory(), Map.of()).orFail().strip());
  }

  private void compile(String program, String goPackage, Path binary) throws IOException {
    String go = goCommand().orElseThrow(() -> new IllegalStateException(missingGo(program)));
    Path unfinished = binary.resolveSibling(program + ".unfinished");
    ProcessBuilder builder =
        new ProcessBuilder(
                go,
                "build",
                "-v",
                "-mod=readonly",
                "-trimpath",
                "-tags=remove_all_sd" + tags(),
                "-ldflags=" + linkerFlags(),
                "-o",
                unfinished.toString(),
                goPackage)
            .directory(directory().toFile())
            .redirectErrorStream(true);
    builder.environment().put("CGO_ENABLED", "0");
    System.out.printf(
        "tests: building %s once from its Go module, kept in %s%n", program, binary.getParent());
    long start = System.nanoTime();
    Process process = builder.start();
    Deque<String> lastLines = new ArrayDeque<>();
    int packages = 0;
    long lastLine = start;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        packages++;
        lastLines.addLast(line);
        if (lastLines.size() > 8) {
          lastLines.removeFirst();
        }
        if (System.nanoTime() - lastLine > BETWEEN_PROGRESS_LINES.toNanos()) {
          lastLine = System.nanoTime();
          System.out.printf(
              "tests: building %s: %d s, %d packages compiled%n",
              program, (lastLine - start) / 1_000_000_000, packages);
        }
      }
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            "go build %s failed: %s".formatted(goPackage, String.join(" | ", lastLines)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the build of " + program + " was interrupted", e);
    } finally {
      process.destroy();
    }
    Files.move(unfinished, binary, StandardCopyOption.ATOMIC_MOVE);
    System.out.printf(
        "tests: built %s in %d s%n", program, (System.nanoTime() - start) / 1_000_000_000);
  }

  private static String missingGo(String program) {
    return "%s is not on this machine and Go is not either: install %s or Go 1.21 or newer"
        .formatted(program, program);
  }

  private static Optional<String> goCommand() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/local/go/bin"))
        .filter(directory -> !directory.isBlank())
        .map(directory -> Path.of(directory).resolve("go"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  /** Whether Go is there to build with. */
  static boolean goIsInstalled() {
    return goCommand().isPresent();
  }

  /** Build tags of its own: without `slicelabels` Thanos is built, and ends at the first query. */
  private String tags() {
    return Files.exists(directory().resolve("tags")) ? "," + text("tags").strip() : "";
  }

  private String linkerFlags() {
    Matcher version = KUBERNETES_VERSION.matcher(text("go.mod"));
    return version.find()
        ? "-s -w -X k8s.io/component-base/version.gitVersion=%s".formatted(version.group(1))
            + " -X k8s.io/component-base/version.gitMajor=%s".formatted(version.group(2))
            + " -X k8s.io/component-base/version.gitMinor=%s".formatted(version.group(3))
        : "-s -w";
  }

  private Path cache() {
    String given = Optional.ofNullable(System.getenv("BREAKEVEN_TEST_CACHE")).orElse("");
    Path root =
        given.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache", "breakeven")
            : Path.of(given);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String file : List.of("go.mod", "go.sum")) {
        digest.update(text(file).getBytes(StandardCharsets.UTF_8));
      }
      return root.resolve(name + "-" + HexFormat.of().formatHex(digest.digest(), 0, 6));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String text(String file) {
    try {
      return Files.readString(directory().resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path directory() {
    return Repository.top().resolve("operator/src/test/go").resolve(name);
  }
}
