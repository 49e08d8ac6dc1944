package dev.breakeven.cli.report;

import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.cli.console.Failure;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.operator.evaluation.PolicyEvaluation;
import dev.breakeven.render.html.FleetCsv;
import dev.breakeven.render.html.FleetPage;
import dev.breakeven.render.html.HtmlReport;
import dev.breakeven.render.html.ReportedPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes evaluated policies as HTML files. Policies without traffic have no page of their own. */
public record WrittenReport(List<ReportedPolicy> policies, List<FleetPage.Unanswered> unanswered) {

  /** Default file of a report. */
  public static final String DEFAULT_FILE = "breakeven-report.html";

  public static WrittenReport of(List<EvaluatedPolicy> policies) {
    return new WrittenReport(
        policies.stream()
            .filter(evaluated -> evaluated.evaluation() instanceof PolicyEvaluation.Answered)
            .map(WrittenReport::reported)
            .toList(),
        policies.stream()
            .filter(evaluated -> !(evaluated.evaluation() instanceof PolicyEvaluation.Answered))
            .map(WrittenReport::unanswered)
            .toList());
  }

  private static FleetPage.Unanswered unanswered(EvaluatedPolicy evaluated) {
    var metadata = evaluated.policy().getMetadata();
    CostPolicyStatus.@Nullable Advice advice = evaluated.status().advice();
    return new FleetPage.Unanswered(
        Objects.requireNonNullElse(metadata.getNamespace(), "default"),
        metadata.getName(),
        advice == null || advice.summary() == null
            ? "nothing is known of its traffic"
            : advice.summary());
  }

  private static ReportedPolicy reported(EvaluatedPolicy evaluated) {
    PolicyEvaluation.Answered answered = (PolicyEvaluation.Answered) evaluated.evaluation();
    var metadata = evaluated.policy().getMetadata();
    return new ReportedPolicy(
        Objects.requireNonNullElse(metadata.getNamespace(), "default"),
        metadata.getName(),
        answered.input(),
        answered.advice());
  }

  boolean isEmpty() {
    return policies.isEmpty();
  }

  /**
   * Writes one page where the path is that of a page, NAME.html, and else into a directory.
   *
   * @return one line that says where it is
   * @throws IllegalArgumentException if it cannot be written there
   */
  public String at(Path path) {
    return Files.isDirectory(path) || !path.toString().endsWith(".html") ? into(path) : to(path);
  }

  /**
   * Writes a page of the fleet, its figures as CSV, and a page for each policy.
   *
   * @return one line that says where they are
   * @throws IllegalArgumentException if a file cannot be written
   */
  private String into(Path directory) {
    try {
      Files.createDirectories(directory);
      for (ReportedPolicy policy : policies) {
        HtmlReport.write(directory.resolve(FleetPage.fileOf(policy)), List.of(policy));
      }
      Files.writeString(directory.resolve(FleetPage.FILE), FleetPage.of(policies, unanswered));
      Files.writeString(directory.resolve(FleetCsv.FILE), FleetCsv.of(policies, unanswered));
    } catch (IOException e) {
      throw new IllegalArgumentException(Failure.notWritten(directory, e), e);
    }
    return "The report of these answers: " + directory.resolve(FleetPage.FILE);
  }

  /**
   * Writes the page.
   *
   * @return one line that says where it is
   * @throws IllegalArgumentException if that file cannot be written
   */
  private String to(Path file) {
    try {
      HtmlReport.write(file, policies);
    } catch (IOException e) {
      throw new IllegalArgumentException(Failure.notWritten(file, e), e);
    }
    return "The report of these answers: " + file;
  }
}
