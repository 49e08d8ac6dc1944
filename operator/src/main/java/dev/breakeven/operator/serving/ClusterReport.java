package dev.breakeven.operator.serving;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.render.html.FleetCsv;
import dev.breakeven.render.html.FleetPage;
import dev.breakeven.render.html.HtmlReport;
import dev.breakeven.render.html.ReportedPolicy;
import dev.breakeven.render.metrics.ScrapeAccess.Decision;
import dev.breakeven.render.metrics.ServedPages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The report's pages as of now: one page of all policies that the client may list, the same as CSV,
 * and one page for each policy. A policy that the client may not list looks like one that does not
 * exist.
 */
public final class ClusterReport implements ServedPages {

  private static final String ALL_NAMESPACES = "";

  private final Supplier<List<CostPolicy>> policies;
  private final Function<CostPolicy, Optional<ReportedPolicy>> answers;
  private final BiFunction<String, String, Decision> access;

  /**
   * Makes the report.
   *
   * @param policies the policies as the watch shows them
   * @param answers answers one; empty where nothing is known of its traffic
   * @param access whether the owner of a token may list the policies of a namespace, empty for all
   */
  public ClusterReport(
      Supplier<List<CostPolicy>> policies,
      Function<CostPolicy, Optional<ReportedPolicy>> answers,
      BiFunction<String, String, Decision> access) {
    this.policies = policies;
    this.answers = answers;
    this.access = access;
  }

  @Override
  public Reply of(String page, String bearerToken) {
    Decision everywhere = access.apply(bearerToken, ALL_NAMESPACES);
    if (everywhere == Decision.UNAUTHENTICATED || everywhere == Decision.UNDECIDED) {
      return new Reply.Refused(everywhere);
    }
    Map<String, Boolean> readable = new HashMap<>();
    List<CostPolicy> shown = new ArrayList<>();
    for (CostPolicy policy : policies.get()) {
      if (everywhere == Decision.ALLOWED
          || readable.computeIfAbsent(
              policy.getMetadata().getNamespace(),
              namespace -> access.apply(bearerToken, namespace) == Decision.ALLOWED)) {
        shown.add(policy);
      }
    }
    if (shown.isEmpty()) {
      return everywhere == Decision.ALLOWED
          ? new Reply.Missing("there is no CostPolicy")
          : new Reply.Refused(Decision.FORBIDDEN);
    }
    if (page.isEmpty() || page.equals(FleetPage.FILE) || page.equals(FleetCsv.FILE)) {
      return fleet(shown, page.equals(FleetCsv.FILE));
    }
    return one(shown, page);
  }

  private Reply fleet(List<CostPolicy> shown, boolean asCsv) {
    List<ReportedPolicy> answered = new ArrayList<>();
    List<FleetPage.Unanswered> unanswered = new ArrayList<>();
    for (CostPolicy policy : shown) {
      answers
          .apply(policy)
          .ifPresentOrElse(
              answered::add,
              () ->
                  unanswered.add(
                      new FleetPage.Unanswered(
                          policy.getMetadata().getNamespace(),
                          policy.getMetadata().getName(),
                          "nothing is known of its traffic; its conditions say why")));
    }
    if (asCsv) {
      return new Reply.Page("text/csv", FleetCsv.of(answered, unanswered));
    }
    return answered.isEmpty()
        ? new Reply.Missing("nothing is known of any policy's traffic yet")
        : new Reply.Page("text/html", FleetPage.of(answered, unanswered));
  }

  private Reply one(List<CostPolicy> shown, String page) {
    Optional<CostPolicy> requested =
        shown.stream()
            .filter(
                policy ->
                    FleetPage.fileOf(
                            policy.getMetadata().getNamespace(), policy.getMetadata().getName())
                        .equals(page))
            .findFirst();
    if (requested.isEmpty()) {
      return new Reply.Missing("there is no such policy, or you may not list it");
    }
    return answers
        .apply(requested.get())
        .<Reply>map(answer -> new Reply.Page("text/html", HtmlReport.of(List.of(answer))))
        .orElseGet(() -> new Reply.Missing("nothing is known of this policy's traffic yet"));
  }
}
