package dev.breakeven.cli;

import dev.breakeven.testing.Finished;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs the command line in this JVM. */
public final class ProgramRun {

  private ProgramRun() {}

  /** Runs a command to its end. */
  public static Finished of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Breakeven.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Finished(code, out.toString(), err.toString());
  }
}
