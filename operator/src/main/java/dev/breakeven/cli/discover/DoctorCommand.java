package dev.breakeven.cli.discover;

import dev.breakeven.advice.Issue;
import dev.breakeven.cli.cluster.ClusterOptions;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.evaluation.ClusterEvaluation;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.prometheus.ConfiguredSources;
import dev.breakeven.prometheus.EngineSurvey;
import dev.breakeven.prometheus.EngineSurvey.ScrapeJob;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.EngineProfiles;
import dev.breakeven.render.words.Remedies;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code breakeven doctor}: what keeps sources and policies from an answer, causes first. */
@Command(
    name = "doctor",
    description = {
      "Shows what each Prometheus source holds, and why the advice for each policy is missing"
          + " or uncertain: causes first, each with what to do about it. It only reads."
    })
public final class DoctorCommand implements Callable<Integer> {

  /** What a source holds beside engines, and why it matters. */
  private static final Map<String, List<String>> AROUND =
      Map.of(
          "kube-state-metrics",
          List.of("kube_pod_owner", "kube_replicaset_owner", "kube_deployment_spec_replicas"),
          "GPU utilisation",
          List.of("DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_PROF_GR_ENGINE_ACTIVE", "gpu_gfx_activity"),
          "OpenCost",
          List.of("node_gpu_hourly_cost"));

  @Parameters(
      arity = "0..1",
      paramLabel = "POLICY",
      description = "The policy to look at (default: all).")
  @Nullable String policy;

  @Mixin ClusterOptions options = new ClusterOptions();

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    OperatorConfiguration configuration = options.configuration();
    EngineProfiles engines = ConfiguredSources.engines(configuration);
    Instant now = Clock.systemUTC().instant();
    PrintWriter out = command.commandLine().getOut();
    ConfiguredSources.of(configuration)
        .forEach(
            source ->
                source(
                    out,
                    EngineSurvey.of(source, engines, options.namespace(), true, now),
                    engines,
                    now));
    List<String> notes = new ArrayList<>();
    List<EvaluatedPolicy> policies =
        ClusterEvaluation.of(options, policy == null ? "" : policy, notes).policies();
    notes.forEach(out::println);
    if (policies.isEmpty()) {
      out.println("There is no policy" + (policy == null ? "" : " " + policy) + ".");
      out.println("  do: breakeven discover prints one for each model that the cluster serves");
    }
    new PolicyDiagnoses(out, policies).print();
    out.flush();
    return !policies.isEmpty() && policies.stream().allMatch(EvaluatedPolicy::isConclusive)
        ? ExitCode.ANSWERED
        : ExitCode.INCONCLUSIVE;
  }

  private static void source(
      PrintWriter out, EngineSurvey survey, EngineProfiles engines, Instant now) {
    out.println("source " + survey.source());
    survey.failures().forEach(why -> out.println("  ! " + why));
    if (!survey.failures().isEmpty() && survey.jobs().isEmpty()) {
      Remedies.of(Issue.Reason.SOURCE_UNAVAILABLE)
          .ifPresent(todo -> out.println("    do: " + todo));
      out.println();
      return;
    }
    boolean isAny = false;
    Set<String> shown = new TreeSet<>();
    for (EngineProfile engine : engines.all()) {
      for (String metric : EngineSurvey.metricsOf(engine)) {
        if (shown.add(metric)) {
          isAny |= jobs(out, survey, "engine " + engine.name(), metric, now);
        }
      }
    }
    if (!isAny) {
      out.println("  ! no engine's series; looked for " + String.join(", ", shown));
      Remedies.of(Issue.Reason.NO_TRAFFIC_DATA).ifPresent(todo -> out.println("    do: " + todo));
    }
    if (!survey.untrusted().isEmpty()) {
      out.println(
          "  ! "
              + DiscoveredYaml.notTrusted(
                  survey.source(), String.join(", ", new TreeSet<>(survey.untrusted()))));
    }
    survey.gateways().stream()
        .map(EngineSurvey.GatewaySeries::gateway)
        .distinct()
        .forEach(gateway -> out.println("  gateway " + gateway + ": counts tokens sent to APIs"));
    AROUND.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            part -> {
              boolean isThere = false;
              for (String metric : part.getValue()) {
                isThere |= jobs(out, survey, part.getKey(), metric, now);
              }
              if (!isThere) {
                out.println(
                    "  %s: none; looked for %s"
                        .formatted(part.getKey(), String.join(", ", part.getValue())));
              }
            });
    out.println();
  }

  private static boolean jobs(
      PrintWriter out, EngineSurvey survey, String part, String metric, Instant now) {
    List<ScrapeJob> jobs =
        survey.jobs().stream().filter(job -> job.metric().equals(metric)).toList();
    if (jobs.isEmpty()) {
      return false;
    }
    int series = jobs.stream().mapToInt(ScrapeJob::series).sum();
    out.println(
        "  %s: %s, %d series now, %s, %s, %s %s"
            .formatted(
                part,
                metric,
                series,
                range(jobs.stream().map(ScrapeJob::interval).flatMap(Optional::stream).toList()),
                jobs.stream()
                    .map(ScrapeJob::first)
                    .flatMap(Optional::stream)
                    .min(Comparator.naturalOrder())
                    .map(first -> history(first, now))
                    .orElse("no history"),
                jobs.size() == 1 ? "job" : "jobs",
                String.join(", ", jobs.stream().map(ScrapeJob::job).toList())));
    return true;
  }

  private static String range(List<Duration> intervals) {
    if (intervals.isEmpty()) {
      return "too few samples to tell the interval";
    }
    long least = intervals.stream().mapToLong(Duration::toSeconds).min().orElse(0);
    long most = intervals.stream().mapToLong(Duration::toSeconds).max().orElse(0);
    return least == most
        ? "every %d s".formatted(least)
        : "every %d to %d s".formatted(least, most);
  }

  private static String history(Instant first, Instant now) {
    long days = Duration.between(first, now).toDays();
    return days >= 27 ? "28 days or more" : "%d days of history".formatted(days);
  }
}
