package dev.breakeven.cli.backtest;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.backtest.Backtest;
import dev.breakeven.advice.proof.ReplayedAdvice;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.console.OutputFormat;
import dev.breakeven.cli.console.Progress;
import dev.breakeven.cli.input.DurationOption;
import dev.breakeven.cli.input.InputFile;
import dev.breakeven.cli.input.TrafficCsv;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.render.text.TextTable;
import dev.breakeven.render.words.Words;
import dev.breakeven.terms.ResolvedTerms;
import dev.breakeven.terms.TermsResolver;
import dev.breakeven.traffic.TimeSpan;
import dev.breakeven.traffic.TrafficHistory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code breakeven backtest}: what following the load would have cost over recorded traffic. */
@Command(
    name = "backtest",
    description =
        "Replays recorded traffic step by step, decides each step only from the steps before"
            + " it, and prints what that would have cost. It also prints the cost of the API, of"
            + " GPUs for the peak, of the best fixed number of replicas in hindsight, of the best"
            + " plan with the same lead and hold that knows the traffic beforehand, and of what"
            + " ran.",
    footer = {
      "",
      "If the file is longer than the planning window, costs are charged from the end of the"
          + " first window on.",
    })
public final class BacktestCommand implements Callable<Integer> {

  private static final int MONEY_DECIMALS = 2;

  @Option(
      names = {"-f", "--policy"},
      required = true,
      paramLabel = "FILE",
      description =
          "The CostPolicy, applied to every workload of the traffic, and its RateCard if it"
              + " needs one; may be repeated.")
  List<Path> policies = List.of();

  @Option(
      names = "--traffic",
      required = true,
      paramLabel = "TRAFFIC.csv",
      description =
          "Traffic by step: workload,t_s,input_tokens_per_s,output_tokens_per_s"
              + "[,cached_tokens_per_s][,requests_per_s][,replicas]; - is standard input, and"
              + " .gz is unpacked.")
  Path traffic = Path.of("");

  @Option(
      names = "--hold",
      paramLabel = "SPAN",
      description = "Shortest time that an added replica is kept (default: the policy's).")
  @Nullable String hold;

  @Option(
      names = "--decisions",
      paramLabel = "OUT.csv",
      description =
          "Writes workload,t_s,replicas: one row for each change, or for each review if a"
              + " person changes the number.")
  @Nullable Path decisions;

  @Option(
      names = "--promises",
      paramLabel = "OUT.csv",
      description =
          "Writes workload,t_s,low,high,predicted,realised,bill: the monthly saving that each"
              + " review would have predicted for the next seven days, and what then"
              + " happened.")
  @Nullable Path promises;

  @Mixin OutputFormat format = new OutputFormat();

  @Spec CommandSpec command = CommandSpec.create();

  /** One workload's replay. */
  private record Tested(String workload, Backtest backtest) {}

  /** One line of the answer; the cost may not be known. */
  private record Line(String key, String name, Function<Backtest, Optional<Backtest.Outcome>> of) {}

  private static final List<Line> LINES =
      List.of(
          new Line("followed", "following the load", b -> Optional.of(b.followed())),
          new Line("alwaysApi", "always the API", b -> known(b.alwaysApi())),
          new Line("peak", "own GPUs for the peak", b -> Optional.of(b.peak())),
          new Line("hindsight", "best fixed number in hindsight", b -> Optional.of(b.hindsight())),
          new Line("foresight", "best of all, known beforehand", b -> Optional.of(b.foresight())),
          new Line("ran", "what ran", b -> known(b.ran())));

  @Override
  public Integer call() {
    List<Path> read = new ArrayList<>(policies);
    read.add(traffic);
    InputFile.requireOneStandardInput(read);
    Manifests manifests = InputFile.manifests(policies);
    if (manifests.policies().size() != 1) {
      throw new IllegalArgumentException(
          "a backtest needs one CostPolicy, not " + manifests.policies().size());
    }
    CostPolicy policy = manifests.policies().get(0);
    ResolvedTerms resolved =
        TermsResolver.resolve(policy, manifests.rateCard(policy.getSpec().rateCard()), List.of());
    refuseWhatIsUnpriced(resolved);
    Backtest.Setup terms =
        new Backtest.Setup(
            resolved.currency(),
            resolved.selfHost(),
            resolved.api(),
            resolved.core().constraints(),
            resolved.core().capacity(),
            planning(resolved.core().planning()),
            Instant.now());
    Map<String, TrafficHistory> histories = TrafficCsv.read(traffic);
    warnOfSteps(histories, policy);
    List<Tested> tested = test(histories, terms);
    if (decisions != null) {
      write(decisions, csv -> decisions(tested, csv));
    }
    if (promises != null) {
      write(promises, csv -> promises(histories, terms, csv));
    }
    format.print(() -> table(tested, resolved.currency()), tree(tested, resolved.currency()));
    return ExitCode.ANSWERED;
  }

  /** A cost that lacks a price, or GPUs that nobody counted, would be a guess. */
  private static void refuseWhatIsUnpriced(ResolvedTerms terms) {
    if (terms.selfHost().gpu() instanceof GpuPricing.Unpriced unpriced) {
      throw new IllegalArgumentException(
          "a backtest needs a price for the GPU hour: " + Words.of(unpriced.message()));
    }
    terms.issues().stream()
        .filter(Issue::blocks)
        .findFirst()
        .ifPresent(
            missing -> {
              throw new IllegalArgumentException(
                  "a backtest needs every price: " + Words.of(missing.message()));
            });
  }

  /** The file's steps are what there is; a policy that expects others is told so, not refused. */
  private void warnOfSteps(Map<String, TrafficHistory> histories, CostPolicy policy) {
    long expected = TimeSpan.parse(policy.getSpec().planning().step()).toSeconds();
    histories.values().stream()
        .mapToLong(history -> history.grid().stepSeconds())
        .filter(seconds -> seconds != expected)
        .findFirst()
        .ifPresent(
            seconds -> {
              PrintWriter err = command.commandLine().getErr();
              err.println(
                  "breakeven: %s has steps of %d s, planning.step of the policy is %d s: decided in the file's"
                      .formatted(traffic, seconds, expected));
              err.flush();
            });
  }

  private Planning planning(Planning ofPolicy) {
    return hold == null ? ofPolicy : ofPolicy.withHold(DurationOption.parse("--hold", hold));
  }

  private static List<Tested> test(Map<String, TrafficHistory> histories, Backtest.Setup terms) {
    try (ProgressBar progress = Progress.of("workloads", histories.size())) {
      return histories.entrySet().parallelStream()
          .map(
              entry -> {
                Tested done = new Tested(entry.getKey(), Backtest.of(entry.getValue(), terms));
                progress.step();
                return done;
              })
          .toList();
    }
  }

  private static void write(Path file, Consumer<CsvWriter> rows) {
    try (CsvWriter csv = CsvWriter.builder().build(file)) {
      rows.accept(csv);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + ": cannot be written: no such directory", e);
    } catch (IOException | UncheckedIOException e) {
      throw new IllegalArgumentException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private static void decisions(List<Tested> tested, CsvWriter csv) {
    csv.writeRecord("workload", "t_s", "replicas");
    for (Tested one : tested) {
      for (ReplayedAdvice.Decision decision : one.backtest().decisions()) {
        csv.writeRecord(
            one.workload(),
            Long.toString(decision.epochSecond()),
            Integer.toString(decision.replicas()));
      }
    }
  }

  private static void promises(
      Map<String, TrafficHistory> histories, Backtest.Setup terms, CsvWriter csv) {
    csv.writeRecord("workload", "t_s", "low", "high", "predicted", "realised", "bill");
    histories.entrySet().parallelStream()
        .map(e -> Map.entry(e.getKey(), Backtest.promises(e.getValue(), terms)))
        .forEachOrdered(
            e -> e.getValue().forEach(promise -> csv.writeRecord(row(e.getKey(), promise))));
  }

  private static List<String> row(String workload, Backtest.Promise promise) {
    Function<Function<Backtest.Stated, Double>, String> stated =
        figure -> promise.stated().map(figure).map(BacktestCommand::decimal).orElse("");
    return List.of(
        workload,
        Long.toString(promise.epochSecond()),
        stated.apply(Backtest.Stated::low),
        stated.apply(Backtest.Stated::high),
        stated.apply(Backtest.Stated::predicted),
        decimal(promise.realised()),
        decimal(promise.bill()));
  }

  private static String decimal(double money) {
    return String.format(Locale.ROOT, "%.2f", money);
  }

  private static String table(List<Tested> tested, Currency currency) {
    double best = total(tested, b -> Optional.of(b.hindsight())).orElse(0.0);
    TextTable table =
        TextTable.withHeader(
            tested.size() == 1 ? "over 1 workload" : "over %d workloads".formatted(tested.size()),
            "cost",
            "of the best",
            "replica-hours",
            "tokens unserved");
    for (Line line : LINES) {
      Optional<Double> cost = total(tested, line.of());
      table.row(
          line.name(),
          cost.map(c -> shown(c, currency)).orElse("-"),
          cost.filter(c -> best > 0)
              .map(c -> String.format(Locale.ROOT, "%.1f %%", 100 * c / best))
              .orElse("-"),
          sum(tested, line.of(), Backtest.Outcome::replicaHours)
              .map(BacktestCommand::whole)
              .orElse("-"),
          sum(tested, line.of(), Backtest.Outcome::unservedTokens)
              .map(BacktestCommand::whole)
              .orElse("-"));
    }
    return table.toString();
  }

  private static Map<String, Object> tree(List<Tested> tested, Currency currency) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("currency", currency.getCurrencyCode());
    root.put("workloads", tested.size());
    root.put("totals", costs(tested, currency));
    root.put("unservedTokens", unservedTokens(tested));
    List<Object> each = new ArrayList<>();
    for (Tested one : tested) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("workload", one.workload());
      shown.put("chargedFrom", one.backtest().chargedFrom());
      shown.put("chargedSteps", one.backtest().chargedSteps());
      shown.put("changes", one.backtest().decisions().size());
      shown.put("costs", costs(List.of(one), currency));
      shown.put("unservedTokens", unservedTokens(List.of(one)));
      each.add(shown);
    }
    root.put("byWorkload", each);
    return root;
  }

  private static Map<String, String> costs(List<Tested> tested, Currency currency) {
    Map<String, String> costs = new LinkedHashMap<>();
    for (Line line : LINES) {
      total(tested, line.of())
          .ifPresent(cost -> costs.put(line.key(), money(cost, currency).amount().toPlainString()));
    }
    return costs;
  }

  /** Tokens that found neither a replica nor room at the API: such a cost is not comparable. */
  private static Map<String, Long> unservedTokens(List<Tested> tested) {
    Map<String, Long> unserved = new LinkedHashMap<>();
    for (Line line : LINES) {
      sum(tested, line.of(), Backtest.Outcome::unservedTokens)
          .ifPresent(tokens -> unserved.put(line.key(), Math.round(tokens)));
    }
    return unserved;
  }

  private static Optional<Double> total(
      List<Tested> tested, Function<Backtest, Optional<Backtest.Outcome>> of) {
    return sum(tested, of, Backtest.Outcome::cost);
  }

  /** The sum over the workloads; none where it is not known of one of them. */
  private static Optional<Double> sum(
      List<Tested> tested,
      Function<Backtest, Optional<Backtest.Outcome>> of,
      Function<Backtest.Outcome, Double> figure) {
    double sum = 0;
    for (Tested one : tested) {
      Optional<Backtest.Outcome> outcome = of.apply(one.backtest());
      if (outcome.isEmpty()) {
        return Optional.empty();
      }
      sum += figure.apply(outcome.get());
    }
    return Optional.of(sum);
  }

  private static Optional<Backtest.Outcome> known(Estimate<Backtest.Outcome> finding) {
    return finding instanceof Estimate.Found<Backtest.Outcome> found
        ? Optional.of(found.value())
        : Optional.empty();
  }

  private static String shown(double cost, Currency currency) {
    return String.format(Locale.ROOT, "%,.2f %s", cost, currency.getCurrencyCode());
  }

  private static String whole(double figure) {
    return String.format(Locale.ROOT, "%,.0f", figure);
  }

  private static Money money(double cost, Currency currency) {
    return Money.rounded(cost, MONEY_DECIMALS, currency);
  }
}
