package dev.breakeven.cli;

import dev.breakeven.api.manifest.InvalidManifestsException;
import dev.breakeven.traffic.TimeSpan;
import java.io.PrintWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
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
    versionProvider = Breakeven.Version.class,
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

  /** The command answered. */
  static final int ANSWERED = 0;

  /** Something failed that is not the input's fault. */
  static final int FAILED = 1;

  /** The input is wrong; one line on standard error says how. */
  static final int BAD_INPUT = 2;

  /** The command answered that it cannot tell. */
  static final int INCONCLUSIVE = 3;

  /** Set to anything, it adds the stack trace to the line of an unexpected failure. */
  private static final String DEBUG = "BREAKEVEN_DEBUG";

  @Spec private CommandSpec spec = CommandSpec.create();

  private Breakeven() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The program, for {@link #main} and for tests, which give it streams of their own. */
  static CommandLine commandLine() {
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
    printPage(spec);
  }

  /** Prints a command's page of help. */
  static void printPage(CommandSpec command) {
    command.commandLine().usage(command.commandLine().getOut());
    command.commandLine().getOut().flush();
  }

  /**
   * The duration an option gives.
   *
   * @throws IllegalArgumentException with the option's name if it is none
   */
  static Duration duration(String option, String text) {
    try {
      return TimeSpan.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }

  private static int refuse(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String hint = "see " + command.getCommandSpec().qualifiedName() + " --help";
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      hint = "did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?";
    }
    return say(command, refusal(oneLine(e.getMessage())) + " (" + hint + ")", BAD_INPUT);
  }

  /** picocli's sentence without what is for programmers. */
  private static String refusal(String message) {
    return message
        .replaceFirst("^Error: ", "")
        .replaceFirst("option option", "option")
        .replaceFirst(
            "cannot convert ('.*') to (BigDecimal|int|Integer|long|double)", "$1 is no number")
        .replaceFirst("\\s*\\((?:[a-z]\\w*\\.)+[A-Z]\\w*(?::.*)?\\)$", "");
  }

  private static int explain(Exception e, CommandLine command) {
    if (e instanceof InvalidManifestsException invalid) {
      invalid.problems().forEach(problem -> say(command, problem, BAD_INPUT));
      return BAD_INPUT;
    }
    if (e instanceof IllegalArgumentException) {
      return say(command, oneLine(e.getMessage()), BAD_INPUT);
    }
    if (System.getenv(DEBUG) != null) {
      e.printStackTrace(command.getErr());
    }
    return say(command, Failure.sentence(e) + " (" + DEBUG + "=1 shows where)", FAILED);
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

  /** The version in the jar's manifest. */
  static String version() {
    String version = Breakeven.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  /** {@link #version} as picocli shows it. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"breakeven " + version()};
    }
  }
}
