package dev.breakeven.cli.capacity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.siegmar.fastcsv.writer.CsvWriter;
import dev.breakeven.benchmark.BenchmarkResults;
import dev.breakeven.benchmark.MeasuredRun;
import dev.breakeven.capacity.BenchmarkPoint;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.input.InputFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code breakeven capacity}: benchmark results as a policy's lines; or what steps tell. */
@Command(
    name = "capacity",
    description = {
      "Turns the results of a load test of one replica into the benchmarks of a policy, or prints"
          + " the capacity that the operator would estimate from recorded steps.",
    },
    footer = {
      "",
      "FILE is what one of these writes: vllm bench serve --save-result,"
          + " GuideLLM (benchmarks.json), AIPerf or GenAI-Perf (profile_export_aiperf.json,"
          + " profile_export_genai_perf.json), or inference-perf"
          + " (stage_0_lifecycle_metrics.json). Of runs with the same mean lengths the one with"
          + " the most requests/s counts, so a sweep over rates can be given whole; --max-ttft and"
          + " --max-itl choose the highest rate at which answers are still that fast.",
      "",
      "STEPS.csv has one row for a step of one replica:",
      "  id,req_s,in_tok_s,out_tok_s,running[,waiting][,ttft_ms][,itl_ms][,kv_usage]",
      "CASES.csv has one row for a deployment:",
      "  id,model,gpu_product,gpus,mean_input_tokens,mean_output_tokens",
      "  [,target][,max_num_seqs][,catalogue_req_s]",
      "target slo asks for 50 ms between tokens and 2 s to the first. Printed are requests/s of"
          + " one replica: id,low,best,high.",
    })
public final class CapacityCommand implements Callable<Integer> {

  /** Lengths that lie within that factor of each other are of one shape. */
  private static final double SAME_SHAPE = 1.02;

  /** Runs above this share of failed requests say nothing of what is sustained. */
  private static final double FAILED_AT_MOST = 0.01;

  /** A mean time to the first token above which requests queued; the target slo's. */
  private static final double WAITED_MILLIS = 2000;

  private static final int DIGITS = 5;

  /** How the answer is printed. */
  enum Format {
    yaml,
    json,
    csv
  }

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description = "Results of a load test, JSON; - is standard input, and .gz is unpacked.")
  List<Path> files = List.of();

  @Option(
      names = "--observations",
      paramLabel = "STEPS.csv",
      description = "What one replica did, step by step, for each case.")
  @Nullable Path observations;

  @Option(
      names = "--cases",
      paramLabel = "CASES.csv",
      description = "The deployments that the steps belong to.")
  @Nullable Path cases;

  @Option(
      names = "--max-ttft",
      paramLabel = "MILLIS",
      description = "Leave out runs whose mean time to the first token is above this.")
  double mostToFirst = Double.POSITIVE_INFINITY;

  @Option(
      names = "--max-itl",
      paramLabel = "MILLIS",
      description = "Leave out runs whose mean time between tokens is above this.")
  double mostBetween = Double.POSITIVE_INFINITY;

  @Option(
      names = "--no-catalogue",
      description = "Estimate without the catalogue of published throughput.")
  boolean withoutCatalogue;

  @Option(
      names = "-o",
      paramLabel = "FORMAT",
      description = "yaml (default) or json for FILE; csv (default) or json for --observations.")
  @Nullable Format format;

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    if ((observations == null) != (cases == null)) {
      throw refused("--observations and --cases go together");
    }
    if (files.isEmpty() == (observations == null)) {
      throw refused("give either FILE or --observations with --cases");
    }
    String answer =
        observations != null && cases != null
            ? estimates(observations, cases)
            : benchmarks(measured());
    PrintWriter out = command.commandLine().getOut();
    out.print(answer);
    out.flush();
    return ExitCode.ANSWERED;
  }

  private List<MeasuredRun> measured() {
    InputFile.requireOneStandardInput(files);
    List<MeasuredRun> runs = new ArrayList<>();
    for (Path path : files) {
      InputFile file = new InputFile(path);
      file.readText(text -> runs.addAll(BenchmarkResults.read(file.name(), text)));
    }
    return runs;
  }

  private ParameterException refused(String why) {
    return new ParameterException(command.commandLine(), why);
  }

  private String estimates(Path steps, Path deployments) {
    if (format == Format.yaml) {
      throw refused("-o yaml is for results of a load test");
    }
    List<CapacityCases.Estimated> estimated =
        CapacityCases.estimate(steps, deployments, !withoutCatalogue);
    if (format == Format.json) {
      return json(
          estimated.stream()
              .<Object>map(
                  e -> {
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("id", e.id());
                    row.put("low", rounded(e.low()));
                    row.put("best", rounded(e.best()));
                    row.put("high", rounded(e.high()));
                    return row;
                  })
              .toList());
    }
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().build(text)) {
      csv.writeRecord("id", "low", "best", "high");
      for (CapacityCases.Estimated e : estimated) {
        csv.writeRecord(e.id(), plain(e.low()), plain(e.best()), plain(e.high()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private String benchmarks(List<MeasuredRun> runs) {
    if (withoutCatalogue || format == Format.csv) {
      throw refused("--no-catalogue and -o csv are for --observations");
    }
    requireOneModel(runs);
    List<MeasuredRun> given = fastEnough(sustained(runs));
    List<MeasuredRun> best = bestByShape(given);
    best.forEach(run -> doubt(run, given));
    if (format == Format.json) {
      return json(best.stream().map(CapacityCommand::asJson).toList());
    }
    StringBuilder yaml = new StringBuilder("benchmarks:\n");
    for (MeasuredRun run : best) {
      BenchmarkPoint p = run.point();
      yaml.append("- {inputTokens: ").append(Math.round(p.inputTokens()));
      if (p.cachedInputTokens() > 0) {
        yaml.append(", cachedInputTokens: ").append(Math.round(p.cachedInputTokens()));
      }
      yaml.append(
          String.format(
              Locale.ROOT,
              ", outputTokens: %d, requestsPerSecond: \"%s\"}  # %s%n",
              Math.round(p.outputTokens()),
              plain(p.requestsPerSecond()),
              run.remark()));
    }
    return yaml.toString();
  }

  /** By the last part of their names: a path and a repository may hold the same model. */
  private static void requireOneModel(List<MeasuredRun> runs) {
    List<String> models =
        runs.stream()
            .map(run -> run.model().substring(run.model().lastIndexOf('/') + 1))
            .filter(model -> !model.isEmpty())
            .distinct()
            .toList();
    if (models.size() > 1) {
      throw new IllegalArgumentException(
          "results of several models (" + String.join(", ", models) + "): give those of one model");
    }
  }

  /** Runs in which next to all requests were served; the others are named on standard error. */
  private List<MeasuredRun> sustained(List<MeasuredRun> runs) {
    List<MeasuredRun> sustained = new ArrayList<>();
    PrintWriter err = command.commandLine().getErr();
    for (MeasuredRun run : runs) {
      if (run.failedShare() > FAILED_AT_MOST) {
        err.println(
            String.format(
                Locale.ROOT,
                "breakeven: %s: left out, %.0f %% of its requests failed",
                run.remark(),
                100 * run.failedShare()));
      } else {
        sustained.add(run);
      }
    }
    err.flush();
    if (sustained.isEmpty()) {
      throw new IllegalArgumentException("in every run more than one request in a hundred failed");
    }
    return sustained;
  }

  /** Runs whose answers came as fast as is asked for. */
  private List<MeasuredRun> fastEnough(List<MeasuredRun> runs) {
    List<MeasuredRun> fast =
        runs.stream().filter(run -> run.isWithin(mostToFirst, mostBetween)).toList();
    if (fast.isEmpty()) {
      throw new IllegalArgumentException(
          "no run is within --max-ttft and --max-itl: measure at a lower rate");
    }
    return fast;
  }

  /** Says of a run that counts why it may not be what a replica sustains. */
  private void doubt(MeasuredRun run, List<MeasuredRun> given) {
    String why;
    if (run.servedAllThatWasAsked()) {
      why = "all that was sent was served, so a replica may sustain more: measure at higher rates";
    } else if (run.load().firstTokenMillis() > WAITED_MILLIS) {
      why =
          "requests waited, which users would not accept: leave such runs out with --max-ttft and"
              + " --max-itl";
    } else if (isAtItsMost(run, given)) {
      why =
          "no run had more requests in flight, so a replica may sustain more: measure at higher"
              + " concurrencies";
    } else {
      return;
    }
    PrintWriter err = command.commandLine().getErr();
    err.println("breakeven: " + run.remark() + ": " + why);
    err.flush();
  }

  /** Whether the test itself allowed no more at once in any run of that shape. */
  private static boolean isAtItsMost(MeasuredRun run, List<MeasuredRun> given) {
    double most = run.load().mostAtOnce();
    return Double.isFinite(most)
        && given.stream()
            .noneMatch(
                other ->
                    other.load().mostAtOnce() > most && isSameShape(other.point(), run.point()));
  }

  private static List<MeasuredRun> bestByShape(List<MeasuredRun> runs) {
    List<MeasuredRun> best = new ArrayList<>();
    for (MeasuredRun run : runs) {
      int same = -1;
      for (int i = 0; i < best.size(); i++) {
        if (isSameShape(best.get(i).point(), run.point())) {
          same = i;
        }
      }
      if (same < 0) {
        best.add(run);
      } else if (run.point().requestsPerSecond() > best.get(same).point().requestsPerSecond()) {
        best.set(same, run);
      }
    }
    return best;
  }

  private static boolean isSameShape(BenchmarkPoint a, BenchmarkPoint b) {
    return isNear(a.inputTokens(), b.inputTokens())
        && isNear(a.outputTokens(), b.outputTokens())
        && isNear(a.cachedInputTokens(), b.cachedInputTokens());
  }

  private static boolean isNear(double a, double b) {
    return Math.max(a, b) <= Math.min(a, b) * SAME_SHAPE + 1;
  }

  private static Object asJson(MeasuredRun run) {
    BenchmarkPoint p = run.point();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("inputTokens", Math.round(p.inputTokens()));
    if (p.cachedInputTokens() > 0) {
      row.put("cachedInputTokens", Math.round(p.cachedInputTokens()));
    }
    row.put("outputTokens", Math.round(p.outputTokens()));
    row.put("requestsPerSecond", plain(p.requestsPerSecond()));
    return row;
  }

  private static String json(List<Object> rows) {
    try {
      return JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(rows)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("capacities could not be written as JSON", e);
    }
  }

  private static BigDecimal rounded(double figure) {
    return new BigDecimal(figure).round(new MathContext(DIGITS));
  }

  private static String plain(double figure) {
    return rounded(figure).stripTrailingZeros().toPlainString();
  }
}
