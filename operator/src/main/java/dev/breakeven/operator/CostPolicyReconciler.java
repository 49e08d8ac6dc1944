package dev.breakeven.operator;

import dev.breakeven.advice.Advisor;
import dev.breakeven.advice.Issue;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.RateCard;
import dev.breakeven.cluster.ApiFailure;
import dev.breakeven.cluster.Backoff;
import dev.breakeven.cluster.OutageLog;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.cluster.WorkloadState;
import dev.breakeven.cluster.WorkloadStates;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import dev.breakeven.render.html.ReportedPolicy;
import dev.breakeven.render.metrics.OperatorMetrics;
import dev.breakeven.render.metrics.PolicyMetrics;
import dev.breakeven.render.status.LookedAt;
import dev.breakeven.render.status.ShortStatus;
import dev.breakeven.render.status.StatusChange;
import dev.breakeven.render.status.StatusFactory;
import dev.breakeven.terms.GpuPriceLookup;
import dev.breakeven.terms.ResolvedTerms;
import dev.breakeven.terms.TermsResolver;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one policy: reads what is known, asks the core, and writes the status if a person would
 * care, or if the API server does not show the one that was written. It writes nothing else but
 * events. Whatever fails in it is logged once, and tried again.
 */
public final class CostPolicyReconciler implements Reconciler<CostPolicy> {

  private static final Logger log = LoggerFactory.getLogger(CostPolicyReconciler.class);

  private static final String LEASE = "reading of the lease";
  private static final String STORED = "storing of statuses";

  /** Prices age even where nothing happens; the cycle drives everything else. */
  private static final Duration RESYNC = Duration.ofMinutes(10);

  /** Kubernetes keeps events for an hour: what is older has been told, or need not be. */
  private static final Duration NEWS_FOR = Duration.ofHours(1);

  private static final Backoff RETELL = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1));

  /** Whether RateCards are read. */
  public enum RateCards {
    READ,
    NOT_READ
  }

  /** A change of the advice that no event tells of yet. */
  private record Untold(int failures, Instant notBefore) {}

  /**
   * What a claim was worked out from.
   *
   * @param day in UTC
   * @param readAt the minute, while not all of the past has been read
   */
  private record ClaimBasis(
      @Nullable Long generation, String cardVersion, Instant day, Instant readAt) {}

  private record Claim(ClaimBasis basis, Optional<CommitmentSharing.Claimant> claimant) {}

  private final Duration period;
  private final RateCards rateCards;
  private final WorkloadStates workloads;
  private final EventRecorder events;
  private final Leadership leadership;
  private final PolicyMetrics policyMetrics;
  private final OperatorMetrics operatorMetrics;
  private final OutageLog outages;
  private final Clock clock;
  private final MetricsPollingEventSource polling;
  private final StatusCache statuses;
  private final Map<PolicyKey, Advisor> advisors = new ConcurrentHashMap<>();
  private final Map<PolicyKey, String> told = new ConcurrentHashMap<>();
  private final Map<PolicyKey, Untold> untold = new ConcurrentHashMap<>();
  private final Map<PolicyKey, Claim> claims = new ConcurrentHashMap<>();

  /** Policies of whose status the API server keeps less than was sent. */
  private final Set<PolicyKey> storedInPart = ConcurrentHashMap.newKeySet();

  /** As of the claims that it was worked out from; none before the first, or where one is gone. */
  private @Nullable CommitmentSharing sharing;

  /** Rate cards whose committed GPUs have been shared among all that use them. */
  private final Set<String> cardsShared = ConcurrentHashMap.newKeySet();

  /** First answered from their windows alone; the answer from all of the past is as a first one. */
  private final Set<PolicyKey> firstFromWindow = ConcurrentHashMap.newKeySet();

  private @Nullable InformerEventSource<RateCard, CostPolicy> cards;
  private @Nullable IndexerResourceCache<CostPolicy> policies;

  /**
   * @param period how often the cycle reads what is new
   * @param outages told of what fails
   */
  CostPolicyReconciler(
      MetricsCollector cycle,
      Duration period,
      RateCards rateCards,
      WorkloadStates workloads,
      EventRecorder events,
      Leadership leadership,
      PolicyMetrics policyMetrics,
      OperatorMetrics operatorMetrics,
      StatusCache statuses,
      OutageLog outages,
      Clock clock) {
    this.period = period;
    this.statuses = statuses;
    this.rateCards = rateCards;
    this.workloads = workloads;
    this.events = events;
    this.leadership = leadership;
    this.policyMetrics = policyMetrics;
    this.operatorMetrics = operatorMetrics;
    this.outages = outages;
    this.clock = clock;
    this.polling =
        new MetricsPollingEventSource(
            cycle,
            clock,
            period,
            operatorMetrics,
            outages,
            policy -> statuses.seen(policy, leadership.leads(), clock.instant()),
            this::forget);
  }

  @Override
  public List<EventSource<?, CostPolicy>> prepareEventSources(
      EventSourceContext<CostPolicy> context) {
    List<EventSource<?, CostPolicy>> sources = new ArrayList<>();
    sources.add(polling);
    policies = context.getPrimaryCache();
    if (rateCards == RateCards.READ) {
      cards =
          new InformerEventSource<>(
              InformerEventSourceConfiguration.from(RateCard.class, CostPolicy.class)
                  .withName("rate-cards")
                  .withWatchAllNamespaces()
                  .withSecondaryToPrimaryMapper(
                      card ->
                          context
                              .getPrimaryCache()
                              .list(p -> uses(p, card.getMetadata().getName()))
                              .map(ResourceID::fromResource)
                              .collect(Collectors.toSet()))
                  .build(),
              context);
      sources.add(cards);
    }
    return sources;
  }

  private static boolean uses(CostPolicy policy, String card) {
    return policy.getSpec() != null && policy.getSpec().rateCard().equals(card);
  }

  /** The policies as the watch last showed them; none before the first start. */
  List<CostPolicy> shownPolicies() {
    IndexerResourceCache<CostPolicy> cache = policies;
    return cache == null ? List.of() : cache.list().toList();
  }

  /** The rate cards as the watch last showed them. */
  List<RateCard> shownCards() {
    InformerEventSource<RateCard, CostPolicy> source = cards;
    return source == null ? List.of() : source.list().toList();
  }

  @Override
  public UpdateControl<CostPolicy> reconcile(CostPolicy policy, Context<CostPolicy> context) {
    Duration next = resync(RESYNC);
    if (leadership.leads()) {
      try {
        next = look(policy, context.getClient());
      } catch (RuntimeException e) {
        // A bug, for everything that may fail is caught where it fails.
        logBug(PolicyKey.of(policy), e);
      }
    }
    return UpdateControl.<CostPolicy>noUpdate().rescheduleAfter(next);
  }

  /** Answers a policy of which enough is known; says when to look again at the latest. */
  private Duration look(CostPolicy policy, KubernetesClient client) {
    if (policy.getSpec() == null) {
      sayUnreadable(policy);
      return resync(RESYNC);
    }
    Optional<Observation> observation = polling.observationFor(policy);
    // A policy whose first batch is still being read is reconciled again when it has been.
    if (observation.isEmpty()) {
      dropAnswerOfOtherSpec(policy, client);
      return resync(RESYNC);
    }
    boolean all = answer(policy, observation.get(), client);
    polling.answered(policy);
    // What could not be read of the cluster is looked at again in the next cycle.
    return resync(all || period.compareTo(RESYNC) > 0 ? RESYNC : period);
  }

  /** The answer to a spec that has changed is none, although the new one has to be waited for. */
  private void dropAnswerOfOtherSpec(CostPolicy policy, KubernetesClient client) {
    CostPolicyStatus before = statuses.of(policy);
    Long generation = policy.getMetadata().getGeneration();
    if (before == null
        || before.advice() == null
        || before.observedGeneration() == null
        || before.observedGeneration().equals(generation)) {
      return;
    }
    Instant now = clock.instant();
    if (statuses.untilNextWrite(policy, true, now).isZero() && mayWrite()) {
      List<Issue> why =
          List.of(
              new Issue(Issue.Reason.NO_TRAFFIC_DATA, Message.of(Cause.NEW_SPEC_BEING_ANSWERED)));
      boolean unused =
          write(
              policy,
              ShortStatus.of(
                  StatusFactory.unanswered(
                      why,
                      before,
                      Objects.requireNonNullElse(generation, 0L),
                      LookedAt.everything(),
                      now)),
              client,
              now);
    }
  }

  /**
   * Answers it from what was observed.
   *
   * @return whether everything that it names in the cluster could be read
   */
  boolean answer(CostPolicy policy, Observation observation, KubernetesClient client) {
    Instant now = clock.instant();
    CostPolicyStatus before = statuses.of(policy);
    if (observation instanceof Observation.Observed seen
        && (!seen.loaded() || !isSharingKnown(policy))
        && answers(before, policy)) {
      // Started anew: an answer from all of the past stands until all of it has been read again.
      tell(policy, before, now);
      return true;
    }
    boolean isOfAllPast = observation instanceof Observation.Observed seen && seen.loaded();
    PolicyKey key = PolicyKey.of(policy);
    if (before == null || before.advice() == null) {
      if (!isOfAllPast) {
        firstFromWindow.add(key);
      }
    } else if (!answers(before, policy)) {
      // What was decided for another spec is memory: that it changes is news.
      firstFromWindow.remove(key);
    }
    boolean isDecidedAnew = isOfAllPast && firstFromWindow.contains(key);
    CostPolicyStatus status;
    boolean all = true;
    try {
      List<WorkloadState> states = workloads.allOf(policy);
      all = states.stream().allMatch(CostPolicyReconciler::isAllRead);
      status =
          evaluate(
              policy,
              states,
              observation,
              isDecidedAnew && before != null ? undecided(before) : before,
              now);
      outages.ended(evaluationOf(policy), fields(policy));
    } catch (RuntimeException e) {
      status = broken(policy, before, now, e);
      all = false; // what it met may be over in the next cycle
    }
    if (!polling.isWatched(policy)) {
      // Deleted while it was answered: a figure shown from now on would never be taken away.
      forget(PolicyKey.of(policy));
      return true;
    }
    boolean isNews =
        StatusChange.between(before, status).isWorthWriting(statuses.sinceWritten(policy, now));
    sayForeign(policy, now);
    boolean isToBeWritten =
        isNews || statuses.standing(policy, now) == StatusCache.Standing.TO_BE_WRITTEN;
    boolean isWritten =
        isToBeWritten
            && statuses.untilNextWrite(policy, isNews, now).isZero()
            && mayWrite()
            && write(policy, status, client, now);
    if (isDecidedAnew && (isWritten || !isToBeWritten)) {
      firstFromWindow.remove(key);
    }
    tell(policy, isWritten ? status : before, now);
    if (!polling.isWatched(policy)) {
      // Deleted while it was written: what came of the write is nobody's.
      forget(key);
    }
    return all;
  }

  /** A status without what it decided. */
  private static CostPolicyStatus undecided(CostPolicyStatus status) {
    return new CostPolicyStatus(
        null,
        status.alternatives(),
        status.breakeven(),
        status.conditions(),
        status.cost(),
        status.messagesHash(),
        List.of(),
        status.observed(),
        status.observedGeneration(),
        null,
        status.scenario(),
        status.workloads());
  }

  private CostPolicyStatus evaluate(
      CostPolicy policy,
      List<WorkloadState> states,
      Observation observation,
      @Nullable CostPolicyStatus before,
      Instant now) {
    GpuPriceLookup prices = polling.pricesFor(policy);
    PolicyEvaluator answer =
        evaluated(policy, states, observation, prices, before, now, advisorOf(policy));
    polling.asked(policy, prices);
    CostPolicyStatus status = ShortStatus.of(answer.status());
    observe(policy, answer);
    return status;
  }

  private PolicyEvaluator evaluated(
      CostPolicy policy,
      List<WorkloadState> states,
      Observation observation,
      GpuPriceLookup prices,
      @Nullable CostPolicyStatus before,
      Instant now,
      Advisor advisor) {
    return PolicyEvaluator.to(
        policy,
        withItsShare(
            policy, TermsResolver.resolve(policy, rateCardOf(policy), states, prices, before), now),
        observation,
        polling.contested(policy).map(List::of).orElse(List.of()),
        LookedAt.everything(),
        before,
        now,
        advisor);
  }

  private ResolvedTerms withItsShare(CostPolicy policy, ResolvedTerms terms, Instant now) {
    return terms.committed().isEmpty() ? terms : sharing(policy, now).shared(policy, terms);
  }

  /** How policies share; worked out anew where what this one's claim rests on has changed. */
  private synchronized CommitmentSharing sharing(CostPolicy policy, Instant now) {
    Claim known = claims.get(PolicyKey.of(policy));
    CommitmentSharing standing = sharing;
    if (standing == null
        || !basisOf(policy, now).equals(Optional.ofNullable(known).map(Claim::basis))) {
      standing = new CommitmentSharing(this::shownPolicies, other -> claimOf(other, now), now);
      sharing = standing;
    }
    return standing;
  }

  /** What a policy's claim rests on; nothing where it claims nothing. */
  private Optional<ClaimBasis> basisOf(CostPolicy policy, Instant now) {
    return rateCardOf(policy)
        .filter(card -> !card.getSpec().commitments().isEmpty())
        .flatMap(
            card ->
                polling
                    .observationFor(policy)
                    .map(
                        observation ->
                            new ClaimBasis(
                                policy.getMetadata().getGeneration(),
                                card.getMetadata().getResourceVersion(),
                                now.truncatedTo(ChronoUnit.DAYS),
                                observation instanceof Observation.Observed seen && seen.loaded()
                                    ? Instant.MAX
                                    : now.truncatedTo(ChronoUnit.MINUTES))));
  }

  /**
   * What a policy claims of the GPUs that its card lists as committed. It is worked out once a day,
   * and anew where the policy or the card has changed or more of its past has been read.
   */
  private Optional<CommitmentSharing.Claimant> claimOf(CostPolicy policy, Instant now) {
    return basisOf(policy, now)
        .flatMap(
            basis ->
                claims
                    .compute(
                        PolicyKey.of(policy),
                        (key, known) ->
                            known != null && known.basis().equals(basis)
                                ? known
                                : new Claim(basis, claimant(policy, now)))
                    .claimant());
  }

  private Optional<CommitmentSharing.Claimant> claimant(CostPolicy policy, Instant now) {
    return polling
        .observationFor(policy)
        .flatMap(
            observation ->
                CommitmentSharing.claimant(
                    TermsResolver.resolve(
                        policy,
                        rateCardOf(policy),
                        workloads.allOf(policy),
                        polling.pricesFor(policy),
                        statuses.of(policy)),
                    observation,
                    now));
  }

  /**
   * Whether all that share committed GPUs with it have been known once as far back as is kept; a
   * standing answer waits for them after a start, so that a restart does not move the shares.
   */
  private boolean isSharingKnown(CostPolicy policy) {
    Optional<RateCard> card = rateCardOf(policy);
    if (card.isEmpty()
        || card.get().getSpec().commitments().isEmpty()
        || cardsShared.contains(policy.getSpec().rateCard())) {
      return true;
    }
    boolean isKnown =
        shownPolicies().stream()
            .filter(other -> uses(other, policy.getSpec().rateCard()))
            .map(polling::observationFor)
            .noneMatch(
                seen ->
                    seen.isEmpty()
                        || (seen.get() instanceof Observation.Observed part && !part.loaded()));
    if (isKnown) {
      cardsShared.add(policy.getSpec().rateCard());
    }
    return isKnown;
  }

  /**
   * A policy with its answer as of now, for a report. Nothing is written, and nothing that the
   * operator remembers changes.
   *
   * @return empty where nothing is known of its traffic
   */
  Optional<ReportedPolicy> reported(CostPolicy policy) {
    Optional<Observation> observation =
        policy.getSpec() == null ? Optional.empty() : polling.observationFor(policy);
    if (observation.isEmpty()) {
      return Optional.empty();
    }
    PolicyEvaluator answer =
        evaluated(
            policy,
            workloads.allOf(policy),
            observation.get(),
            polling.pricesFor(policy),
            statuses.of(policy),
            clock.instant(),
            Advisor.standard());
    return answer instanceof PolicyEvaluator.Answered answered
        ? Optional.of(
            new ReportedPolicy(
                policy.getMetadata().getNamespace(),
                policy.getMetadata().getName(),
                answered.question(),
                answered.advice()))
        : Optional.empty();
  }

  /** The status of a policy whose evaluation failed: a bug of ours, which its reader must know. */
  private CostPolicyStatus broken(
      CostPolicy policy, @Nullable CostPolicyStatus before, Instant now, RuntimeException bug) {
    logBug(PolicyKey.of(policy), bug);
    // It may have left what it remembers half done.
    advisors.remove(PolicyKey.of(policy));
    Issue issue =
        new Issue(
            Issue.Reason.INTERNAL_ERROR,
            Message.of(Cause.EVALUATION_FAILED, Parameter.name(bug.getClass().getSimpleName())));
    long generation = Objects.requireNonNullElse(policy.getMetadata().getGeneration(), 0L);
    policyMetrics.unanswered(
        policy.getMetadata().getNamespace(),
        policy.getMetadata().getName(),
        policy.getSpec().model(),
        List.of(issue));
    return ShortStatus.of(
        StatusFactory.unanswered(List.of(issue), before, generation, LookedAt.everything(), now));
  }

  private void logBug(PolicyKey policy, RuntimeException bug) {
    outages.failed(
        "evaluation of " + policy,
        "InternalError (" + bug.getClass().getSimpleName() + " at " + where(bug) + ")",
        Map.of("policy", policy.toString()));
    log.debug("{}: evaluation failed", policy, bug);
  }

  private static String where(RuntimeException bug) {
    StackTraceElement[] frames = bug.getStackTrace();
    for (StackTraceElement frame : frames) {
      if (frame.getClassName().startsWith("dev.breakeven.")) {
        return frame.getFileName() + ":" + frame.getLineNumber();
      }
    }
    return frames.length == 0 ? "an unknown place" : frames[0].toString();
  }

  /** Whether a status answers a policy as it now is. */
  private static boolean answers(@Nullable CostPolicyStatus status, CostPolicy policy) {
    return status != null
        && status.advice() != null
        && Objects.equals(status.observedGeneration(), policy.getMetadata().getGeneration());
  }

  private static boolean isAllRead(WorkloadState state) {
    return state instanceof WorkloadState.Found found
        && found.whereabouts() instanceof WorkloadState.Whereabouts.OnNodes;
  }

  private Optional<RateCard> rateCardOf(CostPolicy policy) {
    return cards == null
        ? Optional.empty()
        : cards
            .get(new ResourceID(policy.getSpec().rateCard()))
            .filter(CostPolicyReconciler::isReadable);
  }

  private static boolean isReadable(RateCard card) {
    return card.getSpec() != null;
  }

  private void observe(CostPolicy policy, PolicyEvaluator answer) {
    String namespace = policy.getMetadata().getNamespace();
    String name = policy.getMetadata().getName();
    String model = policy.getSpec().model();
    if (answer instanceof PolicyEvaluator.Answered answered) {
      policyMetrics.answered(namespace, name, model, answered.advice());
    } else if (answer instanceof PolicyEvaluator.Unanswered unanswered) {
      policyMetrics.unanswered(namespace, name, model, unanswered.issues());
    }
  }

  /** One that does not fit this version's types is left out, and its owner is told. */
  private void sayUnreadable(CostPolicy policy) {
    String why = TolerantDecoding.whyUnreadable(policy);
    outages.failed(
        "policy " + PolicyKey.of(policy),
        "left out, for this version cannot read it: " + why,
        fields(policy));
    if (mayWrite()) {
      events.record(
          policy,
          EventRecorder.Severity.Warning,
          "Unreadable",
          why,
          "this version of the operator cannot read the policy, and leaves it out: " + why);
    }
  }

  /** What somebody else left in a status is no memory: it is said, and written over. */
  private void sayForeign(CostPolicy policy, Instant now) {
    String what =
        switch (statuses.takeForeign(policy)) {
          case NOTHING -> "";
          case WRITTEN_OVER -> "somebody else wrote it; it is written anew";
          case TAKEN_AWAY -> "somebody took it away; it is written anew";
          case IMPLAUSIBLE ->
              "a part of it cannot be the operator's own, and is dropped; it is written anew";
        };
    if (what.isEmpty()) {
      return;
    }
    log.atWarn()
        .addKeyValue("policy", PolicyKey.of(policy))
        .addKeyValue("reason", "StatusForeign")
        .log("status of {}: {}", PolicyKey.of(policy), what);
    if (mayWrite()) {
      events.record(
          policy,
          EventRecorder.Severity.Warning,
          "StatusForeign",
          what + "/" + now.truncatedTo(ChronoUnit.HOURS),
          "status: " + what);
    }
  }

  private boolean mayWrite() {
    try {
      boolean ours = leadership.isOurs();
      outages.ended(LEASE);
      return ours;
    } catch (KubernetesClientException e) {
      outages.failed(LEASE, ApiFailure.words(e));
      return false;
    }
  }

  /** Writes it; says whether it was taken. */
  private boolean write(
      CostPolicy policy, CostPolicyStatus status, KubernetesClient client, Instant now) {
    boolean replace = statuses.isToBeReplaced(policy);
    String subject = "status of " + PolicyKey.of(policy);
    statuses.sends(policy, status);
    try {
      StatusWriter.Stored stored =
          replace
              ? StatusWriter.replace(policy, status, client)
              : StatusWriter.apply(policy, status, client);
      switch (statuses.wrote(policy, status, stored.status(), now)) {
        case AS_SENT -> storedInFull(policy);
        case WITH_OTHERS -> log.debug("{} has others' fields; replacing", PolicyKey.of(policy));
        case IN_PART -> {
          storedInPart.add(PolicyKey.of(policy));
          outages.failed(
              STORED, "the API server drops fields that were sent: apply this version's CRDs");
        }
      }
      operatorMetrics.wrote();
      outages.ended(subject, fields(policy));
      log.atInfo()
          .addKeyValue("policy", PolicyKey.of(policy))
          .addKeyValue("source", policy.getSpec().source())
          .addKeyValue("reason", reason(status))
          .log("{}: {}", PolicyKey.of(policy), summary(status));
      return true;
    } catch (RuntimeException e) {
      operatorMetrics.didNotWrite(failure(e));
      statuses.refused(policy, status, StatusWriter.isStuck(e), now);
      outages.failed(subject, "not written: " + ApiFailure.words(e), fields(policy));
      log.debug("{} was not written", PolicyKey.of(policy), e);
      return false;
    }
  }

  /** A status without the fields that others lose says nothing of those. */
  private void storedInFull(CostPolicy policy) {
    storedInPart.remove(PolicyKey.of(policy));
    if (storedInPart.isEmpty()) {
      outages.ended(STORED);
    }
  }

  private static String failure(RuntimeException e) {
    int code = ApiFailure.code(e);
    return switch (code) {
      case 0 -> "unreachable";
      case HttpURLConnection.HTTP_FORBIDDEN -> "forbidden";
      case HttpURLConnection.HTTP_NOT_FOUND -> "gone";
      case HttpURLConnection.HTTP_CONFLICT -> "conflict";
      default -> code >= 500 ? "server-error" : "refused";
    };
  }

  /**
   * Records an event for the last change of the advice in the status, unless that has been done.
   * What the API server does not show yet is not reported.
   */
  private void tell(CostPolicy policy, @Nullable CostPolicyStatus status, Instant now) {
    PolicyKey key = PolicyKey.of(policy);
    if (status == null
        || !leadership.leads()
        || statuses.standing(policy, now) == StatusCache.Standing.TO_BE_WRITTEN) {
      return;
    }
    AdviceChange change = AdviceChange.of(status).orElse(null);
    if (change == null || change.identity().equals(told.get(key))) {
      untold.remove(key);
      return;
    }
    Untold waiting = untold.get(key);
    if (waiting != null && now.isBefore(waiting.notBefore())) {
      return;
    }
    boolean isOld = Duration.between(change.at(), now).compareTo(NEWS_FOR) > 0;
    if (isOld
        || events.record(
            policy,
            EventRecorder.Severity.Normal,
            change.reason(),
            change.identity(),
            change.message())) {
      log.debug("{}: told of {}", key, change.identity());
      told.put(key, change.identity());
      untold.remove(key);
    } else {
      int failures = waiting == null ? 1 : waiting.failures() + 1;
      untold.put(key, new Untold(failures, now.plus(RETELL.after(failures))));
    }
  }

  /**
   * Looks again at the policies whose status is not shown as it should be, or whose last change has
   * no event yet; to be called every few seconds.
   */
  void lookAgain() {
    if (!leadership.leads()) {
      return;
    }
    Instant now = clock.instant();
    Set<PolicyKey> due = new HashSet<>(statuses.overdue(now));
    untold.forEach(
        (key, waiting) -> {
          if (!now.isBefore(waiting.notBefore())) {
            due.add(key);
          }
        });
    polling.lookAgain(due);
  }

  /** This replica leads from now on: every policy is looked at. */
  void startedLeading() {
    polling.lookAtAll();
  }

  /** Another replica leads, or may: what it writes is as good as our own. */
  void stoppedLeading() {
    statuses.handOver();
  }

  /** The watch was begun anew: policies that it does not show are gone. */
  void watchBegunAnew() {
    Set<PolicyKey> shown =
        shownPolicies().stream().map(PolicyKey::of).collect(Collectors.toUnmodifiableSet());
    polling.forgetAllBut(shown);
  }

  private static String summary(CostPolicyStatus status) {
    return status.advice() == null ? "" : String.valueOf(status.advice().summary());
  }

  private static String reason(CostPolicyStatus status) {
    return status.conditions().stream()
        .filter(c -> c.type().equals("Ready"))
        .map(c -> String.valueOf(c.reason()))
        .findFirst()
        .orElse("");
  }

  private static String evaluationOf(CostPolicy policy) {
    return "evaluation of " + PolicyKey.of(policy);
  }

  private static Map<String, String> fields(CostPolicy policy) {
    return policy.getSpec() == null
        ? Map.of("policy", PolicyKey.of(policy).toString())
        : Map.of("policy", PolicyKey.of(policy).toString(), "source", policy.getSpec().source());
  }

  /** One for each policy, for it remembers the past that it was asked about. */
  private Advisor advisorOf(CostPolicy policy) {
    return advisors.computeIfAbsent(PolicyKey.of(policy), key -> Advisor.standard());
  }

  private void forget(PolicyKey policy) {
    advisors.remove(policy);
    told.remove(policy);
    untold.remove(policy);
    forgetClaim(policy);
    firstFromWindow.remove(policy);
    storedInPart.remove(policy);
    statuses.forget(policy);
    policyMetrics.forget(policy.namespace(), policy.name());
    outages.forget("evaluation of " + policy);
    outages.forget("status of " + policy);
    outages.forget("policy " + policy);
  }

  private synchronized void forgetClaim(PolicyKey policy) {
    if (claims.remove(policy) != null) {
      sharing = null;
    }
  }

  /** What is told of every policy that comes, changes or goes. */
  MetricsPollingEventSource polling() {
    return polling;
  }

  /** Reconciles the policies that name this workload. */
  void changed(WorkloadReference workload) {
    polling.changed(workload);
  }

  /** Spread, so that policies that came together do not stay together. */
  private static Duration resync(Duration least) {
    return least.plusMillis(ThreadLocalRandom.current().nextLong(least.toMillis() / 5));
  }
}
