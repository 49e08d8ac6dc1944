package dev.breakeven.advice.decision;

import static dev.breakeven.advice.decision.IssueRules.issue;
import static dev.breakeven.advice.decision.IssueRules.when;
import static dev.breakeven.reason.Parameter.hours;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.percent;
import static dev.breakeven.reason.Parameter.replicas;
import static dev.breakeven.reason.Parameter.time;

import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.Workload;
import dev.breakeven.advice.costing.ObservationWindow;
import dev.breakeven.advice.costing.UnseenTimes;
import dev.breakeven.advice.decision.IssueRules.Situation;
import dev.breakeven.reason.Cause;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Rules for issues of the past that was read: how long it is, and what in it is not known. */
final class TrafficIssues {

  /**
   * Share of the known steps with requests waiting from which on demand is a lower bound, percent.
   */
  static final double LOWER_BOUND_FROM_PERCENT = 1;

  /** Of each day, unknown on most days: from then on it is said. */
  static final Duration UNSEEN_FROM = Duration.ofMinutes(30);

  private static final Duration HOUR = Duration.ofHours(1);

  /** Issues that only a policy which names workloads has. */
  private static final Set<Reason> SAID_OF_WORKLOADS =
      EnumSet.of(Reason.WORKLOAD_NOT_FOUND, Reason.SERIES_MISSING);

  private static final Duration DAY = Duration.ofDays(1);

  private static final Duration WEEK = Duration.ofDays(7);

  private TrafficIssues() {}

  static Optional<Issue> noTrafficIsKnown(Situation s) {
    return when(
        s.window().knownSteps() == 0,
        Reason.NO_TRAFFIC_DATA,
        s.input().workloads().isEmpty()
                && s.input().issues().stream()
                    .noneMatch(issue -> SAID_OF_WORKLOADS.contains(issue.reason()))
            ? Cause.NO_STEP_WITH_GATEWAY_TOKENS
            : Cause.NO_STEP_WITH_TOKENS,
        name(s.input().model()));
  }

  static Optional<Issue> historyIsTooShort(Situation s) {
    Duration least = ObservationWindow.leastSpan(s.input().planning());
    return when(
        s.window().knownSteps() > 0 && s.window().span().compareTo(least) < 0,
        Reason.HISTORY_TOO_SHORT,
        Cause.HISTORY_TOO_SHORT_FOR_VERDICT,
        hours(s.window().span()),
        hours(least));
  }

  static Optional<Issue> coverageIsLow(Situation s) {
    double asked = s.input().planning().minCoveragePercent();
    return when(
        s.window().knownSteps() > 0 && s.window().coveragePercent() < asked,
        Reason.COVERAGE_LOW,
        Cause.WINDOW_PARTLY_KNOWN,
        percent(s.window().coveragePercent()),
        percent(asked));
  }

  static Optional<Issue> hoursAreUnseen(Situation s) {
    Duration step = Duration.ofSeconds(s.window().history().grid().stepSeconds());
    return unseen(
            UnseenTimes.of(List.of(s.window().history()), Duration.ofDays(1), step),
            step,
            Cause.TIMES_OF_DAY_UNSEEN)
        .or(
            () ->
                unseen(
                    UnseenTimes.of(s.input().past().all(), Duration.ofDays(7), HOUR),
                    HOUR,
                    Cause.TIMES_OF_WEEK_UNSEEN));
  }

  private static Optional<Issue> unseen(List<Instant> times, Duration each, Cause cause) {
    Duration length = each.multipliedBy(times.size());
    return length.compareTo(UNSEEN_FROM) < 0
        ? Optional.empty()
        : issue(Reason.HOURS_UNSEEN, cause, hours(length), time(times.get(0)));
  }

  static Optional<Issue> windowIsShort(Situation s) {
    Duration window = s.input().planning().window();
    return when(
        s.window().knownSteps() > 0 && s.window().span().compareTo(window) < 0,
        Reason.SHORT_HISTORY,
        Cause.HISTORY_SHORTER_THAN_WINDOW,
        hours(s.window().span()),
        hours(window));
  }

  static Optional<Issue> lastDemandIsKept(Situation s) {
    return when(
        s.window().endsEarly(),
        Reason.LAST_DEMAND_KEPT,
        Cause.DEMAND_BEFORE_SCALE_TO_ZERO_USED,
        time(s.window().to()));
  }

  static Optional<Issue> demandIsALowerBound(Situation s) {
    double percent = 100.0 * s.seen().saturatedSteps() / Math.max(1, s.window().knownSteps());
    return when(
        percent >= LOWER_BOUND_FROM_PERCENT,
        Reason.DEMAND_LOWER_BOUND,
        Cause.REQUESTS_WERE_WAITING,
        percent(percent));
  }

  static Optional<Issue> nothingWasAsked(Situation s) {
    return when(
        s.window().knownSteps() > 0 && s.seen().demand().total() == 0,
        Reason.NO_TRAFFIC,
        Cause.NO_TOKENS_REQUESTED,
        name(s.input().model()));
  }

  static Optional<Issue> windowIsNotWholeWeeks(Situation s) {
    return when(
        s.window().span().toSeconds() % WEEK.toSeconds() != 0,
        Reason.NOT_WHOLE_WEEKS,
        Cause.MONTH_REPEATS_PARTIAL_WEEKS,
        hours(s.window().span()));
  }

  static Optional<Issue> cacheIsUnmeasured(Situation s) {
    return when(
        s.window().knownSteps() > 0 && !s.seen().cacheMeasured(),
        Reason.CACHE_UNMEASURED,
        Cause.CACHE_HITS_NOT_MEASURED);
  }

  static Optional<Issue> replicasAreUnmeasured(Situation s) {
    return when(
        s.window().knownSteps() > 0
            && s.input().replicasNow() > 0
            && s.window().history().replicasHeld().measuredSteps() == 0,
        Reason.REPLICAS_UNMEASURED,
        Cause.REPLICAS_NOT_MEASURED,
        replicas(s.input().replicasNow()));
  }

  /**
   * Where pods that were scraped stand in for the replicas that ran, replicas that nobody scrapes
   * are in no count. Of the last day the most: one that has just come is not yet seen.
   */
  static Optional<Issue> readyReplicasAreUnseen(Situation s) {
    int ready = s.input().workloads().stream().mapToInt(Workload::replicasReady).sum();
    TrafficHistory traffic = s.input().past().traffic();
    Series held = traffic.replicasHeld();
    long steps = DAY.toSeconds() / traffic.grid().stepSeconds();
    double most =
        IntStream.range((int) Math.max(0, held.steps() - steps), held.steps())
            .mapToDouble(step -> held.at(step, 0))
            .max()
            .orElse(0);
    return when(
        s.input().issues().stream().anyMatch(i -> i.reason() == Reason.REPLICAS_FROM_UP)
            && most > 0
            && ready > Math.round(most),
        Reason.PODS_UNSCRAPED,
        Cause.READY_REPLICAS_NOT_SEEN,
        replicas(ready),
        replicas((int) Math.round(most)));
  }
}
