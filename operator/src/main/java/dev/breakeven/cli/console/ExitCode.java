package dev.breakeven.cli.console;

/** The exit codes of all commands. */
public final class ExitCode {

  /** The command answered. */
  public static final int ANSWERED = 0;

  /** Something failed that is not the input's fault. */
  public static final int FAILED = 1;

  /** The input is wrong; one line on standard error says how. */
  public static final int BAD_INPUT = 2;

  /** The command answered that it cannot tell. */
  public static final int INCONCLUSIVE = 3;

  private ExitCode() {}
}
