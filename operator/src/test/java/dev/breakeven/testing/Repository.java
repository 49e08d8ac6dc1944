package dev.breakeven.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The checkout that the tests run in. */
public final class Repository {

  private Repository() {}

  /** Its top: the nearest directory above the working directory that holds {@code operator/}. */
  public static Path top() {
    Path here = Path.of("").toAbsolutePath();
    for (Path dir = here; dir != null; dir = dir.getParent()) {
      if (Files.isRegularFile(dir.resolve("operator/pom.xml"))) {
        return dir;
      }
    }
    throw new IllegalStateException("no operator/pom.xml above " + here);
  }

  /**
   * A new directory under {@code operator/target}, so that whatever a killed build leaves behind
   * goes with the next {@code mvn clean}.
   */
  public static Path scratch(String name) {
    try {
      Path parent = Files.createDirectories(top().resolve("operator/target/it"));
      return Files.createTempDirectory(parent, name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a directory with all that is in it, as far as it is there. */
  public static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
