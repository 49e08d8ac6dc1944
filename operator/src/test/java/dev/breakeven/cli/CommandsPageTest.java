package dev.breakeven.cli;

import dev.breakeven.testing.GeneratedFile;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The page of all commands is what the commands say of themselves. */
@Tag(GeneratedFile.TAG)
class CommandsPageTest {

  private static final String WIDTH = "100";

  private static final String HEAD =
      """
      # Commands

      Each command prints its own page with `breakeven COMMAND --help`, or `man breakeven-COMMAND` where the archive of a
      release is installed. `breakeven completion SHELL` prints completions for bash, zsh and fish. As a kubectl plugin the
      program is called `kubectl breakeven`.

      This page is generated; CONTRIBUTING says how.
      """;

  @Test
  void theCommittedPageIsWhatTheCommandsSay() {
    StringBuilder page = new StringBuilder(HEAD);
    CommandLine program = Breakeven.commandLine(WIDTH);
    section(page, "breakeven", program);
    commands(page, "breakeven", program);
    GeneratedFile.at("operator/docs/commands.md").mustHold(page.toString());
  }

  private static void commands(StringBuilder page, String name, CommandLine program) {
    for (Map.Entry<String, CommandLine> command : program.getSubcommands().entrySet()) {
      String whole = name + " " + command.getKey();
      section(page, whole, command.getValue());
      commands(page, whole, command.getValue());
    }
  }

  private static void section(StringBuilder page, String name, CommandLine command) {
    page.append("\n## ")
        .append(name)
        .append("\n\n```text\n")
        .append(
            command
                .getUsageMessage(CommandLine.Help.Ansi.OFF)
                .replaceAll("[ \t]+\\n", "\n")
                .stripTrailing())
        .append("\n```\n");
  }
}
