package dev.breakeven.cli;

import dev.breakeven.advice.Issue;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.operator.PolicyEvaluator;
import dev.breakeven.prometheus.ConfiguredSources;
import dev.breakeven.prometheus.EngineSurvey;
import dev.breakeven.prometheus.EngineSurvey.ScrapeJob;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.EngineProfiles;
import dev.breakeven.reason.Cause;
import dev.breakeven.render.words.Remedies;
import dev.breakeven.render.words.Words;
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
import java.util.function.Predicate;
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
final class DoctorCommand implements Callable<Integer> {

  /** What a source holds beside engines, and why it matters. */
  private static final Map<String, List<String>> AROUND =
      Map.of(
          "kube-state-metrics",
          List.of("kube_pod_owner", "kube_replicaset_owner", "kube_deployment_spec_replicas"),
          "GPU utilisation",
          List.of("DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_PROF_GR_ENGINE_ACTIVE", "gpu_gfx_activity"),
          "OpenCost",
          List.of("node_gpu_hourly_cost"));

  /** What is wrong with reading brings everything else with it. */
  private static final int LAST_OF_READING = 3;

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
    List<RecordedAnswer> answers =
        ClusterAnswers.of(options, policy == null ? "" : policy, notes).answers();
    notes.forEach(out::println);
    if (answers.isEmpty()) {
      out.println("There is no policy" + (policy == null ? "" : " " + policy) + ".");
      out.println("  do: breakeven discover prints one for each model that the cluster serves");
    }
    List<Issue> shared = shared(answers);
    if (!shared.isEmpty()) {
      out.println("every policy");
      say(out, "less certain", shared, issue -> true);
      out.println();
    }
    answers.forEach(answer -> policy(out, answer, shared));
    out.flush();
    return !answers.isEmpty() && answers.stream().allMatch(RecordedAnswer::isConclusive)
        ? Breakeven.ANSWERED
        : Breakeven.INCONCLUSIVE;
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

  /** What makes every one of several policies less certain, in the same words. */
  private static List<Issue> shared(List<RecordedAnswer> answers) {
    if (answers.size() < 2) {
      return List.of();
    }
    List<Issue> shared = new ArrayList<>(issues(answers.get(0)));
    shared.removeIf(issue -> issue.reason().weight() != Issue.Weight.WEAKENS);
    answers.forEach(answer -> shared.removeIf(whyNot(answer).or(i -> !issues(answer).contains(i))));
    return shared;
  }

  private static void policy(PrintWriter out, RecordedAnswer answer, List<Issue> saidOfAll) {
    out.println(
        "policy %s/%s: %s"
            .formatted(
                answer.policy().getMetadata().getNamespace(),
                answer.policy().getMetadata().getName(),
                verdict(answer.status())));
    List<Issue> issues = new ArrayList<>(issues(answer));
    issues.removeAll(saidOfAll);
    Predicate<Issue> blocks = whyNot(answer);
    say(out, "why not", issues, blocks);
    say(
        out,
        "less certain",
        issues,
        blocks.negate().and(issue -> issue.reason().weight() == Issue.Weight.WEAKENS));
    if (issues.stream().allMatch(issue -> issue.reason().weight() == Issue.Weight.INFORMS)) {
      out.println(saidOfAll.isEmpty() ? "  nothing to do" : "  nothing else to do");
    }
    out.println();
  }

  /** Which issues keep a policy from a verdict. */
  private static Predicate<Issue> whyNot(RecordedAnswer answer) {
    boolean isBlocked = !answer.isConclusive();
    return issue ->
        issue.reason().weight() == Issue.Weight.BLOCKS
            || (isBlocked && isOfTheApisPrice(issue) && mayUseAnApi(answer))
            || (isBlocked
                && issue.reason().weight() == Issue.Weight.WEAKENS
                && causeFirst(issue) <= LAST_OF_READING);
  }

  /** Nothing can be compared with an API that has no price. */
  private static boolean isOfTheApisPrice(Issue issue) {
    return switch (issue.reason()) {
      case API_PRICE_MISSING, OFFER_GONE, RATE_CARD_UNAVAILABLE -> true;
      default -> false;
    };
  }

  private static boolean mayUseAnApi(RecordedAnswer answer) {
    CostPolicySpec.Constraints constraints = answer.policy().getSpec().constraints();
    return !constraints.dataMustStay() && !constraints.customWeights() && !constraints.apiTooSlow();
  }

  /** Several sentences about one thing are mended by one deed. */
  private static void say(
      PrintWriter out, String title, List<Issue> issues, Predicate<Issue> which) {
    Optional<String> before = Optional.empty();
    for (Issue issue : issues) {
      if (which.test(issue)) {
        Optional<String> todo = Remedies.of(issue);
        if (!todo.equals(before)) {
          before.ifPresent(last -> out.println("    do: " + last));
        }
        out.println("  %s: %s: %s".formatted(title, issue.reason().label(), Words.of(issue)));
        before = todo;
      }
    }
    before.ifPresent(last -> out.println("    do: " + last));
  }

  private static String verdict(CostPolicyStatus status) {
    CostPolicyStatus.@Nullable Advice advice = status.advice();
    return advice == null || advice.summary() == null ? "no answer" : advice.summary();
  }

  /** Causes before what follows from them: what is read, then prices, capacity and traffic. */
  private static List<Issue> issues(RecordedAnswer answer) {
    List<Issue> issues =
        answer.answer() instanceof PolicyEvaluator.Answered answered
            ? answered.advice().issues()
            : ((PolicyEvaluator.Unanswered) answer.answer()).issues();
    return issues.stream()
        .distinct()
        .sorted(Comparator.comparingInt(DoctorCommand::causeFirst))
        .toList();
  }

  private static int causeFirst(Issue issue) {
    if (issue.message().cause() == Cause.LABELS_NOT_PROVEN
        || issue.message().cause() == Cause.LABELS_NOT_FROM_PROMETHEUS) {
      return 0;
    }
    return switch (issue.reason()) {
      case INTERNAL_ERROR, SOURCE_UNKNOWN, ENGINE_UNKNOWN -> 0;
      case SOURCE_UNAVAILABLE, PARTIAL_ANSWER, STALE, CLUSTERS_MIXED -> 1;
      case WORKLOAD_NOT_FOUND, CONTESTED_WORKLOAD -> 2;
      case SERIES_MISSING, AMBIGUOUS_ATTRIBUTION, PODS_UNOWNED, GATEWAY_DISAGREES -> 3;
      case NO_TRAFFIC_DATA, NO_TRAFFIC, COVERAGE_LOW, HISTORY_TOO_SHORT, SHORT_HISTORY -> 4;
      case RATE_CARD_UNAVAILABLE, CURRENCY_MISMATCH -> 5;
      case GPU_PRODUCTS_DIFFER, GPU_PRICE_MISSING, API_PRICE_MISSING, OFFER_GONE, OFFER_STALE -> 6;
      case CAPACITY_UNKNOWN,
          CAPACITY_UNCERTAIN,
          CAPACITY_NOT_NEEDED,
          CAPACITY_PUBLISHED,
          CAPACITY_CONTRADICTED,
          CAPACITY_MISSES ->
          7;
      default -> 8;
    };
  }
}
