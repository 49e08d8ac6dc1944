package dev.breakeven.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a command gave that has run to its end.
 *
 * @param exitCode its exit code
 * @param output what it wrote to standard output
 * @param errors what it wrote to standard error
 */
public record Finished(int exitCode, String output, String errors) {

  /** Runs a command and waits for it, with nothing on its standard input. */
  public static Finished of(List<String> command) {
    return of(command, Path.of("").toAbsolutePath(), Map.of());
  }

  /** Runs the command line of this class path in a JVM of its own, and waits for it. */
  public static Finished ofBreakeven(String... arguments) {
    return of(BreakevenJvm.command(List.of(), arguments));
  }

  /**
   * Runs a command and waits for it, with nothing on its standard input.
   *
   * @param directory the directory it runs in
   * @param environment variables set for it beside those of this JVM
   */
  public static Finished of(List<String> command, Path directory, Map<String, String> environment) {
    try {
      Path output = Files.createTempFile("breakeven-test-", ".out");
      Path errors = Files.createTempFile("breakeven-test-", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        return new Finished(code, text(output), text(errors));
      } finally {
        Files.deleteIfExists(output);
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(command.get(0) + " was not waited for", e);
    }
  }

  /**
   * Standard output, where the command succeeded.
   *
   * @throws IllegalStateException with the command's own words, where it did not
   */
  public String orFail() {
    if (exitCode != 0) {
      throw new IllegalStateException("exit code " + exitCode + ": " + errors + output);
    }
    return output;
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
