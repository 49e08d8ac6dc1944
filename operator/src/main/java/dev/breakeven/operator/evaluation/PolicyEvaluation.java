package dev.breakeven.operator.evaluation;

import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.time;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.LengthTail;
import dev.breakeven.advice.evaluation.Advisor;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.prometheus.LengthTails;
import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import dev.breakeven.render.status.Inspected;
import dev.breakeven.render.status.PreviousDecisionReader;
import dev.breakeven.render.status.StatusFactory;
import dev.breakeven.terms.ResolvedTerms;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a policy: from terms and observations to a status, in one pure step. The operator,
 * {@code advise} and {@code demo} all answer here.
 */
public sealed interface PolicyEvaluation {

  /** The status to show. */
  CostPolicyStatus status();

  /** The policy was evaluated; the verdict may be inconclusive. */
  record Answered(CostPolicyStatus status, AdvisorInput input, Advice advice)
      implements PolicyEvaluation {}

  /** The traffic is not known. The last figures stay in the status, with the reasons. */
  record Unanswered(CostPolicyStatus status, List<Issue> issues) implements PolicyEvaluation {
    public Unanswered {
      issues = List.copyOf(issues);
    }
  }

  /**
   * Answers a policy.
   *
   * @param policy as the API server admitted it
   * @param terms its terms, resolved
   * @param observation what its source last answered
   * @param conflicts with other policies on the same workload
   * @param inspected what was read; the status makes no statement about the rest
   * @param previous the status that is shown now, or none
   * @param now the time of the evaluation
   * @param advisor may keep replays of this policy's past; the answer is the same without them
   */
  static PolicyEvaluation of(
      CostPolicy policy,
      ResolvedTerms terms,
      Observation observation,
      List<Issue> conflicts,
      Set<Inspected> inspected,
      @Nullable CostPolicyStatus previous,
      Instant now,
      Advisor advisor) {
    List<Issue> issues = new ArrayList<>(terms.issues());
    issues.addAll(conflicts);
    long generation = generationOf(policy);
    if (observation instanceof Observation.Observed observed) {
      return answered(terms, observed, issues, inspected, previous, generation, now, advisor);
    }
    if (observation instanceof Observation.Stale stale) {
      issues.add(unavailable(stale.why(), stale.since()));
      Observation.Observed last = stale.lastGood();
      issues.add(stale(time(last.through())));
      // Asked as of then: a window that ends now would be a window of which the end is unknown.
      return answered(
          terms, last, issues, inspected, previous, generation, last.through(), advisor);
    }
    Observation.Unavailable unavailable = (Observation.Unavailable) observation;
    issues.add(0, unavailable(unavailable.why(), unavailable.since()));
    CostPolicyStatus.Observed seen =
        previous == null || !Objects.equals(previous.observedGeneration(), generation)
            ? null
            : previous.observed();
    if (seen != null && seen.to() != null) {
      issues.add(0, stale(name(seen.to())));
    } else {
      issues.add(0, new Issue(Reason.NO_TRAFFIC_DATA, Message.of(Cause.NO_TRAFFIC_KNOWN)));
    }
    return new Unanswered(
        StatusFactory.unanswered(issues, previous, generation, inspected, now), issues);
  }

  private static Answered answered(
      ResolvedTerms terms,
      Observation.Observed observed,
      List<Issue> issues,
      Set<Inspected> inspected,
      @Nullable CostPolicyStatus previous,
      long generation,
      Instant now,
      Advisor advisor) {
    observed.notes().forEach(note -> issues.add(issue(note)));
    AdvisorInput input = input(terms, observed, issues, previous, generation, now);
    Advice advice = advisor.advise(input);
    return new Answered(
        StatusFactory.answered(advice, terms, previous, generation, inspected, input.asOf(), now),
        input,
        advice);
  }

  /** The input of the core. */
  static AdvisorInput input(
      ResolvedTerms terms,
      Observation.Observed observed,
      List<Issue> issues,
      @Nullable CostPolicyStatus previous,
      long generation,
      Instant now) {
    return new AdvisorInput(
        terms.inputHash(generation),
        terms.core(),
        terms.present(),
        terms.prefill(),
        new AdvisorInput.Past(
            observed.traffic(),
            List.of(observed.earlier(), observed.before()),
            observed.tails() instanceof LengthTails.Measured measured
                ? new LengthTail.Measured(measured.p95InputTokens(), measured.p95OutputTokens())
                : new LengthTail.Unmeasured()),
        now,
        issues,
        PreviousDecisionReader.of(previous));
  }

  private static long generationOf(CostPolicy policy) {
    Long generation = policy.getMetadata().getGeneration();
    return generation == null ? 0 : generation;
  }

  private static Issue unavailable(Note why, Instant since) {
    if (since.equals(Instant.EPOCH)) {
      return issue(why); // nobody knows since when
    }
    return new Issue(
        issue(why).reason(),
        Message.of(
            Cause.UNAVAILABLE_SINCE,
            clause(why.message()),
            time(since.truncatedTo(ChronoUnit.MINUTES))));
  }

  private static Issue stale(Parameter through) {
    return new Issue(Reason.STALE, Message.of(Cause.FIGURES_ARE_OF, through));
  }

  private static Issue issue(Note note) {
    Reason reason =
        switch (note.reason()) {
          case SOURCE_UNKNOWN -> Reason.SOURCE_UNKNOWN;
          case ENGINE_UNKNOWN -> Reason.ENGINE_UNKNOWN;
          case SOURCE_UNAVAILABLE -> Reason.SOURCE_UNAVAILABLE;
          case CLOCKS_DIFFER -> Reason.CLOCKS_DIFFER;
          case CLOCKS_FAR_APART -> Reason.CLOCKS_FAR_APART;
          case PARTIAL_ANSWER, PODS_UNSEEN, QUERY_FAILED -> Reason.PARTIAL_ANSWER;
          case PODS_UNSCRAPED -> Reason.PODS_UNSCRAPED;
          case SERIES_MISSING, SERIES_ELSEWHERE, MODEL_NAME_DIFFERS, LABELS_NOT_TRUSTED ->
              Reason.SERIES_MISSING;
          case AMBIGUOUS_ATTRIBUTION -> Reason.AMBIGUOUS_ATTRIBUTION;
          case SCALED_TO_ZERO -> Reason.LAST_DEMAND_KEPT;
          case REPLICAS_FROM_PODS -> Reason.REPLICAS_FROM_UP;
          case REPLICAS_UNMEASURED -> Reason.REPLICAS_UNMEASURED;
          case CACHE_UNMEASURED -> Reason.CACHE_UNMEASURED;
          case CACHED_EXCEED_PROMPTS -> Reason.CACHE_MISCOUNTED;
          case PROMPTS_COUNTED_TWICE, HALVES_DIFFER -> Reason.PROMPTS_COUNTED_TWICE;
          case GATEWAY_REPEATS_ENGINES, ENGINES_COUNT_LESS -> Reason.GATEWAY_DISAGREES;
          case PODS_UNOWNED -> Reason.PODS_UNOWNED;
          case PODS_VANISHED -> Reason.NO_TRAFFIC_DATA;
          case OTHER_MODELS_SERVED -> Reason.OTHER_MODELS_SERVED;
          case SERVER_REPEATED, SERIES_COPIED, GATEWAY_SERIES_COPIED -> Reason.SERVER_REPEATED;
          case SERVERS_ALIKE, SERIES_ALIKE -> Reason.SERVERS_ALIKE;
          case SCRAPES_CONTRADICT, SERIES_UNREADABLE, SERVERS_UNTOLD -> Reason.PARTIAL_ANSWER;
          case CLUSTERS_MIXED -> Reason.CLUSTERS_MIXED;
          case GAPS_COUNTED -> Reason.GAPS_COUNTED;
          case COUNTS_LOST -> Reason.COUNTS_LOST;
          case WINDOW_LOADING -> Reason.HISTORY_TOO_SHORT;
          case LABELS_UNCHECKED -> Reason.LABELS_UNCHECKED;
          case GPU_UNMEASURED -> Reason.GPU_UNMEASURED;
          case HISTORY_LOADING -> Reason.SHORT_HISTORY;
        };
    return new Issue(reason, note.message());
  }
}
