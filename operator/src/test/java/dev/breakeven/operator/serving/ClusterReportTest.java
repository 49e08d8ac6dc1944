package dev.breakeven.operator.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.render.html.ReportedPolicy;
import dev.breakeven.render.html.SampleAnswers;
import dev.breakeven.render.metrics.ScrapeAccess.Decision;
import dev.breakeven.render.metrics.ServedPages.Reply;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterReportTest {

  private final List<CostPolicy> policies = new ArrayList<>();
  private Decision everywhere = Decision.FORBIDDEN;
  private Set<String> readable = Set.of();

  private final ClusterReport report =
      new ClusterReport(
          () -> policies,
          ClusterReportTest::answer,
          (token, namespace) ->
              namespace.isEmpty()
                  ? everywhere
                  : readable.contains(namespace) ? Decision.ALLOWED : Decision.FORBIDDEN);

  @Test
  void whoMayListAllPoliciesSeesThemAllOnOnePage() {
    policies.addAll(List.of(policy("team-a", "chat"), policy("team-b", "search")));
    everywhere = Decision.ALLOWED;

    assertThat(html(report.of("", "token")))
        .contains("team-a/chat", "team-a_chat.html", "team-b/search", "team-b_search.html");
    assertThat(report.of("index.html", "token")).isInstanceOf(Reply.Page.class);
  }

  @Test
  void whoMayListOneNamespaceSeesNothingOfAnother() {
    policies.addAll(List.of(policy("team-a", "chat"), policy("team-b", "search")));
    readable = Set.of("team-a");

    assertThat(html(report.of("", "token"))).contains("team-a/chat").doesNotContain("team-b");
    assertThat(html(report.of("team-a_chat.html", "token"))).contains("team-a/chat");
    assertThat(report.of("team-b_search.html", "token"))
        .isEqualTo(report.of("team-b_no-such.html", "token"))
        .isInstanceOf(Reply.Missing.class);
  }

  @Test
  void whoMayListNothingIsRefused() {
    policies.add(policy("team-a", "chat"));

    assertThat(report.of("", "token")).isEqualTo(new Reply.Refused(Decision.FORBIDDEN));
    assertThat(report.of("team-a_chat.html", "token"))
        .isEqualTo(new Reply.Refused(Decision.FORBIDDEN));
  }

  @Test
  void nothingIsShownWhileItIsNotKnownWhoAsks() {
    policies.add(policy("team-a", "chat"));
    readable = Set.of("team-a");
    everywhere = Decision.UNAUTHENTICATED;
    assertThat(report.of("", "")).isEqualTo(new Reply.Refused(Decision.UNAUTHENTICATED));

    everywhere = Decision.UNDECIDED;
    assertThat(report.of("", "token")).isEqualTo(new Reply.Refused(Decision.UNDECIDED));
  }

  @Test
  void theFiguresAreThereAsCsvForThePoliciesThatMayBeListed() {
    policies.addAll(List.of(policy("team-a", "chat"), policy("team-b", "search")));
    readable = Set.of("team-a");

    Reply.Page csv = (Reply.Page) report.of("fleet.csv", "token");

    assertThat(csv.mediaType()).isEqualTo("text/csv");
    assertThat(csv.text().lines().toList()).hasSize(2);
    assertThat(csv.text()).contains("\nteam-a,chat,");
  }

  @Test
  void aPolicyWithoutAnAnswerIsNamedOnThePageOfAll() {
    policies.addAll(List.of(policy("team-a", "chat"), policy("team-a", "unread")));
    everywhere = Decision.ALLOWED;

    assertThat(html(report.of("", "token")))
        .contains("2 policies", "team-a/unread: nothing is known of its traffic");
  }

  @Test
  void aPolicyWhoseTrafficIsNotKnownHasNoPageYet() {
    policies.add(policy("team-a", "unread"));
    everywhere = Decision.ALLOWED;

    assertThat(report.of("", "token"))
        .isEqualTo(new Reply.Missing("nothing is known of any policy's traffic yet"));
    assertThat(report.of("team-a_unread.html", "token"))
        .isEqualTo(new Reply.Missing("nothing is known of this policy's traffic yet"));
  }

  private static String html(Reply reply) {
    assertThat(reply).isInstanceOf(Reply.Page.class);
    return ((Reply.Page) reply).text();
  }

  private static Optional<ReportedPolicy> answer(CostPolicy policy) {
    String name = policy.getMetadata().getName();
    ReportedPolicy sample = SampleAnswers.chat();
    return name.equals("unread")
        ? Optional.empty()
        : Optional.of(
            new ReportedPolicy(
                policy.getMetadata().getNamespace(), name, sample.input(), sample.advice()));
  }

  private static CostPolicy policy(String namespace, String name) {
    CostPolicy policy = new CostPolicy();
    policy.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
    return policy;
  }
}
