package dev.breakeven.figures;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The runs; see README.md beside this. */
@Command(
    name = "figures",
    mixinStandardHelpOptions = true,
    description = "Measures the operator as a process.",
    subcommands = {
      Drift.class,
      HostileSource.class,
      OneHour.class,
      Scale.class,
      SignIn.class,
      Soak.class,
      Stores.class
    })
final class Figures {

  private Figures() {}

  /** Runs one. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Figures()).execute(arguments));
  }
}
