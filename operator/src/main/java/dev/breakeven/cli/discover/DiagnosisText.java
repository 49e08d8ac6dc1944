package dev.breakeven.cli.discover;

import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Verdict;
import dev.breakeven.cli.discover.PolicyDiagnoses.Common;
import dev.breakeven.cli.discover.PolicyDiagnoses.PolicyDiagnosis;
import dev.breakeven.cli.discover.SourceDiagnosis.Part;
import dev.breakeven.cli.evaluation.PolicyIssue;
import dev.breakeven.render.words.Remedies;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code doctor} found, as a person reads it: each with the one thing to do about it. */
final class DiagnosisText {

  private final StringBuilder text = new StringBuilder();

  private DiagnosisText() {}

  static String of(List<SourceDiagnosis> sources, PolicyDiagnoses found) {
    DiagnosisText all = new DiagnosisText();
    sources.forEach(all::source);
    if (found.policies().isEmpty()) {
      all.line("There is no policy.");
      all.remedy("breakeven discover prints one for each model that the cluster serves");
    }
    all.common(found);
    found.policies().forEach(policy -> all.policy(policy, found.common()));
    return all.text.toString();
  }

  private void source(SourceDiagnosis source) {
    line("source " + source.source());
    source.failures().forEach(why -> line("  ! " + why));
    if (source.isReached()) {
      held(source);
    } else {
      remedy(Issue.Reason.SOURCE_UNAVAILABLE);
    }
    line("");
  }

  private void held(SourceDiagnosis source) {
    source.engines().seen().forEach(seen -> line("  " + seen.line()));
    if (source.engines().seen().isEmpty()) {
      line("  ! no engine's series; looked for " + lookedFor(source.engines()));
      remedy(Issue.Reason.NO_TRAFFIC_DATA);
    }
    if (!source.untrustedJobs().isEmpty()) {
      String jobs = String.join(", ", source.untrustedJobs());
      line("  ! " + FindingSentences.notTrusted(source.source(), jobs));
    }
    source
        .gateways()
        .forEach(gateway -> line("  gateway " + gateway + ": counts tokens sent to APIs"));
    for (Part part : source.around()) {
      part.seen().forEach(seen -> line("  " + seen.line()));
      if (part.seen().isEmpty()) {
        line("  %s: none; looked for %s".formatted(part.part(), lookedFor(part)));
      }
    }
  }

  private static String lookedFor(Part part) {
    return String.join(", ", part.lookedFor());
  }

  private void common(PolicyDiagnoses found) {
    if (found.common().isEmpty()) {
      return;
    }
    line("more than one policy");
    for (Common common : found.common()) {
      line("  less certain: " + common.issue().line());
      line(
          "    in: "
              + (common.policies().size() == found.policies().size()
                  ? "every policy"
                  : String.join(", ", common.policies())));
      remedy(common.issue().remedy());
    }
    line("");
  }

  private void policy(PolicyDiagnosis policy, List<Common> common) {
    line("policy %s/%s: %s".formatted(policy.namespace(), policy.name(), headline(policy)));
    issues("why not", policy.blocking());
    if (!policy.mayFollow().isEmpty()) {
      line(
          "  then look again: %s may follow from it"
              .formatted(String.join(", ", policy.mayFollow())));
    }
    issues(
        "less certain",
        policy.weakening().stream()
            .filter(issue -> common.stream().noneMatch(c -> c.issue().equals(issue)))
            .toList());
    if (policy.blocking().isEmpty() && policy.weakening().isEmpty()) {
      line("  nothing to do");
    }
    line("");
  }

  /** The reasons follow where there is no verdict. */
  private static String headline(PolicyDiagnosis policy) {
    if (policy.summary() == null) {
      return "no answer";
    }
    return Verdict.INCONCLUSIVE.label().equals(policy.verdict())
        ? Verdict.INCONCLUSIVE.label()
        : policy.summary();
  }

  /** A remedy stands once, after all issues in a row that share it. */
  private void issues(String title, List<PolicyIssue> issues) {
    for (int i = 0; i < issues.size(); i++) {
      PolicyIssue issue = issues.get(i);
      line("  " + title + ": " + issue.line());
      if (i + 1 == issues.size() || !Objects.equals(issue.remedy(), issues.get(i + 1).remedy())) {
        remedy(issue.remedy());
      }
    }
  }

  private void remedy(Issue.Reason reason) {
    remedy(Remedies.of(reason).orElse(null));
  }

  private void remedy(@Nullable String remedy) {
    Optional.ofNullable(remedy).ifPresent(todo -> line("    do: " + todo));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
