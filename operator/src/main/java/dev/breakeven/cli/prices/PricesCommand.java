package dev.breakeven.cli.prices;

import dev.breakeven.cli.console.HelpPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code breakeven prices}: rate cards that keep up with what is charged. */
@Command(
    name = "prices",
    description = "Makes rate cards from published price lists, and compares rate cards.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {PricesImportCommand.class, PricesDiffCommand.class})
public final class PricesCommand implements Runnable {

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public void run() {
    HelpPage.print(command);
  }
}
