package dev.breakeven.operator;

import dev.breakeven.advice.Advisor;
import dev.breakeven.advice.Issue;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.RateCard;
import dev.breakeven.api.StatusBounds;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.cluster.WorkloadState;
import dev.breakeven.cluster.WorkloadStates;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.render.metrics.OperatorMetrics;
import dev.breakeven.render.metrics.PolicyMetrics;
import dev.breakeven.render.status.LookedAt;
import dev.breakeven.render.status.StatusChange;
import dev.breakeven.terms.GpuPriceLookup;
import dev.breakeven.terms.ResolvedTerms;
import dev.breakeven.terms.TermsResolver;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one policy: reads what is known, asks the core, and writes the status if a person would
 * care. It writes nothing else but events.
 */
public final class CostPolicyReconciler implements Reconciler<CostPolicy> {

  private static final Logger log = LoggerFactory.getLogger(CostPolicyReconciler.class);

  /** Under which name the API server keeps what we wrote. */
  public static final String FIELD_MANAGER = "breakeven";

  /** Prices age even where nothing happens; the cycle drives everything else. */
  private static final Duration RESYNC = Duration.ofMinutes(10);

  /** Whether RateCards are read. */
  public enum RateCards {
    READ,
    NOT_READ
  }

  private final RateCards rateCards;
  private final WorkloadStates workloads;
  private final EventRecorder events;
  private final Leadership leadership;
  private final PolicyMetrics policyMetrics;
  private final OperatorMetrics operatorMetrics;
  private final Clock clock;
  private final MetricsPollingEventSource observatory;
  private final StatusCache standing;
  private final Map<PolicyKey, Advisor> advisors = new ConcurrentHashMap<>();
  private @Nullable InformerEventSource<RateCard, CostPolicy> cards;

  /**
   * @param period how often the cycle reads what is new
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
      StatusCache standing,
      Clock clock) {
    this.standing = standing;
    this.rateCards = rateCards;
    this.workloads = workloads;
    this.events = events;
    this.leadership = leadership;
    this.policyMetrics = policyMetrics;
    this.operatorMetrics = operatorMetrics;
    this.clock = clock;
    this.observatory =
        new MetricsPollingEventSource(
            cycle, clock, period, operatorMetrics, standing::seen, this::forget);
  }

  @Override
  public List<EventSource<?, CostPolicy>> prepareEventSources(
      EventSourceContext<CostPolicy> context) {
    List<EventSource<?, CostPolicy>> sources = new ArrayList<>();
    sources.add(observatory);
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
                              .list(
                                  p -> p.getSpec().rateCard().equals(card.getMetadata().getName()))
                              .map(ResourceID::fromResource)
                              .collect(Collectors.toSet()))
                  .build(),
              context);
      sources.add(cards);
    }
    return sources;
  }

  @Override
  public UpdateControl<CostPolicy> reconcile(CostPolicy policy, Context<CostPolicy> context) {
    Optional<Observation> observation = observatory.observationFor(policy);
    if (observation.isPresent()) {
      answer(policy, observation.get(), context.getClient());
      observatory.answered(policy);
    }
    // A policy whose first batch is still being read is reconciled again when it has been.
    return UpdateControl.<CostPolicy>noUpdate().rescheduleAfter(resync());
  }

  /** Answers it from what was observed. */
  void answer(CostPolicy policy, Observation observation, KubernetesClient client) {
    Instant now = clock.instant();
    CostPolicyStatus before = standing.of(policy, now);
    if (observation instanceof Observation.Observed seen
        && !seen.loaded()
        && answers(before, policy)) {
      // Started anew: an answer from all of the past stands until all of it has been read again.
      return;
    }
    GpuPriceLookup prices = observatory.pricesFor(policy);
    ResolvedTerms terms =
        TermsResolver.resolve(policy, rateCardOf(policy), workloadsOf(policy), prices, before);
    observatory.asked(policy, prices);
    List<Issue> claims = observatory.contested(policy).map(List::of).orElse(List.of());
    PolicyEvaluator answer =
        PolicyEvaluator.to(
            policy,
            terms,
            observation,
            claims,
            LookedAt.everything(),
            before,
            now,
            advisorOf(policy));
    observe(policy, answer);
    if (!observatory.isWatched(policy)) {
      // Deleted while it was answered: a figure shown from now on would never be taken away.
      forget(policy);
      return;
    }
    CostPolicyStatus status = StatusBounds.fit(answer.status());
    if (StatusChange.between(before, status).isWorthWriting(standing.sinceWritten(policy, now))
        && leadership.isOurs()
        && write(policy, status, client)) {
      standing.wrote(policy, status, now);
      announce(policy, before, status);
    }
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
        : cards.get(new ResourceID(policy.getSpec().rateCard()));
  }

  private List<WorkloadState> workloadsOf(CostPolicy policy) {
    return policy.getSpec().workloads().stream()
        .map(
            w ->
                workloads.of(
                    new WorkloadReference(
                        w.apiVersion(), w.kind(), policy.getMetadata().getNamespace(), w.name())))
        .toList();
  }

  private void observe(CostPolicy policy, PolicyEvaluator answer) {
    String namespace = policy.getMetadata().getNamespace();
    String name = policy.getMetadata().getName();
    String model = policy.getSpec().model();
    if (answer instanceof PolicyEvaluator.Answered answered) {
      policyMetrics.answered(namespace, name, model, answered.advice());
    } else if (answer instanceof PolicyEvaluator.Unanswered unanswered) {
      policyMetrics.unanswered(namespace, name, model, unanswered.caveats());
    }
  }

  /**
   * Server-side apply of a fresh object that carries the uid, so that a policy made anew under the
   * same name does not inherit its predecessor's answer.
   *
   * @return whether it was; else the policy is gone, or made anew under the same name
   */
  private boolean write(CostPolicy policy, CostPolicyStatus status, KubernetesClient client) {
    CostPolicy fresh = new CostPolicy();
    fresh.getMetadata().setName(policy.getMetadata().getName());
    fresh.getMetadata().setNamespace(policy.getMetadata().getNamespace());
    fresh.getMetadata().setUid(policy.getMetadata().getUid());
    fresh.setStatus(status);
    try {
      client
          .resource(fresh)
          .subresource("status")
          .patch(
              new PatchContext.Builder()
                  .withPatchType(PatchType.SERVER_SIDE_APPLY)
                  .withFieldManager(FIELD_MANAGER)
                  .withForce(true)
                  .build());
      operatorMetrics.wrote();
      log.info("{}: {}", PolicyKey.of(policy), summary(status));
      return true;
    } catch (KubernetesClientException e) {
      operatorMetrics.didNotWrite(reason(e));
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND
          && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      // The next event is the new one's.
      log.debug("{} was not written: {}", PolicyKey.of(policy), e.getMessage());
      return false;
    }
  }

  private static String reason(KubernetesClientException e) {
    return switch (e.getCode()) {
      case 0 -> "unreachable";
      case HttpURLConnection.HTTP_FORBIDDEN -> "forbidden";
      case HttpURLConnection.HTTP_NOT_FOUND -> "gone";
      case HttpURLConnection.HTTP_CONFLICT -> "conflict";
      default -> e.getCode() >= 500 ? "server-error" : "refused";
    };
  }

  /** Events tell of a changed verdict and of changed advice, and of nothing else. */
  private void announce(
      CostPolicy policy, @Nullable CostPolicyStatus before, CostPolicyStatus after) {
    CostPolicyStatus.Advice now = after.advice();
    CostPolicyStatus.Advice then = before == null ? null : before.advice();
    if (now == null || now.verdict() == null) {
      return;
    }
    if (then == null || !now.verdict().equals(then.verdict())) {
      String from = then == null || then.verdict() == null ? "" : then.verdict() + " to ";
      events.record(policy, EventRecorder.Severity.Normal, "VerdictChanged", from + now.summary());
    } else if (!Objects.equals(now.action(), then.action())
        || !Objects.equals(now.replicasAdvised(), then.replicasAdvised())) {
      events.record(
          policy, EventRecorder.Severity.Normal, "AdviceChanged", String.valueOf(now.summary()));
    }
  }

  private static String summary(CostPolicyStatus status) {
    return status.advice() == null ? "" : String.valueOf(status.advice().summary());
  }

  /** One for each policy, for it remembers the past that it was asked about. */
  private Advisor advisorOf(CostPolicy policy) {
    return advisors.computeIfAbsent(PolicyKey.of(policy), key -> Advisor.standard());
  }

  private void forget(CostPolicy policy) {
    advisors.remove(PolicyKey.of(policy));
    standing.forget(policy);
    policyMetrics.forget(policy.getMetadata().getNamespace(), policy.getMetadata().getName());
  }

  /** What is told of every policy that comes, changes or goes. */
  MetricsPollingEventSource observatory() {
    return observatory;
  }

  /** Reconciles the policies that name this workload. */
  void changed(WorkloadReference workload) {
    observatory.changed(workload);
  }

  /** Spread, so that policies that came together do not stay together. */
  private static Duration resync() {
    return RESYNC.plusMillis(ThreadLocalRandom.current().nextLong(RESYNC.toMillis() / 5));
  }
}
