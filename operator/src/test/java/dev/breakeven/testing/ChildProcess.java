package dev.breakeven.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server that runs beside the tests and ends with them, however they end.
 *
 * <p>It runs under a small shell that holds the reading end of a pipe from this JVM. When the JVM
 * closes the pipe, or dies of whatever cause, the shell ends the server: first asked to, two
 * seconds later by force. A shutdown hook would not outlive {@code kill -9}.
 */
public final class ChildProcess implements AutoCloseable {

  private static final String GUARD =
      """
      exec 3<&0
      "$@" </dev/null 3<&- & child=$!
      { read -r _ <&3; kill -TERM $child; sleep 2; kill -KILL $child; } >/dev/null 2>&1 & guard=$!
      exec 3<&-
      wait $child; code=$?
      kill $guard 2>/dev/null
      exit $code
      """;

  private final String name;
  private final Process shell;
  private final Path log;

  private ChildProcess(String name, Process shell, Path log) {
    this.name = name;
    this.shell = shell;
    this.log = log;
  }

  /**
   * Starts a server.
   *
   * @param name what messages call it
   * @param log gets its output, appended
   * @param environment variables set for it beside those of this JVM
   */
  public static ChildProcess start(
      String name, Path log, Map<String, String> environment, List<String> command) {
    List<String> guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, name));
    guarded.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(guarded)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      return new ChildProcess(name, builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be started", e);
    }
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return shell.isAlive();
  }

  /** The process id of the shell that the server runs under. */
  public long pid() {
    return shell.pid();
  }

  /** Its exit code, once it has ended. */
  public int exitCode() {
    return shell.exitValue();
  }

  /** The last lines of its output, for a message. */
  public String lastWords() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    } catch (IOException e) {
      return "(no output)";
    }
  }

  /** Ends it at once, as a crash would. */
  public void kill() {
    shell.descendants().forEach(ProcessHandle::destroyForcibly);
    await(10);
  }

  /**
   * Sends the server itself a signal.
   *
   * @param name as kill takes it: {@code TERM} to ask it to end, {@code STOP} to freeze it, {@code
   *     CONT} to let it go on
   */
  public void signal(String name) {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    server().forEach(child -> command.add(Long.toString(child.pid())));
    Finished.of(command).orFail();
  }

  /** The server itself: the shell's other child is the guard. */
  private Stream<ProcessHandle> server() {
    String sh = shell.info().command().orElse("");
    return shell.children().filter(child -> !child.info().command().orElse("").equals(sh));
  }

  /** CPU that the server has used so far, user and system, of itself alone. */
  public Duration cpu() {
    return server()
        .map(child -> child.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Waits until it has ended by itself, at most so long. */
  public boolean awaitEnd(Duration atMost) {
    try {
      return shell.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(name + " was not waited for", e);
    }
  }

  /** Asks it to end, waits, and ends it by force where it does not. */
  @Override
  public void close() {
    try {
      shell.getOutputStream().close();
    } catch (IOException e) {
      // The shell has gone already, and the server with it.
    }
    await(10);
  }

  private void await(int seconds) {
    try {
      if (!shell.waitFor(seconds, TimeUnit.SECONDS)) {
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(name + " was not waited for", e);
    }
  }
}
