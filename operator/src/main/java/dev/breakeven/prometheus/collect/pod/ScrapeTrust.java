package dev.breakeven.prometheus.collect.pod;

import static dev.breakeven.reason.Parameter.count;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.attribution.PodOwners;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.collect.duplicates.Scrape;
import dev.breakeven.prometheus.collect.request.ChunkQueries;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.ScrapeLabels;
import dev.breakeven.prometheus.query.UntrustedTargets;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which scrape targets' labels are trusted: those that stand on {@code up} too, so that Prometheus
 * set them and not the engine. Where the source keeps no {@code up}, Kubernetes' state has to vouch
 * for a pod.
 */
final class ScrapeTrust {

  // A query may hold two dozen selectors, each with the names of what is left out.
  private static final int MOST_CHARACTERS_LEFT_OUT = 300;

  private record ScrapeTarget(String job, String instance) {}

  private final ChunkScope scope;
  private final StateScrapeLabels stateLabels;
  private final ChunkQueries queries;
  private final Map<String, Set<ScrapeTarget>> untrusted = new HashMap<>(); // by namespace
  private final Set<String> trustedJobs = new HashSet<>();
  private final Set<String> crowded = new HashSet<>(); // namespaces with too many to name
  private final Set<Pod> unvouched = new HashSet<>();
  private UntrustedTargets leftOut = UntrustedTargets.NONE;
  private ScrapeLabels labels = ScrapeLabels.NONE;
  private boolean anyUp;
  private boolean usesState; // the source keeps no `up` at all
  private boolean lacksAnswers;

  /**
   * @param stateLabels what is known of a source without `up`; updated by this chunk
   */
  ScrapeTrust(ChunkScope scope, StateScrapeLabels stateLabels, ChunkQueries queries) {
    this.scope = scope;
    this.stateLabels = stateLabels;
    this.queries = queries;
  }

  /** Asks who scraped, and which targets are not trusted. */
  void read() {
    int range = Math.toIntExact(scope.chunk().run().length() * StoredHistory.STEP_SECONDS);
    Set<String> ofEngines = new TreeSet<>();
    Set<String> ofGateways = new TreeSet<>();
    Set<String> gatewayJobs = new TreeSet<>();
    queries.ask(
        scope.atTheEnd(
            QueryCatalog.SCRAPES,
            scope.queries(UntrustedTargets.NONE, ScrapeLabels.NONE).scrapes(range)),
        (found, points) -> {
          if (found.containsKey("untrusted")) {
            addUntrusted(found);
          } else if (found.containsKey("gateway")) {
            gatewayJobs.add(found.getOrDefault("job", ""));
            ofGateways.addAll(found.keySet());
          } else {
            anyUp = true;
            trustedJobs.add(found.getOrDefault("job", ""));
            ofEngines.addAll(found.keySet());
          }
        });
    if (anyUp) {
      ofEngines.addAll(List.of("job", "instance", "container"));
    }
    if (!ofGateways.isEmpty()) {
      ofGateways.addAll(List.of("job", "instance"));
    }
    ofEngines.removeAll(
        List.of(
            scope.profile().namespaceLabel(),
            scope.profile().podLabel(),
            scope.profile().modelLabel(),
            "__name__"));
    ofGateways.removeAll(List.of("gateway", "__name__"));
    labels = new ScrapeLabels(ofEngines, ofGateways, Set.of(), gatewayJobs, Set.of());
    if (!anyUp && !untrusted.isEmpty() && !scope.source().trust().stateJobs().isEmpty()) {
      readWithoutUp(range);
    }
    chooseLeftOut();
  }

  private void addUntrusted(Map<String, String> found) {
    if (!found.getOrDefault("instance", "").isEmpty()) {
      untrusted
          .computeIfAbsent(
              found.getOrDefault(scope.profile().namespaceLabel(), ""), n -> new HashSet<>())
          .add(scrapeTarget(found));
    }
  }

  private static ScrapeTarget scrapeTarget(Map<String, String> labels) {
    return new ScrapeTarget(labels.getOrDefault("job", ""), labels.getOrDefault("instance", ""));
  }

  /** If the source keeps no `up` at all, Kubernetes' state tells which pods there are. */
  private void readWithoutUp(int range) {
    long step = scope.chunk().run().to();
    if (!stateLabels.isKnownAt(step)) {
      Set<String> ofState = new TreeSet<>();
      Set<String> ups = new HashSet<>();
      queries.ask(
          scope.atTheEnd(
              QueryCatalog.SCRAPES_WITHOUT_UP,
              scope.queries(UntrustedTargets.NONE, ScrapeLabels.NONE).scrapesWithoutUp(range)),
          (found, points) -> (found.containsKey("up") ? ups : ofState).addAll(found.keySet()));
      if (!queries.isComplete(QueryCatalog.SCRAPES_WITHOUT_UP)) {
        lacksAnswers = true;
        return;
      }
      stateLabels.found(step, ups.isEmpty() ? ofState : Set.of());
    }
    if (!stateLabels.labels().isEmpty()) {
      usesState = true;
      untrusted.clear();
      Set<String> ofState = new TreeSet<>(stateLabels.labels());
      ofState.addAll(List.of("job", "instance", "container"));
      ofState.removeAll(
          List.of(scope.profile().namespaceLabel(), scope.profile().podLabel(), "__name__"));
      labels =
          new ScrapeLabels(ofState, labels.gateways(), Set.of(), labels.gatewayJobs(), Set.of());
    }
  }

  /**
   * Chooses how queries name what is not trusted: by job if no target of the job is trusted, else
   * by instance, as many as queries can name. If a namespace has more, nothing of it is trusted.
   */
  private void chooseLeftOut() {
    Set<String> jobs = new TreeSet<>();
    Set<String> instances = new TreeSet<>();
    int room = MOST_CHARACTERS_LEFT_OUT;
    List<String> fewestFirst = new ArrayList<>(untrusted.keySet());
    fewestFirst.sort(
        Comparator.<String>comparingInt(n -> untrustedIn(n).size())
            .thenComparing(Comparator.naturalOrder()));
    for (String namespace : fewestFirst) {
      Set<String> itsJobs = new TreeSet<>();
      Set<String> itsInstances = new TreeSet<>();
      for (ScrapeTarget target : untrustedIn(namespace)) {
        if (target.job().isEmpty() || trustedJobs.contains(target.job())) {
          itsInstances.add(target.instance());
        } else {
          itsJobs.add(target.job());
        }
      }
      itsJobs.removeAll(jobs);
      itsInstances.removeAll(instances);
      int its = length(itsJobs) + length(itsInstances);
      if (its <= room) {
        room -= its;
        jobs.addAll(itsJobs);
        instances.addAll(itsInstances);
      } else {
        crowded.add(namespace);
      }
    }
    leftOut = new UntrustedTargets(jobs, instances);
  }

  private Set<ScrapeTarget> untrustedIn(String namespace) {
    return untrusted.getOrDefault(namespace, Set.of());
  }

  private static int length(Set<String> names) {
    return names.stream().mapToInt(String::length).sum();
  }

  /**
   * Where Kubernetes' state has to vouch for pods: leaves out those that it does not know. A pod
   * that several addresses claim to be is not trusted either.
   */
  void checkAgainstState(PodSamples samples, PodOwners owners) {
    if (!usesState) {
      return;
    }
    for (Pod pod : List.copyOf(samples.pods())) {
      List<Map<String, String>> its = samples.scrapesOf(pod);
      if (!owners.isVouchedFor(pod)) {
        untrusted
            .computeIfAbsent(pod.namespace(), n -> new HashSet<>())
            .addAll(its.stream().map(ScrapeTrust::scrapeTarget).toList());
        samples.remove(pod);
        unvouched.add(pod);
      } else if (its.stream().map(Scrape::hostOf).distinct().count() > 1) {
        unvouched.add(pod);
      }
    }
    // Their series belong to no workload anyway: named for queries that do not group by pod.
    Set<String> instances = new TreeSet<>();
    untrusted.values().forEach(its -> its.forEach(target -> instances.add(target.instance())));
    if (length(instances) <= MOST_CHARACTERS_LEFT_OUT) {
      leftOut = new UntrustedTargets(Set.of(), instances);
    }
  }

  /** Scrape targets whose engine series are left out. */
  UntrustedTargets leftOut() {
    return leftOut;
  }

  /** The labels that the scrapers set. */
  ScrapeLabels labels() {
    return labels;
  }

  /** Pods that Kubernetes' state does not vouch for, or that several addresses claim to be. */
  Set<Pod> unvouched() {
    return unvouched;
  }

  /** Whether a namespace has more untrusted targets than queries can name. */
  boolean isCrowded(String namespace) {
    return crowded.contains(namespace);
  }

  /** Whether a query that decides about trust was not answered. */
  boolean lacksAnswers() {
    return lacksAnswers;
  }

  /**
   * Notes what is not trusted of a target.
   *
   * @param hasUnvouched whether any of its pods is not vouched for
   */
  void note(TargetState target, boolean hasUnvouched) {
    // Series that claim to be of a namespace are reported to that namespace only.
    String namespace = target.target().namespace();
    int its = untrustedIn(namespace).size();
    scope.note(
        target,
        Note.Reason.LABELS_NOT_TRUSTED,
        Optional.of(Message.of(why(namespace), count(its))).filter(m -> its > 0));
    if (scope.isNewest() || usesState) {
      target.note(
          Note.Reason.LABELS_UNCHECKED,
          hasUnvouched
              ? Optional.of(Message.of(Cause.SEVERAL_ADDRESSES_WITHOUT_UP))
              : Optional.of(Message.of(Cause.LABELS_CHECKED_BY_STATE)).filter(m -> usesState));
    }
  }

  private Cause why(String namespace) {
    if (crowded.contains(namespace)) {
      return Cause.LABELS_OF_TOO_MANY_NOT_TRUSTED;
    }
    return anyUp || usesState ? Cause.LABELS_NOT_FROM_PROMETHEUS : Cause.LABELS_NOT_PROVEN;
  }
}
