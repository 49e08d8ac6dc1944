package dev.breakeven.cli;

import dev.breakeven.cli.console.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code breakeven completion SHELL}: a script that completes commands and options. */
@Command(
    name = "completion",
    description = "Prints a script that lets a shell complete commands and options.",
    footer = {
      "",
      "For the shell that runs:",
      "  bash, zsh: source <(breakeven completion bash)",
      "  fish:      breakeven completion fish | source",
    })
final class CompletionCommand implements Callable<Integer> {

  /** A shell; zsh takes the script of bash, which turns on what it needs there. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  Shell shell = Shell.bash;

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    // Anew: the program that runs has its texts prepared for pages of help.
    CommandLine program = Breakeven.plainCommandLine();
    PrintWriter out = command.commandLine().getOut();
    out.print(shell == Shell.fish ? fish(program) : AutoComplete.bash("breakeven", program));
    out.flush();
    return ExitCode.ANSWERED;
  }

  private static String fish(CommandLine program) {
    List<String> lines = new ArrayList<>();
    lines.add("complete -c breakeven -e");
    for (CommandLine inner : program.getSubcommands().values()) {
      String name = inner.getCommandName();
      lines.add(
          "complete -c breakeven -n __fish_use_subcommand -f -a %s -d %s"
              .formatted(
                  name, quoted(firstOf(inner.getCommandSpec().usageMessage().description()))));
      options(lines, inner, "__fish_seen_subcommand_from " + name);
      for (CommandLine innermost : inner.getSubcommands().values()) {
        lines.add(
            "complete -c breakeven -n '__fish_seen_subcommand_from %s' -f -a %s -d %s"
                .formatted(
                    name,
                    innermost.getCommandName(),
                    quoted(firstOf(innermost.getCommandSpec().usageMessage().description()))));
        options(lines, innermost, "__fish_seen_subcommand_from " + innermost.getCommandName());
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static void options(List<String> lines, CommandLine command, String where) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      StringBuilder line = new StringBuilder("complete -c breakeven -n '" + where + "'");
      for (String name : option.names()) {
        line.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^--?", ""));
      }
      if (option.arity().max() > 0) {
        line.append(" -r");
      }
      lines.add(line + " -d " + quoted(firstOf(option.description())));
    }
  }

  private static String firstOf(String[] description) {
    return description.length == 0 ? "" : description[0].replaceFirst("(?s)[.;:] .*", "");
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
