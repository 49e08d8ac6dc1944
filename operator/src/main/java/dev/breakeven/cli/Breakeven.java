package dev.breakeven.cli;

import dev.breakeven.api.manifest.InvalidManifestsException;
import dev.breakeven.cli.advise.AdviseCommand;
import dev.breakeven.cli.advise.ExplainCommand;
import dev.breakeven.cli.advise.WhatIfCommand;
import dev.breakeven.cli.backtest.BacktestCommand;
import dev.breakeven.cli.capacity.CapacityCommand;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.console.Failure;
import dev.breakeven.cli.console.HelpPage;
import dev.breakeven.cli.console.ProgramVersion;
import dev.breakeven.cli.console.StandardOutput;
import dev.breakeven.cli.demo.DemoCommand;
import dev.breakeven.cli.discover.DiscoverCommand;
import dev.breakeven.cli.discover.DoctorCommand;
import dev.breakeven.cli.operator.OperatorCommand;
import dev.breakeven.cli.operator.ReadyCommand;
import dev.breakeven.cli.prices.PricesCommand;
import dev.breakeven.cli.report.ReportCommand;
import dev.breakeven.cli.traffic.TrafficCommand;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program. A command answers with its exit code, or throws {@link IllegalArgumentException} (or
 * picocli's {@link ParameterException}) with one line that says what is wrong with its input.
 */
@Command(
    name = "breakeven",
    description =
        "Whether LLM tokens belong on your GPUs or on an API, live and in money. It only advises.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AdviseCommand.class,
      BacktestCommand.class,
      CapacityCommand.class,
      CompletionCommand.class,
      DemoCommand.class,
      DiscoverCommand.class,
      DoctorCommand.class,
      ExplainCommand.class,
      HelpCommand.class,
      OperatorCommand.class,
      PricesCommand.class,
      ReadyCommand.class,
      ReportCommand.class,
      TrafficCommand.class,
      WhatIfCommand.class
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      " 0:answered",
      " 1:something failed that is not the input's fault",
      " 2:bad input, standard error says what is wrong",
      " 3:answered, but inconclusive"
    })
public final class Breakeven implements Runnable {

  /** Set to anything, it adds the stack trace to the line of an unexpected failure. */
  private static final String DEBUG = "BREAKEVEN_DEBUG";

  @Spec private CommandSpec spec = CommandSpec.create();

  private Breakeven() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    StandardOutput out = StandardOutput.install();
    CommandLine program = StandardOutput.writtenBy(commandLine());
    int code = program.execute(arguments);
    program.getOut().flush();
    System.exit(
        out.lost()
            .map(why -> say(program, "standard output cannot be written: " + why, ExitCode.FAILED))
            .orElse(code));
  }

  /** The program, for {@link #main} and for tests, which give it streams of their own. */
  public static CommandLine commandLine() {
    return commandLine(System.getenv("COLUMNS"));
  }

  /**
   * The program with pages of help of that width.
   *
   * @param columns as {@code COLUMNS} has it; null is the terminal's
   */
  static CommandLine commandLine(@Nullable String columns) {
    CommandLine program = plainCommandLine();
    HelpPage.layOut(program, columns);
    return program
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, arguments) -> refuse(e))
        .setExecutionExceptionHandler((e, command, result) -> explain(e, command));
  }

  /** The program without anything that changes its texts. */
  static CommandLine plainCommandLine() {
    return new CommandLine(new Breakeven());
  }

  /** Who types the name alone wants to see what there is. */
  @Override
  public void run() {
    HelpPage.print(spec);
  }

  private static int refuse(ParameterException e) {
    CommandLine command = e.getCommandLine();
    List<String> unknown = command.getUnmatchedArguments();
    if (e instanceof MissingParameterException && !unknown.isEmpty()) {
      // What is missing may be what is misspelled.
      return refuse(new UnmatchedArgumentException(command, unknown));
    }
    String hint = "see " + command.getCommandSpec().qualifiedName() + " --help";
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      hint = "did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?";
    }
    return say(command, refusal(oneLine(e.getMessage())) + " (" + hint + ")", ExitCode.BAD_INPUT);
  }

  /** picocli's sentence without what is for programmers. */
  private static String refusal(String message) {
    return message
        .replaceFirst("^Error: ", "")
        .replaceFirst("option option", "option")
        .replaceFirst("^Unmatched arguments? at index \\d+: ", "there is no command or argument ")
        .replaceFirst(
            "^Missing required argument \\(specify one of these\\): \\((--.*)\\)$",
            "one of these is needed: $1")
        .replaceFirst(
            "cannot convert ('.*') to (BigDecimal|int|Integer|long|double)", "$1 is no number")
        .replaceFirst("\\s*\\((?:[a-z]\\w*\\.)+[A-Z]\\w*(?::.*)?\\)$", "");
  }

  private static int explain(Exception e, CommandLine command) {
    if (e instanceof InvalidManifestsException invalid) {
      invalid.problems().forEach(problem -> say(command, problem, ExitCode.BAD_INPUT));
      return ExitCode.BAD_INPUT;
    }
    if (e instanceof IllegalArgumentException) {
      return say(command, oneLine(e.getMessage()), ExitCode.BAD_INPUT);
    }
    if (System.getenv(DEBUG) != null) {
      e.printStackTrace(command.getErr());
    }
    return say(command, Failure.sentence(e) + " (" + DEBUG + "=1 shows where)", ExitCode.FAILED);
  }

  /** Says one line on standard error; returns the code. */
  static int say(CommandLine command, String line, int code) {
    PrintWriter err = command.getErr();
    err.println("breakeven: " + line);
    err.flush();
    return code;
  }

  private static String oneLine(@Nullable String message) {
    return message == null ? "no reason given" : message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
