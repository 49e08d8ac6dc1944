package dev.breakeven.cli.demo;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.console.Progress;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.cli.report.WrittenReport;
import dev.breakeven.operator.cycle.MetricsPollingEventSource;
import dev.breakeven.operator.evaluation.CommitmentSharing;
import dev.breakeven.prometheus.CollectionReport;
import dev.breakeven.prometheus.CollectorSettings;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.Target;
import dev.breakeven.render.status.Inspected;
import dev.breakeven.render.text.StatusText;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code breakeven demo}: the whole thing with no cluster, no Prometheus and no Docker. */
@Command(
    name = "demo",
    description =
        "Shows the operator without a cluster: the same monthly volume of tokens, once steady"
            + " and once in short daily bursts, and what it recommends for each.")
public final class DemoCommand implements Callable<Integer> {

  private static final String RESOURCES = "demo.yaml";

  @Option(
      names = "--report",
      defaultValue = WrittenReport.DEFAULT_FILE,
      paramLabel = "FILE.html",
      description = "Where to write the report of both (default: ${DEFAULT-VALUE}).")
  Path report = Path.of(WrittenReport.DEFAULT_FILE);

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    List<EvaluatedPolicy> policies = evaluate(Clock.systemUTC());
    for (EvaluatedPolicy evaluated : policies) {
      out.println(title(evaluated.policy()));
      out.println(StatusText.of(evaluated.status()));
    }
    out.println(why(policies.get(0), policies.get(1)));
    out.println();
    out.println(WrittenReport.of(policies).at(report));
    out.flush();
    return policies.stream().allMatch(EvaluatedPolicy::isConclusive)
        ? ExitCode.ANSWERED
        : ExitCode.INCONCLUSIVE;
  }

  /** The demo's policies, answered by the operator's own path. */
  static List<EvaluatedPolicy> evaluate(Clock clock) {
    Manifests manifests = Manifests.parse(RESOURCES, resources());
    List<Target> targets =
        manifests.policies().stream().map(MetricsPollingEventSource::targetOf).toList();
    List<EvaluatedPolicy> policies = new ArrayList<>();
    try (MetricsCollector cycle =
            new MetricsCollector(
                List.of(Source.of("default", new DemoPrometheus())), CollectorSettings.DEFAULT);
        ProgressBar progress = Progress.of("four weeks of traffic", targets.size() + 1)) {
      CollectionReport report;
      do {
        report = cycle.run(targets, clock.instant());
      } while (report.readings().stream().anyMatch(r -> !r.loaded() && r.failures().isEmpty()));
      progress.step();
      CommitmentSharing sharing =
          EvaluatedPolicy.sharing(
              manifests,
              policy -> cycle.of(MetricsPollingEventSource.targetOf(policy)),
              clock.instant());
      for (CostPolicy policy : manifests.policies()) {
        policies.add(
            EvaluatedPolicy.of(
                policy,
                manifests,
                cycle.of(MetricsPollingEventSource.targetOf(policy)),
                Inspected.everything(),
                sharing,
                clock.instant()));
        progress.step();
      }
    }
    return policies;
  }

  private static String resources() {
    try (InputStream in =
        Objects.requireNonNull(DemoCommand.class.getResourceAsStream(RESOURCES), RESOURCES)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String title(CostPolicy policy) {
    String name = policy.getMetadata().getName();
    return "== %s %s".formatted(name, "=".repeat(Math.max(0, 76 - name.length())));
  }

  /** Why the same volume has two answers, with the figures that make the difference. */
  private static String why(EvaluatedPolicy steady, EvaluatedPolicy bursty) {
    return String.format(
        Locale.ROOT,
        "Why they differ: both ask for %s tokens a month at the same prices. %s needs %s replicas"
            + " in its busiest ten minutes and keeps them busy all day; %s needs %s, for two hours"
            + " of 24. A GPU costs the same idle or busy, so the first pays for tokens and the"
            + " second would pay for waiting.",
        tokens(steady),
        name(steady),
        peak(steady),
        name(bursty),
        peak(bursty));
  }

  private static String name(EvaluatedPolicy evaluated) {
    return evaluated.policy().getMetadata().getName();
  }

  private static String tokens(EvaluatedPolicy evaluated) {
    var seen = evaluated.status().observed();
    return StatusText.grouped(seen == null ? null : seen.tokensPerMonth());
  }

  private static String peak(EvaluatedPolicy evaluated) {
    var seen = evaluated.status().observed();
    return seen == null || seen.peakReplicasOfLoad() == null ? "?" : seen.peakReplicasOfLoad();
  }
}
