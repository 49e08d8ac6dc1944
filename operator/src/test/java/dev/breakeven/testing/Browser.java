package dev.breakeven.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Chromium-like browser on this machine: {@code @ExtendWith(Browser.class)}. Neither Maven nor Go
 * can fetch one, so where it is missing the class is left out, and the run says so at its end.
 * {@code BREAKEVEN_TEST_BROWSER} names another one.
 */
public final class Browser implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return found().isPresent()
        ? ConditionEvaluationResult.enabled("there is a browser")
        : ConditionEvaluationResult.disabled("no Chromium on this machine: install chromium");
  }

  /**
   * Its binary.
   *
   * @throws IllegalStateException where there is none
   */
  public static Path path() {
    return found().orElseThrow(() -> new IllegalStateException("no Chromium on this machine"));
  }

  private static Optional<Path> found() {
    Stream<String> given =
        Stream.ofNullable(System.getenv("BREAKEVEN_TEST_BROWSER")).filter(name -> !name.isBlank());
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    Stream<String> onPath =
        Stream.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
            .flatMap(
                name ->
                    Stream.of(path.split(File.pathSeparator))
                        .filter(directory -> !directory.isBlank())
                        .map(directory -> directory + File.separator + name));
    return Stream.concat(given, onPath).map(Path::of).filter(Files::isExecutable).findFirst();
  }
}
