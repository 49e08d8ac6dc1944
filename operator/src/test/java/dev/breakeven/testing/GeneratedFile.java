package dev.breakeven.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A committed file that the code writes: a CRD, a reference page. A test says what it must hold;
 * where it holds something else the test fails with one line that names the command which writes
 * all such files. Tag the test class {@link #TAG}, by which that command finds it.
 *
 * <pre>{@code
 * @Tag(GeneratedFile.TAG)
 * class MetricsPageTest {
 *   @Test
 *   void theCommittedPageIsWhatTheCodeSays() {
 *     GeneratedFile.at("operator/METRICS.md").mustHold(page());
 *   }
 * }
 * }</pre>
 */
public final class GeneratedFile {

  /** Tag of every test that holds generated files. */
  public static final String TAG = "generated";

  /** Writes every generated file. */
  public static final String COMMAND = "mvn -B -q test -Dgroups=generated -Dbreakeven.write=true";

  private final Path root;
  private final String path;
  private final String command;

  private GeneratedFile(Path root, String path, String command) {
    this.root = root;
    this.path = path;
    this.command = command;
  }

  /** The file at a path from the top of the repository. */
  public static GeneratedFile at(String path) {
    return new GeneratedFile(Repository.top(), path, COMMAND);
  }

  static GeneratedFile at(Path root, String path) {
    return new GeneratedFile(root, path, COMMAND);
  }

  /** The same file where another command writes it: one of an integration test, say. */
  public GeneratedFile writtenBy(String writingCommand) {
    return new GeneratedFile(root, path, writingCommand);
  }

  /**
   * Holds the file to this text, or writes it where the system property {@code breakeven.write} is
   * true.
   *
   * @throws AssertionError with one line if the committed file differs or is not there
   */
  public void mustHold(String text) {
    mustHold(text, Boolean.getBoolean("breakeven.write"));
  }

  void mustHold(String text, boolean write) {
    Path file = root.resolve(path);
    try {
      String committed = Files.exists(file) ? Files.readString(file) : "";
      if (committed.equals(text)) {
        return;
      }
      if (!write) {
        throw new AssertionError(
            "%s is not what the code generates (first difference in line %d). Write it anew: %s"
                .formatted(path, firstDifference(committed, text), command));
      }
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int firstDifference(String committed, String generated) {
    List<String> before = committed.lines().toList();
    List<String> after = generated.lines().toList();
    int line = 0;
    while (line < before.size()
        && line < after.size()
        && before.get(line).equals(after.get(line))) {
      line++;
    }
    return line + 1;
  }
}
