package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.attribution.Scrape;
import dev.breakeven.prometheus.collect.RepeatedServers.Copies;
import dev.breakeven.prometheus.collect.RepeatedServers.Finding;
import dev.breakeven.prometheus.collect.RepeatedServers.Shown;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Labels by which a pod's counters differ, though neither its {@code up} nor the engine's profile
 * has them: those of whoever stored the series again (an agent, a federation, a collector), or
 * those by which the engine splits a count.
 *
 * <p>Copies hold the same values, but for what comes in between two scrapes, and their label stands
 * on the engine's gauges as well. A label that splits a count does not: a gauge is of the engine as
 * a whole, or of the parts that its profile names. Values that are the same under a label of which
 * the gauges say nothing may be either.
 */
final class CopiedSeries {

  private static final int PODS_OF_A_WORKLOAD = 3;

  /** A pod that shows more is split by tenant or user, and too much to compare. */
  private static final int MOST_SERIES = 64;

  private record Serving(String namespace, WorkloadRef workload) {}

  /** What a scrape of a pod shows: its counters, and the labels of its gauges. */
  private static final class Read {
    private final Map<Map<String, String>, double[]> counters = new LinkedHashMap<>();
    private final List<Map<String, String>> gauges = new ArrayList<>();
  }

  /** Two views of a pod's counter, told apart by these labels. */
  private record View(Set<String> labels, boolean isOfGauges) {}

  private final ChunkReader.Scope scope;
  private final RepeatedServers known;
  private final Set<String> ofScrapes;
  private final Map<Serving, List<Pod>> podsOf = new LinkedHashMap<>();

  /**
   * @param ofScrapes labels that whoever scraped has set, as {@code up} shows them
   */
  CopiedSeries(ChunkReader.Scope scope, RepeatedServers known, Set<String> ofScrapes) {
    this.scope = scope;
    this.known = known;
    this.ofScrapes = ofScrapes;
  }

  /** Takes in a pod that shows several series where its profile knows of one. */
  void add(Pod pod, WorkloadRef workload, double series) {
    List<Pod> its =
        podsOf.computeIfAbsent(new Serving(pod.namespace(), workload), s -> new ArrayList<>());
    if (series <= MOST_SERIES) {
      its.add(pod);
    }
  }

  /**
   * Asks, where it has to be.
   *
   * @param samples how often each pod was scraped in each point
   */
  void ask(QueryBuilder questions, ChunkQueries answers, Map<Pod, float[]> samples) {
    long step = scope.chunk().run().to();
    Map<Serving, List<Pod>> wanted = new LinkedHashMap<>();
    podsOf.forEach(
        (serving, pods) -> {
          if (known.areCopiesToBeAsked(
              serving.namespace(), serving.workload(), step, scope.isNewest())) {
            wanted.put(serving, pods.stream().limit(PODS_OF_A_WORKLOAD).toList());
          }
        });
    Set<String> names = new TreeSet<>();
    wanted.values().forEach(its -> its.forEach(pod -> names.add(pod.name())));
    if (names.isEmpty()) {
      return;
    }
    ComparedPoints points = ComparedPoints.of(scope, podsOf.values(), samples);
    Map<Pod, Map<Map<String, String>, Read>> read = new HashMap<>();
    Set<String> ofOneCount = new TreeSet<>(ofScrapes);
    ofOneCount.add(scope.profile().modelLabel());
    answers.ask(
        points.ask(QueryCatalog.COPIES, questions.ofPods(names).copies(points.rangeSeconds())),
        (labels, its) -> {
          Pod pod =
              new Pod(
                  labels.getOrDefault(scope.profile().namespaceLabel(), ""),
                  labels.getOrDefault(scope.profile().podLabel(), ""));
          Read scrape =
              read.computeIfAbsent(pod, p -> new LinkedHashMap<>())
                  .computeIfAbsent(only(labels, ofOneCount), s -> new Read());
          if (labels.containsKey("figure")) {
            scrape.gauges.add(unknownOf(labels));
          } else {
            points.keepGreatest(
                scrape.counters.computeIfAbsent(unknownOf(labels), l -> points.nothing()), its);
          }
        });
    if (answers.isWhole(QueryCatalog.COPIES)) {
      wanted.forEach((serving, pods) -> judge(serving, pods, read, points.slack(), step));
    }
  }

  private void judge(
      Serving serving,
      List<Pod> pods,
      Map<Pod, Map<Map<String, String>, Read>> read,
      int slack,
      long step) {
    Map<View, List<Shown>> shown = new LinkedHashMap<>();
    for (Pod pod : pods) {
      for (Read scrape : read.getOrDefault(pod, Map.of()).values()) {
        compare(scrape, shown);
      }
    }
    Copies most = new Copies(Set.of(), Finding.APART);
    for (Map.Entry<View, List<Shown>> views : shown.entrySet()) {
      List<Set<String>> jobs =
          List.of(Set.of("one"), Set.of(views.getKey().isOfGauges() ? "other" : "one"));
      Optional<Finding> found =
          RepeatedServers.compare(views.getValue(), slack, jobs, false)
              .filter(finding -> finding != Finding.APART);
      if (found.isPresent()) {
        most = new Copies(views.getKey().labels(), found.get());
      }
    }
    known.foundCopies(serving.namespace(), serving.workload(), step, most);
  }

  /** Sums what a scrape shows by the labels that may tell copies apart. */
  private static void compare(Read scrape, Map<View, List<Shown>> shown) {
    Set<String> differing = Scrape.differing(scrape.counters.keySet());
    Set<String> ofGauges = new TreeSet<>(differing);
    ofGauges.retainAll(Scrape.differing(scrape.gauges));
    View view = new View(ofGauges.isEmpty() ? differing : ofGauges, !ofGauges.isEmpty());
    Map<Map<String, String>, double[]> sums = new LinkedHashMap<>();
    scrape.counters.forEach(
        (labels, values) ->
            sums.merge(only(labels, view.labels()), values.clone(), CopiedSeries::sum));
    List<double[]> all = List.copyOf(sums.values());
    for (int i = 1; i < all.size(); i++) {
      shown.computeIfAbsent(view, v -> new ArrayList<>()).add(new Shown(all.get(0), all.get(i)));
    }
  }

  private static double[] sum(double[] some, double[] more) {
    for (int i = 0; i < some.length; i++) {
      some[i] += more[i];
    }
    return some;
  }

  private Map<String, String> unknownOf(Map<String, String> labels) {
    Map<String, String> unknown = new TreeMap<>(labels);
    unknown.keySet().removeAll(ofScrapes);
    unknown.keySet().removeAll(scope.profile().splits());
    unknown
        .keySet()
        .removeAll(
            List.of(
                scope.profile().namespaceLabel(),
                scope.profile().podLabel(),
                scope.profile().modelLabel(),
                "__name__",
                "figure"));
    return unknown;
  }

  private static Map<String, String> only(Map<String, String> labels, Collection<String> names) {
    Map<String, String> kept = new TreeMap<>();
    for (String name : names) {
      kept.put(name, labels.getOrDefault(name, ""));
    }
    return kept;
  }

  /** Labels that tell copies of a workload's series apart. */
  Set<String> labelsOf(String namespace, WorkloadRef workload) {
    return podsOf.containsKey(new Serving(namespace, workload))
        ? foundOf(namespace, workload, Finding.SAME)
        : Set.of();
  }

  /** Labels of a workload's series of which this was found. */
  private Set<String> foundOf(String namespace, WorkloadRef workload, Finding finding) {
    return known
        .copiesOf(namespace, workload)
        .filter(copies -> copies.finding() == finding)
        .map(Copies::labels)
        .orElse(Set.of());
  }

  /** Labels of a target's workloads that show several series, of which this was found. */
  Set<String> found(Target target, Finding finding) {
    Set<String> labels = new TreeSet<>();
    for (Serving serving : podsOf.keySet()) {
      if (serving.namespace().equals(target.namespace())
          && target.workloads().contains(serving.workload())) {
        labels.addAll(foundOf(serving.namespace(), serving.workload(), finding));
      }
    }
    return labels;
  }

  /** Pods that show several series. */
  List<Pod> pods() {
    return podsOf.values().stream().flatMap(List::stream).toList();
  }

  /** Labels that tell copies of any workload's series apart. */
  Set<String> labels() {
    Set<String> all = new HashSet<>();
    podsOf.keySet().forEach(s -> all.addAll(labelsOf(s.namespace(), s.workload())));
    return all;
  }
}
