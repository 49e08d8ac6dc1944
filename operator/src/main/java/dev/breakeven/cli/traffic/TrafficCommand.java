package dev.breakeven.cli.traffic;

import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.console.Failure;
import dev.breakeven.cli.input.InputFile;
import dev.breakeven.cli.input.RequestLogFiles;
import dev.breakeven.requestlog.RequestTraffic;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code breakeven traffic}: the traffic file that advise and backtest read, from logs. */
@Command(
    name = "traffic",
    description = {
      "Makes a traffic file, as advise and backtest read it, from request logs and usage exports:"
          + " LiteLLM's spend logs, the usage exports of OpenAI and Anthropic, and any CSV or JSON"
          + " lines with a time, input tokens and output tokens.",
      "Columns are found by their usual names, or named by options. Each model is a workload."
          + " Steps without a request are zeros. Standard error says what was found."
    })
public final class TrafficCommand implements Callable<Integer> {

  private static final int MOST_REPLICAS = 1_000_000;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Logs; - is standard input, and .gz is unpacked.")
  List<Path> files = List.of();

  @Mixin RequestLogOptions log = new RequestLogOptions();

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description = "Adds a column with this number of replicas for every step.")
  @Nullable Integer replicas;

  @Option(
      names = {"-o", "--out"},
      defaultValue = "-",
      paramLabel = "TRAFFIC.csv",
      description = "Where to write it (default: standard output).")
  Path out = Path.of("-");

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    OptionalInt ran = replicas == null ? OptionalInt.empty() : OptionalInt.of(replicas);
    if (ran.isPresent() && (ran.getAsInt() < 0 || ran.getAsInt() > MOST_REPLICAS)) {
      throw new IllegalArgumentException("--replicas: a number from 0 to 1e6, not " + replicas);
    }
    RequestTraffic traffic = RequestLogFiles.read(files, log.settings());
    PrintWriter err = command.commandLine().getErr();
    RequestLogFiles.notes(traffic).forEach(err::println);
    if (traffic.grid().steps() == 1) {
      err.println("one step only, from which advise cannot tell its length: give a shorter --step");
    }
    err.flush();
    if (new InputFile(out).isStandardInput()) {
      traffic.writeCsv(command.commandLine().getOut(), ran);
      command.commandLine().getOut().flush();
    } else {
      try (Writer file = Files.newBufferedWriter(out)) {
        traffic.writeCsv(file, ran);
      } catch (IOException e) {
        throw new IllegalArgumentException(Failure.notWritten(out, e), e);
      } catch (UncheckedIOException e) {
        throw new IllegalArgumentException(
            Failure.notWritten(out, Objects.requireNonNull(e.getCause())), e);
      }
    }
    return ExitCode.ANSWERED;
  }
}
