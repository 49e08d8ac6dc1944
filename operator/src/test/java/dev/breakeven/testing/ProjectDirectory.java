package dev.breakeven.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the files of this checkout are, whichever directory the tests run in. */
public final class ProjectDirectory {

  private ProjectDirectory() {}

  /** The checkout's top level: {@code crds}, {@code helm}, {@code examples}. */
  public static Path top() {
    Path directory = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    while (directory != null && !Files.isDirectory(directory.resolve("operator/src/main/java"))) {
      directory = directory.getParent();
    }
    if (directory == null) {
      throw new IllegalStateException("not inside a checkout of this project");
    }
    return directory;
  }

  /** The Maven module. */
  public static Path operator() {
    return top().resolve("operator");
  }

  /**
   * A new directory under {@code operator/target}, so that whatever a killed build leaves behind
   * goes with the next {@code mvn clean}.
   */
  public static Path scratch(String name) {
    try {
      Path parent = Files.createDirectories(operator().resolve("target/it"));
      return Files.createTempDirectory(parent, name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
