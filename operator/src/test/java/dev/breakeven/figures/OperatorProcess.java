package dev.breakeven.figures;

import dev.breakeven.testing.ChildProcess;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.Loopback;
import dev.breakeven.testing.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code ./breakeven operator}, and what Linux and its own /metrics tell of it. */
final class OperatorProcess implements AutoCloseable {

  private static final double TICKS_A_SECOND = 100; // USER_HZ, the same on every Linux
  private static final int USER_TICKS = 11; // fields of /proc/PID/stat after the command's name
  private static final int SYSTEM_TICKS = 12;

  private final ChildProcess process;
  private final long shell;
  private final String address;
  private final Path log;
  private final long started;
  private OptionalLong java = OptionalLong.empty();

  /** What is started. */
  enum Program {
    /** {@code ./breakeven}. */
    LAUNCHER,
    /** The runtime, the class data and the jars that {@code mvn package -Pimage} laid out. */
    IMAGE
  }

  /**
   * Starts it.
   *
   * @param cycle how often Prometheus is asked, such as 60s
   * @param javaOptions of its JVM
   */
  OperatorProcess(
      Program program,
      Path kubeconfig,
      LivePrometheus prometheus,
      String cycle,
      String javaOptions) {
    this(program, kubeconfig, configuration(prometheus), cycle, javaOptions);
  }

  /**
   * Starts it.
   *
   * @param configuration its file
   */
  OperatorProcess(
      Program program, Path kubeconfig, Path configuration, String cycle, String javaOptions) {
    log = Repository.scratch("operator").resolve("operator.log");
    address = "127.0.0.1:" + Loopback.freePort();
    List<String> command =
        new ArrayList<>(
            program == Program.IMAGE
                ? image(javaOptions)
                : List.of(Repository.top().resolve("breakeven").toString()));
    command.addAll(List.of("operator", "--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of("--config", configuration.toString()));
    command.addAll(List.of("--cycle", cycle, "--listen", address));
    started = System.nanoTime();
    process =
        ChildProcess.start(
            "breakeven operator", log, Map.of("BREAKEVEN_JAVA_OPTS", javaOptions), command);
    shell = process.pid();
  }

  private static Path configuration(LivePrometheus prometheus) {
    try {
      return Files.writeString(
          Repository.scratch("operator").resolve("breakeven.yaml"),
          "sources: {default: {url: \"%s\", caFile: \"%s\"}}\n"
              .formatted(prometheus.url(), prometheus.authority().map(Path::toString).orElse("")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the image's entry point, with paths of this machine. */
  private static List<String> image(String javaOptions) {
    Path image = Repository.top().resolve("operator/target/image");
    try {
      List<String> command = new ArrayList<>();
      // As in the POM.
      command.addAll(List.of("env", "-C", image.resolve("stage").toString(), "MALLOC_ARENA_MAX=1"));
      command.add(image.resolve("jre/jre/bin/java").toString());
      command.add("-XX:SharedArchiveFile=" + image.resolve("app/app/breakeven.jsa"));
      Arrays.stream(javaOptions.split(" ")).filter(o -> !o.isEmpty()).forEach(command::add);
      String classPath = Files.readString(image.resolve("app/app/class-path")).strip();
      // The archive was made with relative ones.
      command.addAll(List.of("-cp", classPath.replace("/app/", "")));
      command.add("dev.breakeven.cli.Breakeven");
      return command;
    } catch (IOException e) {
      throw new UncheckedIOException("mvn -Pimage package has to come first", e);
    }
  }

  /** Seconds since it was started. */
  double secondsSinceStart() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** Ends it at once, as a crash would. */
  void kill() {
    process.kill();
  }

  /** Threads now. */
  int threads() {
    return field("Threads:\\s+(\\d+)");
  }

  /** Open file descriptors now. */
  int descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
      return Math.toIntExact(open.count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines of its output that begin a stack trace's frame. */
  long linesOfTraces() {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.startsWith("\tat ")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where its output is. */
  Path log() {
    return log;
  }

  /** Fails with its last words where it has ended. */
  void mustRun() {
    if (!process.isAlive()) {
      throw new IllegalStateException("the operator has ended: " + process.lastWords());
    }
  }

  boolean isReady() {
    return !Loopback.textAt("http://" + address + "/readyz").isEmpty();
  }

  /** Series of a metric of its own; 0 where it shows none. */
  long series(String name) {
    return metrics().count(name);
  }

  /** The sum of a metric of its own over all its series; 0 where it shows none. */
  double metric(String name) {
    return Scrape.of("http://" + address + "/metrics").sum(name);
  }

  Scrape metrics() {
    return Scrape.of("http://" + address + "/metrics");
  }

  /** CPU it has used so far, user and system. */
  Duration cpu() {
    String stat = proc("stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
    return Duration.ofMillis(Math.round(ticks / TICKS_A_SECOND * 1000));
  }

  /** Resident memory now, MiB. */
  int residentMebibytes() {
    return status("VmRSS");
  }

  /** Resident memory at its highest so far, MiB. */
  int highestResidentMebibytes() {
    return status("VmHWM");
  }

  private int status(String field) {
    return field(field + ":\\s+(\\d+) kB") / 1024;
  }

  private int field(String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(proc("status"));
    if (!found.find()) {
      throw new IllegalStateException("/proc tells no " + pattern);
    }
    return Integer.parseInt(found.group(1));
  }

  /** The launcher becomes the JVM: the same process, once it is called java. */
  private String proc(String file) {
    if (java.isEmpty()) {
      java =
          ProcessHandle.of(shell).stream()
              .flatMap(ProcessHandle::children)
              .filter(p -> p.info().command().orElse("").endsWith("/java"))
              .mapToLong(ProcessHandle::pid)
              .findFirst();
    }
    try {
      return Files.readString(Path.of("/proc", Long.toString(java.orElseThrow()), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    proc("stat");
    return java.orElseThrow();
  }

  @Override
  public void close() {
    process.close();
  }
}
