package dev.breakeven.render.html;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Verdict;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Message;
import dev.breakeven.render.words.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** All policies on one page, with totals; each has a page of its own beside it. */
public final class FleetPage {

  /** The page's file. */
  public static final String FILE = "index.html";

  private static final String NOT_KNOWN = "not known";

  private FleetPage() {}

  /** The file of a policy's own page. */
  public static String fileOf(ReportedPolicy policy) {
    return fileOf(policy.namespace(), policy.name());
  }

  /** The file of a policy's own page, by the policy's namespace and name. */
  public static String fileOf(String namespace, String name) {
    // No name of Kubernetes' has an underscore: two policies never share a file.
    return namespace + "_" + name + ".html";
  }

  /** All that {@code fleet.html} asks for. */
  private record Page(
      String securityPolicy,
      String generator,
      String title,
      String subtitle,
      String style,
      List<Total> totals,
      List<Line> lines,
      List<Waiting> waiting,
      List<Waiting> unanswered,
      String csv) {}

  private record Total(
      String currency, int policies, String now, String committed, String api, String saving) {}

  private record Line(
      String file,
      String name,
      String model,
      String verdict,
      String verdictClass,
      String next,
      String saving,
      String now,
      String api) {}

  private record Waiting(String file, String name, String why) {}

  /**
   * A policy that has no answer, and so no page.
   *
   * @param why in words
   */
  public record Unanswered(String namespace, String name, String why) {}

  /**
   * The page as text.
   *
   * @param policies at least one
   * @param unanswered those of which nothing is known
   */
  public static String of(List<ReportedPolicy> policies, List<Unanswered> unanswered) {
    List<ReportedPolicy> sorted = new ArrayList<>(policies);
    sorted.sort(
        Comparator.comparingDouble((ReportedPolicy p) -> -amount(saving(p)))
            .thenComparingDouble(p -> -amount(now(p)))
            .thenComparing(ReportedPolicy::title));
    String style = HtmlReport.styleSheet();
    Instant latest =
        policies.stream().map(p -> p.input().now()).max(Instant::compareTo).orElseThrow();
    return HtmlReport.template("fleet.html")
        .execute(
            new Page(
                HtmlReport.securityPolicy(style),
                HtmlReport.generator(),
                "Breakeven · " + counted(policies.size() + unanswered.size()),
                "Answered " + HtmlFormat.time(latest),
                style,
                totals(policies),
                sorted.stream().map(FleetPage::line).toList(),
                Stream.concat(
                        sorted.stream()
                            .filter(p -> p.advice().decision().verdict() == Verdict.INCONCLUSIVE)
                            .map(p -> waiting(p, p.advice().decision().message())),
                        sorted.stream().flatMap(FleetPage::savingsThatMayBeNone))
                    .toList(),
                unanswered.stream()
                    .map(p -> new Waiting("", p.namespace() + "/" + p.name(), p.why()))
                    .toList(),
                FleetCsv.FILE));
  }

  private static Waiting waiting(ReportedPolicy policy, Message why) {
    return new Waiting(fileOf(policy), policy.title(), Words.of(why));
  }

  /** A saving on GPUs that are paid for longer than anyone said is no cash yet. */
  private static Stream<Waiting> savingsThatMayBeNone(ReportedPolicy policy) {
    return saving(policy).filter(money -> money.value() > 0).isEmpty()
        ? Stream.empty()
        : policy.advice().issues().stream()
            .filter(issue -> issue.reason() == Issue.Reason.COMMITMENT_END_UNKNOWN)
            .map(issue -> waiting(policy, issue.message()));
  }

  private static String counted(int policies) {
    return policies + (policies == 1 ? " policy" : " policies");
  }

  private static List<Total> totals(List<ReportedPolicy> policies) {
    Map<String, List<ReportedPolicy>> byCurrency = new TreeMap<>();
    for (ReportedPolicy policy : policies) {
      byCurrency
          .computeIfAbsent(policy.input().currency().getCurrencyCode(), c -> new ArrayList<>())
          .add(policy);
    }
    List<Total> totals = new ArrayList<>();
    byCurrency.forEach(
        (code, its) -> {
          Currency currency = Currency.getInstance(code);
          totals.add(
              new Total(
                  code,
                  (int) its.stream().filter(p -> now(p).isPresent()).count(),
                  sum(its, currency, FleetPage::now),
                  sum(its, currency, FleetPage::committed),
                  sum(its, currency, p -> bill(p, Alternative.Kind.API_ONLY)),
                  sum(its, currency, FleetPage::saving)));
        });
    return totals;
  }

  /** Of the policies of which the figure is known. */
  private static String sum(
      List<ReportedPolicy> policies,
      Currency currency,
      Function<ReportedPolicy, Optional<Money>> figure) {
    List<Money> known = policies.stream().map(figure).flatMap(Optional::stream).toList();
    return known.isEmpty()
        ? NOT_KNOWN
        : HtmlFormat.money(known.stream().reduce(Money.zero(currency), Money::plus));
  }

  private static Line line(ReportedPolicy policy) {
    Advice advice = policy.advice();
    return new Line(
        fileOf(policy),
        policy.title(),
        policy.input().model(),
        Wording.of(advice.decision().verdict()),
        Wording.styleOf(advice.decision().verdict()),
        Wording.next(advice.recommendation()),
        shown(saving(policy)),
        shown(now(policy)),
        shown(bill(policy, Alternative.Kind.API_ONLY)));
  }

  static Optional<Money> saving(ReportedPolicy policy) {
    return policy.advice().savings().monthly().found().map(Advice.Saving::expected);
  }

  static Optional<Money> now(ReportedPolicy policy) {
    return bill(policy, Alternative.Kind.TODAYS_REPLICAS);
  }

  /** What is paid whatever is decided: the bill less the bill without what is reserved. */
  static Optional<Money> committed(ReportedPolicy policy) {
    return alternative(policy, Alternative.Kind.TODAYS_REPLICAS)
        .map(a -> a.bill().total().minus(a.withoutSunk()));
  }

  static Optional<Money> bill(ReportedPolicy policy, Alternative.Kind kind) {
    return alternative(policy, kind).map(a -> a.bill().total());
  }

  private static Optional<Alternative> alternative(ReportedPolicy policy, Alternative.Kind kind) {
    return policy.advice().comparison().alternative(kind);
  }

  private static double amount(Optional<Money> money) {
    return money.map(Money::value).orElse(Double.NEGATIVE_INFINITY);
  }

  private static String shown(Optional<Money> money) {
    return money.map(HtmlFormat::money).orElse(NOT_KNOWN);
  }
}
