package dev.breakeven.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.cli.console.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class BreakevenTest {

  @Test
  void anUnknownCommandIsOneLineAndTheCodeOfBadInput() {
    Ran ran = ran(() -> 0, "advize");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).hasLineCount(1).contains("advize").doesNotContain("Exception");
  }

  @Test
  void aMisspelledOptionIsNamedBeforeTheOneThatIsMissingForIt() {
    assertThat(ran(() -> 0, "advise", "--polcy", "policy.yaml").err())
        .hasLineCount(1)
        .contains("'--polcy'")
        .contains("did you mean --policy");
  }

  @Test
  void aMisspelledCommandIsNamedAsACommand() {
    assertThat(ran(() -> 0, "advize").err())
        .startsWith("breakeven: there is no command or argument 'advize' (did you mean advise");
  }

  @Test
  void theNameAlonePrintsThePageWithItsCommands() {
    Ran ran = ran(() -> 0);

    assertThat(ran.code()).isZero();
    assertThat(ran.out()).startsWith("Usage: breakeven").contains("advise").contains("probe");
  }

  @Test
  void helpOfACommandIsThePageOfThatCommand() {
    assertThat(ran(() -> 0, "help", "advise").out()).startsWith("Usage: breakeven advise");
    assertThat(ran(() -> 0, "help", "prices", "diff").out())
        .startsWith("Usage: breakeven prices diff");
    assertThat(ran(() -> 0, "help", "advize").err()).contains("there is no command advize");
  }

  @Test
  void aPageOfHelpIsAsWideAsColumnsSays() {
    assertThat(page("60").lines()).allMatch(line -> line.length() <= 60);
    assertThat(page("100").lines()).anyMatch(line -> line.length() > 60);
  }

  @Test
  void noLineOfHelpEndsWithinAnAddress() {
    assertThat(page("60")).contains("default=http://127.0.0.1:9090");
    assertThat(page("70")).contains("default=http://127.0.0.1:9090");
    assertThat(page("80")).contains("default=http://127.0.0.1:9090");
  }

  private static String page(String columns) {
    StringWriter out = new StringWriter();
    Breakeven.commandLine(columns).setOut(new PrintWriter(out, true)).execute("operator", "--help");
    return out.toString();
  }

  @Test
  void anOperatorWithoutASourceIsRefusedAtOnce() {
    Ran ran = ran(() -> 0, "operator");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).hasLineCount(1).contains("no Prometheus source").contains("--source");
  }

  @Test
  void anOptionThatIsNoNumberIsRefusedWithoutTheNameOfAClass() {
    Ran ran = ran(() -> 0, "prices", "import", "--max-per-million", "dear", "prices.csv");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("'dear' is no number").doesNotContain("java.");
  }

  @Test
  void anUnknownOptionIsOneLineThatNamesIt() {
    Ran ran = ran(() -> 0, "probe", "--colour=red");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).hasLineCount(1).contains("--colour").contains("did you mean --color");
  }

  @Test
  void whatACommandFindsWrongIsItsOwnLineAndNothingElse() {
    Ran ran =
        ran(
            () -> {
              throw new IllegalArgumentException("policy.yaml:3: no such model");
            },
            "probe");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).isEqualToIgnoringNewLines("breakeven: policy.yaml:3: no such model");
  }

  @Test
  void aMessageOfSeveralLinesIsFoldedIntoOne() {
    Ran ran =
        ran(
            () -> {
              throw new IllegalArgumentException("first\n   second\n");
            },
            "probe");

    assertThat(ran.err()).isEqualToIgnoringNewLines("breakeven: first; second");
  }

  @Test
  void anUnexpectedFailureIsOneLineTooAndNotTheInputsFault() {
    Ran ran =
        ran(
            () -> {
              throw new UncheckedIOException(new IOException("disk full"));
            },
            "probe");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).hasLineCount(1).contains("disk full").contains("BREAKEVEN_DEBUG");
  }

  @Test
  void theCodeOfACommandIsTheCodeOfTheProgram() {
    assertThat(ran(() -> ExitCode.INCONCLUSIVE, "probe").code()).isEqualTo(3);
  }

  @Test
  void helpGoesToStandardOutputAndTellsTheExitCodes() {
    Ran ran = ran(() -> 0, "--help");

    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("Exit codes:").contains("inconclusive");
    assertThat(ran.err()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandTellsItsOptionsAndExitCodesWhereItsErrorsSendOneTo(String command) {
    StringWriter out = new StringWriter();
    int code =
        Breakeven.commandLine().setOut(new PrintWriter(out, true)).execute(command, "--help");

    assertThat(code).isZero();
    assertThat(out.toString())
        .startsWith("Usage: breakeven " + command)
        .containsOnlyOnce("Exit codes:");
  }

  static Set<String> commands() {
    return Breakeven.commandLine().getSubcommands().keySet();
  }

  @Test
  void aKubeconfigOfBrokenYamlIsNamed(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("config"), "a: [");

    Ran ran = ran(() -> 0, "operator", "--kubeconfig", file.toString(), "--source", "a=http://b");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).isEqualToIgnoringNewLines("breakeven: " + file + ": not a kubeconfig");
  }

  @Test
  void aFileThatIsNoKubeconfigIsNamed(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("config"), "vm\n");

    Ran ran = ran(() -> 0, "operator", "--kubeconfig", file.toString(), "--source", "a=http://b");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).isEqualToIgnoringNewLines("breakeven: " + file + ": not a kubeconfig");
  }

  @Test
  void theVersionIsOneLine() {
    assertThat(ran(() -> 0, "--version").out()).hasLineCount(1).startsWith("breakeven ");
  }

  private record Ran(int code, String out, String err) {}

  private static Ran ran(Supplier<Integer> answer, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine program =
        Breakeven.commandLine()
            .addSubcommand(new Probe(answer))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    // A subcommand added late has none of the handlers of those that were there.
    program
        .setParameterExceptionHandler(program.getParameterExceptionHandler())
        .setExecutionExceptionHandler(program.getExecutionExceptionHandler());
    int code = program.execute(arguments);
    return new Ran(code, out.toString(), err.toString());
  }

  @Command(name = "probe")
  private static final class Probe implements Callable<Integer> {
    private final Supplier<Integer> answer;

    @Option(names = "--color")
    private String color = "";

    Probe(Supplier<Integer> answer) {
      this.answer = answer;
    }

    @Override
    public Integer call() {
      return color.isEmpty() ? answer.get() : ExitCode.ANSWERED;
    }
  }
}
