package dev.breakeven.cli.discover;

import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.console.OutputFormat;
import dev.breakeven.cli.discover.PolicyDiagnoses.PolicyDiagnosis;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.cli.evaluation.PoliciesOrCluster;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.prometheus.ConfiguredSources;
import dev.breakeven.prometheus.EngineSurvey;
import dev.breakeven.prometheus.query.EngineProfiles;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code breakeven doctor}: what keeps sources and policies from an answer, causes first. */
@Command(
    name = "doctor",
    description = {
      "Shows what each Prometheus source holds, and why the advice for each policy is missing"
          + " or uncertain: causes first, each with what to do about it. It only reads."
    })
public final class DoctorCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "POLICY",
      description = "The policy to look at (default: all).")
  @Nullable String policy;

  @Mixin PoliciesOrCluster selected = new PoliciesOrCluster();

  @Mixin OutputFormat format = new OutputFormat();

  /** What was found, for a program. */
  record Diagnosis(List<SourceDiagnosis> sources, List<PolicyDiagnosis> policies) {}

  @Override
  public Integer call() {
    List<SourceDiagnosis> sources = selected.readsSources() ? sources() : List.of();
    List<EvaluatedPolicy> policies =
        selected.evaluateIfAny(policy == null ? "" : policy).policies();
    PolicyDiagnoses found = PolicyDiagnoses.of(policies);
    format.print(() -> DiagnosisText.of(sources, found), new Diagnosis(sources, found.policies()));
    return policies.isEmpty() ? ExitCode.INCONCLUSIVE : EvaluatedPolicy.exitCode(policies);
  }

  private List<SourceDiagnosis> sources() {
    OperatorConfiguration configuration = selected.cluster().configuration();
    EngineProfiles engines = ConfiguredSources.engines(configuration);
    Instant now = Clock.systemUTC().instant();
    return ConfiguredSources.of(configuration).stream()
        .map(
            source ->
                SourceDiagnosis.of(
                    EngineSurvey.of(source, engines, selected.cluster().namespace(), true, now),
                    engines,
                    now))
        .toList();
  }
}
