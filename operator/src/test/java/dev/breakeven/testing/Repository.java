package dev.breakeven.testing;

import java.nio.file.Files;
import java.nio.file.Path;

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
}
