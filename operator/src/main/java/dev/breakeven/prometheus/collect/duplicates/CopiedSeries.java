package dev.breakeven.prometheus.collect.duplicates;

import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.collect.duplicates.CounterComparison.CounterPair;
import dev.breakeven.prometheus.collect.duplicates.CounterComparison.Finding;
import dev.breakeven.prometheus.collect.duplicates.KnownDuplicates.Copies;
import dev.breakeven.prometheus.collect.duplicates.KnownDuplicates.Workload;
import dev.breakeven.prometheus.collect.request.ChunkQueries;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds copies of a pod's series. Series of a counter may differ in labels that neither {@code up}
 * nor the engine's profile has: somebody stored the series again under another label (an agent, a
 * federation, a collector), or the engine splits the count by that label.
 *
 * <p>Copies have the same values, except for what is counted between two scrapes, and the engine's
 * gauges carry the label of copies too. They do not carry a label that splits a count, because a
 * gauge is of the engine as a whole, or of the parts that its profile names. If series have the
 * same values under a label that the gauges do not carry, they may be either.
 */
public final class CopiedSeries {

  private static final int PODS_OF_A_WORKLOAD = 3;

  /** The counters of a pod with more series are split by tenant or user, and summed. */
  private static final int MOST_SERIES = 64;

  /** What a scrape of a pod shows: its counters, and the labels of its gauges. */
  private static final class Read {
    private final Map<Map<String, String>, double[]> counters = new LinkedHashMap<>();
    private final List<Map<String, String>> gauges = new ArrayList<>();
  }

  /** Labels by which the series of a pod's counter are compared. */
  private record View(Set<String> labels, boolean isOfGauges) {}

  private final ChunkScope scope;
  private final KnownDuplicates known;
  private final Set<String> ofScrapes;
  private final Map<Workload, List<Pod>> podsOf = new LinkedHashMap<>();
  private final Set<String> crowded = new HashSet<>(); // pods with many series

  /**
   * @param ofScrapes labels that scrapers set, as {@code up} shows them
   */
  public CopiedSeries(ChunkScope scope, KnownDuplicates known, Set<String> ofScrapes) {
    this.scope = scope;
    this.known = known;
    this.ofScrapes = ofScrapes;
  }

  /** Adds a pod that shows several series where its profile expects one. */
  public void add(Pod pod, WorkloadRef workload, double series) {
    podsOf
        .computeIfAbsent(new Workload(pod.namespace(), workload), s -> new ArrayList<>())
        .add(pod);
    if (series > MOST_SERIES) {
      crowded.add(pod.name());
    }
  }

  /**
   * Compares the workloads that have not been compared lately.
   *
   * @param samples how often each pod was scraped in each point
   */
  public void ask(QueryBuilder builder, ChunkQueries queries, Map<Pod, float[]> samples) {
    long step = scope.chunk().run().to();
    Map<Workload, List<Pod>> wanted = new LinkedHashMap<>();
    podsOf.forEach(
        (workload, pods) -> {
          if (known.isToBeCompared(workload, step, scope.isNewest())) {
            wanted.put(workload, pods.stream().limit(PODS_OF_A_WORKLOAD).toList());
          }
        });
    Set<String> names = new TreeSet<>();
    wanted.values().forEach(its -> its.forEach(pod -> names.add(pod.name())));
    if (names.isEmpty()) {
      return;
    }
    ComparedPoints points = ComparedPoints.of(scope, podsOf.values(), samples);
    Map<Pod, Map<Map<String, String>, Read>> read = new HashMap<>();
    int range = points.rangeSeconds();
    Set<String> many = new TreeSet<>(names);
    many.retainAll(crowded);
    if (many.isEmpty()) {
      ask(queries, points, builder.ofPods(names).copies(range), read);
    } else {
      ask(queries, points, builder.ofPods(names).copiedGauges(range), read);
      askSums(queries, points, builder.ofPods(many), read);
      names.removeAll(many);
      if (!names.isEmpty()) {
        ask(queries, points, builder.ofPods(names).copiedCounters(range), read);
      }
    }
    if (queries.isComplete(QueryCatalog.COPIES)) {
      wanted.forEach((workload, pods) -> compare(workload, pods, read, points.slack(), step));
    }
  }

  /** Asks for the counters of pods with many series, by the labels that their gauges carry too. */
  private void askSums(
      ChunkQueries queries,
      ComparedPoints points,
      QueryBuilder builder,
      Map<Pod, Map<Map<String, String>, Read>> read) {
    Set<String> labels = new TreeSet<>();
    read.values()
        .forEach(
            scrapes ->
                scrapes.values().forEach(its -> labels.addAll(Scrape.differing(its.gauges))));
    if (!labels.isEmpty()) {
      labels.addAll(ofScrapes);
      ask(queries, points, builder.copiedCounters(labels, points.rangeSeconds()), read);
    }
  }

  private void ask(
      ChunkQueries queries,
      ComparedPoints points,
      String promql,
      Map<Pod, Map<Map<String, String>, Read>> read) {
    Set<String> ofOneCount = new TreeSet<>(ofScrapes);
    ofOneCount.add(scope.profile().modelLabel());
    queries.ask(
        points.ask(QueryCatalog.COPIES, promql),
        (labels, its) -> {
          Read scrape =
              read.computeIfAbsent(scope.podOf(labels), p -> new LinkedHashMap<>())
                  .computeIfAbsent(Scrape.only(labels, ofOneCount), s -> new Read());
          if (labels.containsKey("figure")) {
            scrape.gauges.add(unknownOf(labels));
          } else {
            points.keepGreatest(
                scrape.counters.computeIfAbsent(unknownOf(labels), l -> points.nothing()), its);
          }
        });
  }

  private void compare(
      Workload workload,
      List<Pod> pods,
      Map<Pod, Map<Map<String, String>, Read>> read,
      int slack,
      long step) {
    Map<View, List<CounterPair>> shown = new LinkedHashMap<>();
    for (Pod pod : pods) {
      for (Read scrape : read.getOrDefault(pod, Map.of()).values()) {
        compare(scrape, shown);
      }
    }
    Map<Finding, Set<String>> copied = new EnumMap<>(Finding.class);
    for (Map.Entry<View, List<CounterPair>> views : shown.entrySet()) {
      List<Set<String>> jobs =
          List.of(Set.of("one"), Set.of(views.getKey().isOfGauges() ? "other" : "one"));
      CounterComparison.compare(views.getValue(), slack, jobs, false)
          .filter(finding -> finding != Finding.APART)
          .ifPresent(
              finding ->
                  copied
                      .computeIfAbsent(finding, f -> new TreeSet<>())
                      .addAll(views.getKey().labels()));
    }
    Finding most =
        Stream.of(Finding.SAME, Finding.ALIKE)
            .filter(copied::containsKey)
            .findFirst()
            .orElse(Finding.APART);
    known.found(workload, step, new Copies(copied.getOrDefault(most, Set.of()), most));
  }

  /** Sums the counters of a scrape by the labels that may mark copies. */
  private static void compare(Read scrape, Map<View, List<CounterPair>> shown) {
    Set<String> differing = Scrape.differing(scrape.counters.keySet());
    Set<String> ofGauges = new TreeSet<>(differing);
    ofGauges.retainAll(Scrape.differing(scrape.gauges));
    if (ofGauges.isEmpty()) {
      compare(scrape, new View(differing, false), shown);
    } else {
      ofGauges.forEach(label -> compare(scrape, new View(Set.of(label), true), shown));
    }
  }

  private static void compare(Read scrape, View view, Map<View, List<CounterPair>> shown) {
    Map<Map<String, String>, double[]> sums = new LinkedHashMap<>();
    scrape.counters.forEach(
        (labels, values) ->
            sums.merge(Scrape.only(labels, view.labels()), values.clone(), CopiedSeries::sum));
    List<double[]> all = List.copyOf(sums.values());
    for (int i = 1; i < all.size(); i++) {
      shown
          .computeIfAbsent(view, v -> new ArrayList<>())
          .add(new CounterPair(all.get(0), all.get(i)));
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

  /** Labels that mark copies of a workload's series. */
  public Set<String> labelsOf(String namespace, WorkloadRef ref) {
    Workload workload = new Workload(namespace, ref);
    return podsOf.containsKey(workload) ? foundOf(workload, Finding.SAME) : Set.of();
  }

  /** Labels of a workload's series of which this was found. */
  private Set<String> foundOf(Workload workload, Finding finding) {
    return known
        .of(workload)
        .filter(copies -> copies.finding() == finding)
        .map(Copies::labels)
        .orElse(Set.of());
  }

  /** Labels of a target's workloads that show several series, of which this was found. */
  public Set<String> found(Target target, Finding finding) {
    Set<String> labels = new TreeSet<>();
    for (Workload workload : podsOf.keySet()) {
      if (workload.namespace().equals(target.namespace())
          && target.workloads().contains(workload.ref())) {
        labels.addAll(foundOf(workload, finding));
      }
    }
    return labels;
  }

  /** Pods that show several series. */
  public List<Pod> pods() {
    return podsOf.values().stream().flatMap(List::stream).toList();
  }

  /** Labels that mark copies of any workload's series. */
  public Set<String> labels() {
    Set<String> all = new HashSet<>();
    podsOf.keySet().forEach(workload -> all.addAll(foundOf(workload, Finding.SAME)));
    return all;
  }
}
