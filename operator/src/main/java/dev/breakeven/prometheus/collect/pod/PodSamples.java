package dev.breakeven.prometheus.collect.pod;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.collect.duplicates.Scrape;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.query.EngineProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** How often each pod was scraped in a chunk, and under which labels. */
public final class PodSamples {

  private static final int MOST_SCRAPES_A_SECOND = 10;

  /** More than any namespace runs, and far less than memory holds. */
  public static final int MOST_PODS_OF_A_NAMESPACE = 50_000;

  /** The first and the last point in which something was seen. */
  record Span(int first, int last) {

    static Span of(float[] samples) {
      int first = samples.length;
      int last = -1;
      for (int i = 0; i < samples.length; i++) {
        if (samples[i] > 0) {
          first = Math.min(first, i);
          last = i;
        }
      }
      return new Span(first, last);
    }

    Span and(Span other) {
      return new Span(Math.min(first, other.first), Math.max(last, other.last));
    }

    /** Whether this one ended before the other began, or in the same point. */
    boolean endsBefore(Span other) {
      return last <= other.first;
    }
  }

  private final ChunkScope scope;
  // Entry 0 of each is the point before the chunk.
  private final Map<Pod, float[]> samples = new LinkedHashMap<>();
  private final Map<Pod, List<Map<String, String>>> scrapesOf = new HashMap<>();
  // When each scrape of a pod was; only of pods with several.
  private final Map<Pod, List<Span>> spansOf = new HashMap<>();
  private final Map<Pod, Set<String>> modelsOf = new HashMap<>();
  private final Map<String, Integer> podsIn = new HashMap<>(); // by namespace
  private final Map<Pod, Double> seriesOfOneCount = new LinkedHashMap<>();

  PodSamples(ChunkScope scope) {
    this.scope = scope;
  }

  /** Adds a series of the answer. */
  void add(Map<String, String> labels, SeriesSink.Points points) {
    Pod pod = scope.podOf(labels);
    if (pod.name().isEmpty() || !scope.index().hasNamespace(pod.namespace())) {
      return;
    }
    if (!samples.containsKey(pod)
        && podsIn.merge(pod.namespace(), 1, Integer::sum) > MOST_PODS_OF_A_NAMESPACE) {
      return;
    }
    if (labels.containsKey("several")) {
      for (int i = 0; i < points.size(); i++) {
        seriesOfOneCount.merge(pod, points.valueAt(i), Math::max);
      }
      return;
    }
    String model = labels.get(scope.profile().modelLabel());
    if (model != null) {
      modelsOf.merge(pod, Set.of(model), PodSamples::union);
    }
    float[] counts = samples.computeIfAbsent(pod, p -> new float[scope.chunk().points() + 1]);
    float[] own = countsOf(points);
    addScrape(pod, labels, own, counts);
    for (int i = 0; i < own.length; i++) {
      counts[i] = Math.max(counts[i], own[i]);
    }
  }

  private float[] countsOf(SeriesSink.Points points) {
    float[] counts = new float[scope.chunk().points() + 1];
    for (int i = 0; i < points.size(); i++) {
      int point = scope.chunk().pointAt(points.epochSecondAt(i)) + 1;
      if (point >= 0 && point < counts.length) {
        counts[point] = samplesIn(points.valueAt(i));
      }
    }
    return counts;
  }

  /** A number of samples; 0 if no scraper can have taken so many. */
  private float samplesIn(double count) {
    return count >= 0 && count <= (double) MOST_SCRAPES_A_SECOND * scope.chunk().pointSeconds()
        ? (float) count
        : 0;
  }

  /**
   * @param own samples under these labels
   * @param before samples of the pod under all labels so far
   */
  private void addScrape(Pod pod, Map<String, String> labels, float[] own, float[] before) {
    EngineProfile profile = scope.profile();
    // There may be tens of thousands of pods: labels that are the same for all of a pod's scrapes
    // are not kept again.
    Map<String, String> ofScrape = new HashMap<>(labels);
    ofScrape
        .keySet()
        .removeAll(List.of(profile.modelLabel(), profile.namespaceLabel(), profile.podLabel()));
    Map<String, String> scrape = Map.copyOf(ofScrape);
    List<Map<String, String>> its = scrapesOf.computeIfAbsent(pod, p -> new ArrayList<>(1));
    int place = its.indexOf(scrape);
    if (place < 0) {
      its.add(scrape);
      if (its.size() == 2) {
        spansOf.put(pod, new ArrayList<>(List.of(Span.of(before))));
      }
      if (its.size() > 1) {
        spansOf.getOrDefault(pod, new ArrayList<>()).add(Span.of(own));
      }
    } else if (its.size() > 1) {
      List<Span> spans = spansOf.getOrDefault(pod, new ArrayList<>());
      spans.set(place, spans.get(place).and(Span.of(own)));
    }
  }

  private static Set<String> union(Set<String> some, Set<String> more) {
    if (some.containsAll(more)) {
      return some;
    }
    Set<String> all = new HashSet<>(some);
    all.addAll(more);
    return all;
  }

  /** Adds a pod that was not scraped in this chunk. */
  void addUnscraped(Pod pod) {
    samples.put(pod, new float[scope.chunk().points() + 1]);
  }

  void remove(Pod pod) {
    samples.remove(pod);
    scrapesOf.remove(pod);
  }

  /** Every pod that was scraped. */
  public Set<Pod> pods() {
    return samples.keySet();
  }

  /** How often each pod was scraped in each point; entry 0 is the point before the chunk. */
  public Map<Pod, float[]> byPod() {
    return samples;
  }

  /** How often a pod was scraped in each point; entry 0 is the point before the chunk. */
  public float[] of(Pod pod) {
    return samples.getOrDefault(pod, new float[scope.chunk().points() + 1]);
  }

  /** The labels under which a pod was scraped. */
  List<Map<String, String>> scrapesOf(Pod pod) {
    return scrapesOf.getOrDefault(pod, List.of());
  }

  /** Pods with the labels of a scrape: all but those that are missing. */
  Set<Pod> scrapedPods() {
    return scrapesOf.keySet();
  }

  /** Labels in which two scrapes of a pod differ. */
  Set<String> differingLabels() {
    Set<String> differing = new TreeSet<>();
    scrapesOf.values().stream()
        .filter(its -> its.size() > 1)
        .forEach(its -> differing.addAll(Scrape.differing(its)));
    return differing;
  }

  /** When a pod was scraped under one of its label sets. */
  Span spanOf(Pod pod, Map<String, String> scrape) {
    List<Span> spans = spansOf.get(pod);
    return spans == null ? Span.of(of(pod)) : spans.get(scrapesOf(pod).indexOf(scrape));
  }

  /** The models that a pod names. */
  Set<String> modelsOf(Pod pod) {
    return modelsOf.getOrDefault(pod, Set.of());
  }

  /** Pods that show several series where the profile knows of one, with the number of series. */
  Map<Pod, Double> seriesOfOneCount() {
    return seriesOfOneCount;
  }

  /** Whether more pods of a namespace were scraped than are read. */
  boolean hasTooManyPods(String namespace) {
    return podsIn.getOrDefault(namespace, 0) > MOST_PODS_OF_A_NAMESPACE;
  }
}
