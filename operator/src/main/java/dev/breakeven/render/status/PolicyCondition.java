package dev.breakeven.render.status;

import static dev.breakeven.advice.Issue.Reason.*;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Weight;
import dev.breakeven.advice.Verdict;
import dev.breakeven.api.CostPolicyStatus.Condition;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.NamedReason;
import dev.breakeven.render.words.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a policy's conditions say, by the rules of kstatus: Ready says that the answer is current
 * for this generation, Conclusive that there is a verdict, and Stalled that only an edit mends what
 * is wrong. Each of the others looks at the issues that are its own: it holds where none blocks or
 * weakens the answer, and its message carries every sentence, assumptions included, so that nothing
 * the advisor said is lost. What nobody could look at is Unknown, never True.
 */
enum PolicyCondition {
  CAPACITY_KNOWN(
      "CapacityKnown",
      "Known",
      "what one replica sustains is known",
      EnumSet.of(
          CAPACITY_UNKNOWN,
          CAPACITY_NOT_NEEDED,
          CAPACITY_PUBLISHED,
          CAPACITY_UNCERTAIN,
          CAPACITY_CONTRADICTED,
          CAPACITY_MISSES,
          MIX_DRIFTED,
          LONG_TAIL,
          LATENCY_MISSED,
          LATENCY_UNMEASURED,
          REQUEST_LENGTHS_UNKNOWN)),
  DEMAND_COMPLETE(
      "DemandComplete",
      "Complete",
      "all demand is seen",
      EnumSet.of(DEMAND_LOWER_BOUND, OVERFLOW_UNSEEN, LAST_DEMAND_KEPT)),
  PRICES_KNOWN(
      "PricesKnown",
      "Known",
      "every price is known",
      EnumSet.of(
          GPU_PRICE_MISSING,
          API_PRICE_MISSING,
          CURRENCY_MISMATCH,
          OFFER_STALE,
          OFFER_GONE,
          RATE_CARD_UNAVAILABLE,
          CACHE_HITS_ASSUMED,
          PRICE_TIER_BY_MEAN_LENGTH,
          WEIGHTS_DIFFER,
          RESERVATION_ENDS_SOON,
          RESERVATION_ENDED,
          COMMITMENT_UNUSED,
          COMMITMENT_END_UNKNOWN,
          OVERHEAD_UNSTATED,
          GPU_PRODUCTS_DIFFER,
          GPU_PRICES_DIFFER,
          GPU_PRICE_PARTIAL,
          GPU_PRICE_KEPT)),
  SOURCE_ANSWERS(
      "SourceAnswers",
      "Answers",
      "Prometheus answers",
      EnumSet.of(
          SOURCE_UNAVAILABLE,
          PARTIAL_ANSWER,
          CLOCKS_DIFFER,
          CLOCKS_FAR_APART,
          SOURCE_UNKNOWN,
          ENGINE_UNKNOWN,
          STALE),
      Map.of(Inspected.SOURCE, "the traffic is from a file; no source was asked")),
  TRAFFIC_KNOWN(
      "TrafficKnown",
      "Known",
      "the traffic of the window is known",
      EnumSet.of(
          SERIES_MISSING,
          NO_TRAFFIC_DATA,
          NO_TRAFFIC,
          AMBIGUOUS_ATTRIBUTION,
          COVERAGE_LOW,
          HOURS_UNSEEN,
          SHORT_HISTORY,
          NOT_WHOLE_WEEKS,
          CACHE_UNMEASURED,
          CACHE_MISCOUNTED,
          PROMPTS_COUNTED_TWICE,
          GATEWAY_DISAGREES,
          PODS_UNOWNED,
          CLUSTERS_MIXED,
          GAPS_COUNTED,
          PODS_UNSCRAPED,
          COUNTS_LOST,
          LABELS_UNCHECKED,
          OTHER_MODELS_SERVED,
          SERVER_REPEATED,
          SERVERS_ALIKE,
          GPU_UNMEASURED,
          REPLICAS_UNMEASURED,
          REPLICAS_FROM_UP,
          HEADROOM_USED,
          LIMITS_BY_MEAN)),
  UNCONTESTED(
      "Uncontested",
      "Alone",
      "no other policy claims this model on these workloads",
      EnumSet.of(CONTESTED_WORKLOAD),
      Map.of(Inspected.OTHER_POLICIES, "the policies of a cluster were not looked at")),
  WORKLOADS_FOUND(
      "WorkloadsFound",
      "Found",
      "the workloads exist",
      EnumSet.of(WORKLOAD_NOT_FOUND, WORKLOADS_DIFFER),
      Map.of(Inspected.WORKLOADS, "the workloads of a cluster were not looked at")),
  SAVING_CLEAR(
      "SavingClear",
      "Clear",
      "the saving is significant at the 90 % interval",
      EnumSet.of(SAVING_UNCERTAIN)),
  STEADY("Steady", "Settled", "no change is being held back", EnumSet.of(HELD_BY_HYSTERESIS));

  private static final String READY = "Ready";
  static final String CONCLUSIVE = "Conclusive";
  private static final String STALLED = "Stalled";
  private static final String TRUE = "True";
  private static final String FALSE = "False";
  private static final String UNKNOWN = "Unknown";

  /** What only an answer can show; where there is none, nobody looked. */
  private static final Set<PolicyCondition> OF_AN_ANSWER =
      EnumSet.of(DEMAND_COMPLETE, SAVING_CLEAR, STEADY);

  private static final String NOT_OBSERVED = "NotObserved";
  private static final String NO_ANSWER = "NoAnswer";
  private static final String GOES_ON = "Progressing";

  /** What only an edit of the policy, its rate card or the operator's configuration mends. */
  private static final Set<Issue.Reason> ONLY_AN_EDIT_MENDS =
      EnumSet.of(
          SOURCE_UNKNOWN,
          ENGINE_UNKNOWN,
          CURRENCY_MISMATCH,
          RATE_CARD_UNAVAILABLE,
          GPU_PRICE_MISSING,
          CLUSTERS_MIXED);

  /** What others follow from, first causes first: of several reasons the first is the cause. */
  private static final List<Issue.Reason> CAUSES =
      List.of(
          INTERNAL_ERROR,
          SOURCE_UNKNOWN,
          ENGINE_UNKNOWN,
          SOURCE_UNAVAILABLE,
          WORKLOAD_NOT_FOUND,
          RATE_CARD_UNAVAILABLE,
          CURRENCY_MISMATCH,
          AMBIGUOUS_ATTRIBUTION,
          CLUSTERS_MIXED,
          SERIES_MISSING);

  /** Heavier ones first; of equal weight as they are listed, which is causes first. */
  private static final Comparator<Issue.Reason> CAUSES_FIRST =
      Comparator.comparing(Issue.Reason::weight).thenComparing(Comparator.naturalOrder());

  /** Whether what is shown answers the policy as it is now. */
  sealed interface Answer {
    /** The policy was evaluated. */
    Answer GIVEN = new Given();

    /** The policy was not evaluated; older figures may be shown. */
    Answer NOT_GIVEN = new NotGiven();

    /** The result of an evaluation. */
    static Answer of(Advice advice) {
      return advice.decision().verdict() == Verdict.INCONCLUSIVE
          ? new Undecided(advice.decision().reason(), advice.decision().message())
          : GIVEN;
    }

    /** With a verdict. */
    record Given() implements Answer {}

    /** Without one, and why. */
    record Undecided(NamedReason reason, Message message) implements Answer {}

    /** Nobody could evaluate it. */
    record NotGiven() implements Answer {}
  }

  private final String type;
  private final String goodReason;
  private final String goodMessage;

  @SuppressWarnings("ImmutableEnumChecker") // written once, read only
  private final Set<Issue.Reason> own;

  /** What has to be looked at for it to hold, and what to say where it was not. */
  @SuppressWarnings("ImmutableEnumChecker") // an immutable map
  private final Map<Inspected, String> seenBy;

  PolicyCondition(String type, String goodReason, String goodMessage, Set<Issue.Reason> own) {
    this(type, goodReason, goodMessage, own, Map.of());
  }

  PolicyCondition(
      String type,
      String goodReason,
      String goodMessage,
      Set<Issue.Reason> own,
      Map<Inspected, String> seenBy) {
    this.seenBy = seenBy;
    this.type = type;
    this.goodReason = goodReason;
    this.goodMessage = goodMessage;
    this.own = own;
  }

  /**
   * Every condition of a policy, in the order of their types.
   *
   * @param answer whether there is one
   * @param issues what the advisor had to say, heaviest first
   * @param inspected what was looked at to answer
   * @param previous the conditions as they were; a status that stays keeps its transition time
   */
  static List<Condition> all(
      Answer answer,
      List<Issue> issues,
      Set<Inspected> inspected,
      List<Condition> previous,
      long generation,
      Instant now) {
    List<Condition> conditions = new ArrayList<>();
    for (PolicyCondition condition : values()) {
      conditions.add(condition.of(issues, inspected, previous, generation, now));
    }
    conditions.add(ready(answer, issues, previous, generation, now));
    conditions.add(conclusive(answer, issues, previous, generation, now));
    conditions.add(stalled(issues, previous, generation, now));
    conditions.sort(Comparator.comparing(Condition::type));
    return List.copyOf(conditions);
  }

  private Condition of(
      List<Issue> issues,
      Set<Inspected> inspected,
      List<Condition> previous,
      long generation,
      Instant now) {
    List<Issue> mine =
        issues.stream()
            .filter(c -> own.contains(c.reason()))
            .sorted(Comparator.comparing(Issue::reason, CAUSES_FIRST))
            .toList();
    if (mine.isEmpty() && OF_AN_ANSWER.contains(this) && issues.stream().anyMatch(Issue::blocks)) {
      return condition(
          type,
          UNKNOWN,
          NO_ANSWER,
          "there is no answer that would show it",
          previous,
          generation,
          now);
    }
    if (mine.isEmpty() && !inspected.containsAll(seenBy.keySet())) {
      return condition(
          type,
          UNKNOWN,
          NOT_OBSERVED,
          String.join("; ", seenBy.values()),
          previous,
          generation,
          now);
    }
    if (mine.isEmpty()) {
      return condition(type, TRUE, goodReason, goodMessage, previous, generation, now);
    }
    return condition(
        type,
        statusOf(mine),
        mine.get(0).reason().label(),
        sentences(mine),
        previous,
        generation,
        now);
  }

  private static String statusOf(List<Issue> issues) {
    if (issues.stream().anyMatch(c -> c.reason().weight() != Weight.INFORMS)) {
      return FALSE;
    }
    // Nobody sees what bursts: it may be nothing.
    return issues.stream().anyMatch(c -> c.reason() == OVERFLOW_UNSEEN) ? UNKNOWN : TRUE;
  }

  /** Ready: what is shown answers this generation, from figures that are not old. */
  private static Condition ready(
      Answer answer, List<Issue> issues, List<Condition> previous, long generation, Instant now) {
    if (!(answer instanceof Answer.NotGiven)
        && issues.stream().noneMatch(c -> c.reason() == STALE)) {
      return condition(
          READY, TRUE, "Answered", "the answer is up to date", previous, generation, now);
    }
    List<Issue> against = againstAnAnswer(issues);
    return condition(
        READY, FALSE, causeOf(against, issues), sentences(against), previous, generation, now);
  }

  /** Why there is no answer; all that is known where nothing of it explains that. */
  static List<Issue> againstAnAnswer(List<Issue> issues) {
    List<Issue> against =
        issues.stream()
            .filter(
                c ->
                    c.blocks()
                        || c.reason() == STALE
                        || c.reason() == SOURCE_UNAVAILABLE
                        || c.reason() == SHORT_HISTORY)
            .toList();
    return against.isEmpty() ? issues : against;
  }

  /** Conclusive: there is a verdict. */
  private static Condition conclusive(
      Answer answer, List<Issue> issues, List<Condition> previous, long generation, Instant now) {
    List<Issue> against = issues.stream().filter(Issue::blocks).toList();
    if (answer instanceof Answer.Undecided undecided) {
      return condition(
          CONCLUSIVE,
          FALSE,
          firstCause(against, issues).map(NamedReason::label).orElse(undecided.reason().label()),
          whyNot(undecided, against),
          previous,
          generation,
          now);
    }
    if (!against.isEmpty()) {
      return condition(
          CONCLUSIVE,
          FALSE,
          causeOf(against, issues),
          "there is no answer: see " + READY,
          previous,
          generation,
          now);
    }
    return answer instanceof Answer.Given
        ? condition(CONCLUSIVE, TRUE, "Verdict", "there is a verdict", previous, generation, now)
        : kept(previous, generation, now);
  }

  /** What no other condition says, and which ones say the rest. */
  private static String whyNot(Answer.Undecided undecided, List<Issue> against) {
    List<Issue> all = new ArrayList<>();
    if (undecided.reason() instanceof Issue.Reason reason) {
      all.add(new Issue(reason, undecided.message()));
    }
    all.addAll(against);
    List<String> parts = new ArrayList<>();
    if (all.isEmpty()) {
      parts.add(Words.of(undecided.message()));
    }
    List<Issue> untold = all.stream().filter(c -> tellerOf(c).isEmpty()).toList();
    if (!untold.isEmpty()) {
      parts.add(sentences(untold));
    }
    List<String> tellers = tellersOf(all);
    if (!tellers.isEmpty()) {
      parts.add((parts.isEmpty() ? "there is no verdict yet: see " : "see ") + listed(tellers));
    }
    return String.join("; ", parts);
  }

  private static List<String> tellersOf(List<Issue> issues) {
    return issues.stream().flatMap(c -> tellerOf(c).stream()).distinct().toList();
  }

  private static Optional<String> tellerOf(Issue issue) {
    return Stream.of(values())
        .filter(c -> c.own.contains(issue.reason()))
        .findFirst()
        .map(c -> c.type);
  }

  private static String listed(List<String> types) {
    int last = types.size() - 1;
    return last == 0
        ? types.get(0)
        : String.join(", ", types.subList(0, last)) + " and " + types.get(last);
  }

  /** Without a new answer the old verdict is shown, if there is one. */
  private static Condition kept(List<Condition> previous, long generation, Instant now) {
    return previous.stream()
        .filter(c -> c.type().equals(CONCLUSIVE))
        .findFirst()
        .orElseGet(
            () ->
                condition(
                    CONCLUSIVE,
                    UNKNOWN,
                    NO_ANSWER,
                    "there is no answer yet",
                    previous,
                    generation,
                    now));
  }

  /** Stalled: waiting does not help. */
  private static Condition stalled(
      List<Issue> issues, List<Condition> previous, long generation, Instant now) {
    List<Issue> against =
        issues.stream().filter(c -> c.blocks() && ONLY_AN_EDIT_MENDS.contains(c.reason())).toList();
    // GPUs of a workload that is not there have no price; that mends itself when it is.
    boolean waits =
        issues.stream()
            .anyMatch(c -> c.reason() == WORKLOAD_NOT_FOUND || c.reason() == SOURCE_UNAVAILABLE);
    return against.isEmpty() || waits
        ? condition(STALLED, FALSE, GOES_ON, "nothing waits for an edit", previous, generation, now)
        : condition(
            STALLED,
            TRUE,
            causeOf(against, against),
            // Each of these reasons is another condition's own.
            "waits for an edit: see " + listed(tellersOf(against)),
            previous,
            generation,
            now);
  }

  /** The name of the first cause among all that is known; else of the heaviest issue. */
  private static String causeOf(List<Issue> against, List<Issue> all) {
    return firstCause(against, all)
        .map(NamedReason::label)
        .orElseGet(() -> against.isEmpty() ? NO_ANSWER : against.get(0).reason().label());
  }

  private static Optional<NamedReason> firstCause(List<Issue> against, List<Issue> all) {
    return CAUSES.stream()
        .filter(cause -> all.stream().anyMatch(c -> c.reason() == cause && isACause(c, against)))
        .<NamedReason>map(cause -> cause)
        .findFirst();
  }

  /** What only weakens an answer explains a block, unless what blocks is something of its own. */
  private static boolean isACause(Issue issue, List<Issue> against) {
    return against.contains(issue)
        || against.stream()
            .anyMatch(
                c ->
                    c.reason() == NO_TRAFFIC_DATA
                        || c.reason() == COVERAGE_LOW
                        || c.reason() == HISTORY_TOO_SHORT
                        || c.reason() == CAPACITY_UNKNOWN
                        || c.reason() == GPU_PRICE_MISSING
                        || c.reason() == STALE);
  }

  /** Whether a condition only says that nothing is wrong, or that nobody looked. */
  static boolean saysNothing(String type, String reason) {
    return reason.equals(NOT_OBSERVED)
        || reason.equals(GOES_ON)
        || (reason.equals(NO_ANSWER) && isOfIssues(type))
        || Stream.of(values()).anyMatch(c -> c.type.equals(type) && c.goodReason.equals(reason));
  }

  /** Whether a condition follows from the issues that are its own. */
  static boolean isOfIssues(String type) {
    return Stream.of(values()).anyMatch(c -> c.type.equals(type));
  }

  private static String sentences(List<Issue> issues) {
    return Words.of(issues.stream().map(Issue::message).toList());
  }

  private static Condition condition(
      String type,
      String status,
      String reason,
      String message,
      List<Condition> previous,
      long generation,
      Instant now) {
    String since =
        previous.stream()
            .filter(c -> c.type().equals(type) && c.status().equals(status))
            .map(Condition::lastTransitionTime)
            .findFirst()
            .orElse(StatusFormat.time(now));
    return new Condition(since, message, generation, reason, status, type);
  }
}
