package dev.breakeven.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of this class path in a JVM of its own. */
public final class BreakevenJvm {

  private BreakevenJvm() {}

  /**
   * The command that runs it.
   *
   * @param jvmOptions such as {@code -Xmx256m}
   * @param arguments the command of Breakeven and its options
   */
  public static List<String> command(List<String> jvmOptions, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("dev.breakeven.cli.Breakeven");
    command.addAll(List.of(arguments));
    return command;
  }
}
