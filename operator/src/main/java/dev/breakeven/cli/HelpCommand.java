package dev.breakeven.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code breakeven help COMMAND}: the page of a command, or the program's own. */
@Command(name = "help", helpCommand = true, description = "Prints the page of a command.")
final class HelpCommand implements Runnable {

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "A command, such as advise or prices import.")
  List<String> path = List.of();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    CommandLine page = spec.root().commandLine();
    for (String name : path) {
      CommandLine inner = page.getSubcommands().get(name);
      if (inner == null) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no command "
                + String.join(" ", path)
                + "; there are "
                + String.join(", ", page.getSubcommands().keySet()));
      }
      page = inner;
    }
    page.usage(spec.commandLine().getOut());
    spec.commandLine().getOut().flush();
  }
}
