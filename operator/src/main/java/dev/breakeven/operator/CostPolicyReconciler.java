package dev.breakeven.operator;

import dev.breakeven.advice.Issue;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.RateCard;
import dev.breakeven.cluster.OutageLog;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.cluster.WorkloadStates;
import dev.breakeven.operator.client.TolerantDecoding;
import dev.breakeven.operator.cycle.MetricsPollingEventSource;
import dev.breakeven.operator.evaluation.PolicyKey;
import dev.breakeven.operator.events.AdviceEvents;
import dev.breakeven.operator.events.EventRecorder;
import dev.breakeven.operator.lease.Leadership;
import dev.breakeven.operator.status.StatusCache;
import dev.breakeven.operator.status.StatusPublisher;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.render.html.ReportedPolicy;
import dev.breakeven.render.metrics.OperatorMetrics;
import dev.breakeven.render.metrics.PolicyMetrics;
import dev.breakeven.render.status.Inspected;
import dev.breakeven.render.status.ShortStatus;
import dev.breakeven.render.status.StatusChange;
import dev.breakeven.render.status.StatusFactory;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers one policy: reads what is known, asks the core, and writes the status if a person would
 * care, or if the API server does not show the one that was written. It writes nothing else but
 * events. Whatever fails in it is logged once, and tried again.
 */
public final class CostPolicyReconciler implements Reconciler<CostPolicy> {

  /** How soon to look again while rate cards have not been listed. */
  private static final Duration UNLISTED = Duration.ofSeconds(1);

  /** Prices age even where nothing happens; the cycle drives everything else. */
  private static final Duration RESYNC = Duration.ofMinutes(10);

  /** Whether RateCards are read. */
  public enum RateCards {
    READ,
    NOT_READ
  }

  private final Duration period;
  private final RateCards rateCards;
  private final EventRecorder events;
  private final Leadership leadership;
  private final OutageLog outages;
  private final Clock clock;
  private final MetricsPollingEventSource polling;
  private final StatusCache statuses;
  private final AdviceEvents changes;
  private final StatusPublisher publisher;
  private final CommitmentClaims claims;
  private final PolicyEvaluator evaluator;

  /** First answered from their windows alone; the answer from all of the past is as a first one. */
  private final Set<PolicyKey> firstFromWindow = ConcurrentHashMap.newKeySet();

  /**
   * Stands for the watch that fills the caches; none before the first and while one ends. What was
   * worked out from caches that are being emptied must not be written.
   */
  private volatile @Nullable Object watch;

  private @Nullable InformerEventSource<RateCard, CostPolicy> cards;
  private @Nullable IndexerResourceCache<CostPolicy> policies;

  /**
   * @param period how often the cycle reads what is new
   * @param outages logs what fails
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
    this.events = events;
    this.leadership = leadership;
    this.outages = outages;
    this.clock = clock;
    this.changes = new AdviceEvents(events);
    this.publisher = new StatusPublisher(statuses, leadership, events, operatorMetrics, outages);
    this.polling =
        new MetricsPollingEventSource(
            cycle,
            clock,
            period,
            operatorMetrics,
            outages,
            policy -> statuses.seen(policy, leadership.leads(), clock.instant()),
            this::forget);
    this.claims =
        new CommitmentClaims(this::shownPolicies, this::rateCardOf, workloads, polling, statuses);
    this.evaluator =
        new PolicyEvaluator(polling, workloads, claims, this::rateCardOf, policyMetrics, outages);
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
    watchBegins();
    return sources;
  }

  static boolean uses(CostPolicy policy, String card) {
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
        evaluator.logBug(PolicyKey.of(policy), e);
      }
    }
    return UpdateControl.<CostPolicy>noUpdate().rescheduleAfter(next);
  }

  /** A watch is about to fill the caches. */
  void watchBegins() {
    watch = new Object();
  }

  /** The watch is about to end, and its caches with it. */
  void watchEnds() {
    watch = null;
  }

  /** Whether all rate cards have been listed: one that is not in the cache then does not exist. */
  private boolean areCardsListed() {
    InformerEventSource<RateCard, CostPolicy> source = cards;
    return source == null
        || source.informerHealthIndicators().values().stream()
            .allMatch(InformerHealthIndicator::hasSynced);
  }

  /** Evaluates a policy if enough is known. Returns the longest time until the next look. */
  private Duration look(CostPolicy policy, KubernetesClient client) {
    if (watch == null || !areCardsListed()) {
      return UNLISTED;
    }
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
        || answers(before, policy)) {
      return;
    }
    Instant now = clock.instant();
    List<Issue> why =
        List.of(new Issue(Issue.Reason.NO_TRAFFIC_DATA, Message.of(Cause.NEW_SPEC_BEING_ANSWERED)));
    CostPolicyStatus unanswered =
        StatusFactory.unanswered(
            why, before, Objects.requireNonNullElse(generation, 0L), Inspected.everything(), now);
    publisher.publish(policy, ShortStatus.of(unanswered), true, client, now);
  }

  /**
   * Answers it from what was observed.
   *
   * @return whether everything that it names in the cluster could be read
   */
  boolean answer(CostPolicy policy, Observation observation, KubernetesClient client) {
    Object begun = watch;
    Instant now = clock.instant();
    CostPolicyStatus before = statuses.of(policy);
    if (stands(before, policy, observation)) {
      recordChange(policy, before, now);
      return true;
    }
    boolean isDecidedAnew = isDecidedAnew(policy, before, observation);
    PolicyEvaluator.Answer answer =
        evaluator.evaluate(
            policy,
            observation,
            isDecidedAnew && before != null ? PolicyEvaluator.undecided(before) : before,
            now);
    if (watch != begun) {
      return true; // the next watch shows it again
    }
    if (polling.isWatched(policy)) {
      evaluator.show(policy, answer.evaluation());
      CostPolicyStatus status = ShortStatus.of(answer.evaluation().status());
      if (writeIfDue(policy, before, status, client, now) && isDecidedAnew) {
        firstFromWindow.remove(PolicyKey.of(policy));
      }
    }
    if (!polling.isWatched(policy)) {
      // Deleted meanwhile: a figure shown from now on would never be taken away.
      forget(PolicyKey.of(policy));
    }
    return answer.isOfAll();
  }

  /** Whether an answer is left as it is: after a restart it stands until all is read again. */
  private boolean stands(
      @Nullable CostPolicyStatus status, CostPolicy policy, Observation observation) {
    return observation instanceof Observation.Observed seen
        && (!seen.loaded() || !claims.areKnown(policy))
        && answers(status, policy);
  }

  /** Whether it was first answered from its window alone, and all of its past is read now. */
  private boolean isDecidedAnew(
      CostPolicy policy, @Nullable CostPolicyStatus before, Observation observation) {
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
    return isOfAllPast && firstFromWindow.contains(key);
  }

  /**
   * Writes a status where it is news, or where the watch shows another.
   *
   * @return whether it is written, or need not be
   */
  private boolean writeIfDue(
      CostPolicy policy,
      @Nullable CostPolicyStatus before,
      CostPolicyStatus status,
      KubernetesClient client,
      Instant now) {
    boolean isNews =
        StatusChange.between(before, status).isWorthWriting(statuses.sinceWritten(policy, now));
    publisher.reportForeign(policy, now);
    boolean isToBeWritten =
        isNews || statuses.writeState(policy, now) == StatusCache.WriteState.TO_BE_WRITTEN;
    boolean isWritten = isToBeWritten && publisher.publish(policy, status, isNews, client, now);
    recordChange(policy, isWritten ? status : before, now);
    return isWritten || !isToBeWritten;
  }

  /**
   * A policy with its answer as of now, for a report. Nothing is written, and nothing that the
   * operator remembers changes.
   *
   * @return empty where nothing is known of its traffic
   */
  Optional<ReportedPolicy> reported(CostPolicy policy) {
    return evaluator.reported(policy, statuses.of(policy), clock.instant());
  }

  /** Whether a status answers a policy as it now is. */
  private static boolean answers(@Nullable CostPolicyStatus status, CostPolicy policy) {
    return status != null
        && status.advice() != null
        && Objects.equals(status.observedGeneration(), policy.getMetadata().getGeneration());
  }

  private Optional<RateCard> rateCardOf(CostPolicy policy) {
    return cards == null
        ? Optional.empty()
        : cards
            .get(new ResourceID(policy.getSpec().rateCard()))
            .filter(card -> card.getSpec() != null);
  }

  /** Skips a policy that does not fit this version's types, and records an event for its owner. */
  private void sayUnreadable(CostPolicy policy) {
    String why = TolerantDecoding.whyUnreadable(policy);
    outages.failed(
        "policy " + PolicyKey.of(policy),
        "left out, for this version cannot read it: " + why,
        PolicyKey.logFields(policy));
    if (publisher.mayWrite()) {
      events.record(
          policy,
          EventRecorder.Severity.Warning,
          "Unreadable",
          why,
          "this version of the operator cannot read the policy, and leaves it out: " + why);
    }
  }

  /** An event for the last change of the advice, once the API server shows it. */
  private void recordChange(CostPolicy policy, @Nullable CostPolicyStatus status, Instant now) {
    if (status != null
        && leadership.leads()
        && statuses.writeState(policy, now) != StatusCache.WriteState.TO_BE_WRITTEN) {
      changes.record(policy, status, now);
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
    due.addAll(changes.overdue(now));
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

  /** The watch was restarted: policies that it does not show have been deleted. */
  void watchBegunAnew() {
    Set<PolicyKey> shown =
        shownPolicies().stream().map(PolicyKey::of).collect(Collectors.toUnmodifiableSet());
    polling.forgetAllBut(shown);
  }

  private void forget(PolicyKey policy) {
    changes.forget(policy);
    evaluator.forget(policy);
    publisher.forget(policy);
    firstFromWindow.remove(policy);
    statuses.forget(policy);
    outages.forget("policy " + policy);
  }

  /** The source of this reconciler's events, which must hear of every policy. */
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
