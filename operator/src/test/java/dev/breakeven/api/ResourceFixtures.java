package dev.breakeven.api;

import dev.breakeven.testing.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Folders of resources that must be accepted and that must be refused, by an API server and when
 * read from a file alike. A refused one says in its first line what it is refused for: {@code #
 * FIELD: words of the message}.
 */
public final class ResourceFixtures {

  private static final String FOLDER = "operator/src/test/resources/crds/";

  private ResourceFixtures() {}

  /** What must be accepted: the folder of that name, and every example. */
  public static List<Path> accepted() {
    return Stream.concat(yamlIn(FOLDER + "accepted").stream(), yamlIn("examples").stream())
        .toList();
  }

  /** What must be refused. */
  public static List<Refused> refused() {
    return yamlIn(FOLDER + "refused").stream().map(Refused::of).toList();
  }

  /** The YAML files of a folder, from the top of the repository. */
  static List<Path> yamlIn(String folder) {
    try (Stream<Path> files = Files.list(Repository.top().resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A resource that must be refused.
   *
   * @param field what is wrong, say {@code spec.workloads[1].name}
   * @param words part of what is said about it
   */
  public record Refused(Path file, String field, String words) {

    static Refused of(Path file) {
      try (Stream<String> lines = Files.lines(file)) {
        String[] expected = lines.findFirst().orElse("").replaceFirst("^# ", "").split(": ", 2);
        if (expected.length != 2) {
          throw new IllegalStateException(file + " does not start with: # FIELD: words");
        }
        return new Refused(file, expected[0], expected[1]);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String toString() {
      return String.valueOf(file.getFileName());
    }
  }
}
