package dev.breakeven.prometheus.collect;

import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.names;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.attribution.Scrape;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds a workload that stands for those of two clusters: a store of several clusters, asked
 * without a label that picks one. Their tokens over the replicas of one are a cost of neither, so
 * nothing is added up.
 *
 * <p>A label that whoever scraped has set tells clusters apart, and not replicas or shards of
 * Prometheus, where each of the workload's pods carries one value of it, and Kubernetes' own state
 * of the workload two, neither of which tells of a pod that the other tells of. Pods of
 * StatefulSets have the same names in both: a pod is an address. Where the state is not scraped,
 * the name of the label has to do. A label that had one value until a moment and another from then
 * on, for the same pods at the same addresses, was renamed.
 */
final class MixedClusters {

  private static final Pattern NAMED_SO = Pattern.compile("(?i).*cluster.*");
  private static final Set<String> OF_TARGETS =
      Set.of("job", "instance", "container", "endpoint", "service", "node", "uid");
  private static final int MOST_NAMED = 3;

  private final ChunkReader.Scope scope;
  private final ChunkPods pods;

  MixedClusters(ChunkReader.Scope scope, ChunkPods pods) {
    this.scope = scope;
    this.pods = pods;
  }

  /**
   * Believes nothing of targets that stand for workloads of several clusters.
   *
   * @param replicaScrapes labels under which replicas of each target's workloads were told, and how
   *     many at most
   */
  void doubt(Map<TargetState, Map<Map<String, String>, Float>> replicaScrapes) {
    if (pods.labels().engines().isEmpty()) {
      return;
    }
    Map<TargetState, Map<Pod, List<Map<String, String>>>> podScrapes = pods.scrapesByTarget();
    for (TargetState target : scope.index().all()) {
      Map<String, Set<String>> mixed =
          mixed(
              podScrapes.getOrDefault(target, Map.of()),
              replicaScrapes.getOrDefault(target, Map.of()));
      if (!mixed.isEmpty()) {
        pods.doubtAllOf(target);
        Map.Entry<String, Set<String>> first = mixed.entrySet().iterator().next();
        target.remark(
            Note.Reason.CLUSTERS_MIXED,
            Message.of(
                Cause.CLUSTERS_UNDER_ONE_NAME,
                name(first.getKey()),
                names(first.getValue().stream().limit(MOST_NAMED).toList()),
                name(first.getValue().iterator().next())));
      } else if (scope.isNewest()) {
        target.remark(Note.Reason.CLUSTERS_MIXED, Optional.empty());
      }
    }
  }

  private Map<String, Set<String>> mixed(
      Map<Pod, List<Map<String, String>>> ofPods, Map<Map<String, String>, Float> replicas) {
    Collection<Map<String, String>> ofState = replicas.keySet();
    Map<String, Set<String>> found = new TreeMap<>();
    for (String label : pods.labels().engines()) {
      if (OF_TARGETS.contains(label)) {
        continue;
      }
      Set<String> ofAll = new TreeSet<>();
      boolean oneEach = true;
      for (List<Map<String, String>> scrapes : ofPods.values()) {
        ofAll.addAll(values(label, scrapes));
        oneEach &=
            scrapes.stream().collect(Collectors.groupingBy(Scrape::hostOf)).values().stream()
                .allMatch(ofAnAddress -> values(label, ofAnAddress).size() < 2);
      }
      Set<String> ofStates = values(label, ofState);
      boolean twoStates = ofStates.size() > 1;
      if (twoStates
          && ofStates.containsAll(ofAll)
          && ofPods.keySet().stream().anyMatch(pod -> pods.isToldOfUnder(pod, label, ofStates))) {
        continue; // of one pod both tell
      }
      boolean named = NAMED_SO.matcher(label).matches();
      if (!named && twoStates && areShardsOfNumberedPods(label, ofPods, replicas.values())) {
        continue;
      }
      if (ofAll.size() > 1 && ofAll.containsAll(ofStates) && isRenamed(label, ofPods)) {
        continue; // the label got another value, and the pods went on
      }
      if (ofAll.size() > 1 && (named || (oneEach && twoStates))) {
        found.put(label, ofAll);
      } else if (named && twoStates) {
        found.put(label, new TreeSet<>(values(label, ofState)));
      }
    }
    return found;
  }

  /**
   * Whether each of the numbered pods that Kubernetes' states tell of stands under one value of a
   * label. Those of another cluster would have the same names under another value.
   */
  private static boolean areShardsOfNumberedPods(
      String label, Map<Pod, List<Map<String, String>>> ofPods, Collection<Float> replicas) {
    return ofPods.values().stream().allMatch(scrapes -> values(label, scrapes).size() == 1)
        && replicas.stream().allMatch(its -> its == ofPods.size())
        && IntStream.range(0, ofPods.size())
            .allMatch(
                number ->
                    ofPods.keySet().stream().anyMatch(pod -> pod.name().endsWith("-" + number)));
  }

  /**
   * Whether pods were scraped under one value of a label and then, at the same addresses, another.
   */
  private boolean isRenamed(String label, Map<Pod, List<Map<String, String>>> ofPods) {
    Map<String, ChunkPods.Span> spans = new TreeMap<>();
    boolean anyOfBoth = false;
    for (Map.Entry<Pod, List<Map<String, String>>> pod : ofPods.entrySet()) {
      anyOfBoth |=
          pod.getValue().stream().map(Scrape::hostOf).distinct().count() == 1
              && values(label, pod.getValue()).size() > 1;
      for (Map<String, String> scrape : pod.getValue()) {
        String value = scrape.getOrDefault(label, "");
        ChunkPods.Span span = pods.spanOf(pod.getKey(), scrape);
        if (!value.isEmpty()) {
          spans.merge(value, span, ChunkPods.Span::and);
        }
      }
    }
    List<ChunkPods.Span> inOrder = new ArrayList<>(spans.values());
    inOrder.sort(Comparator.comparingInt(ChunkPods.Span::first));
    for (int i = 1; i < inOrder.size(); i++) {
      if (!inOrder.get(i - 1).endsBefore(inOrder.get(i))) {
        return false;
      }
    }
    return anyOfBoth;
  }

  private static Set<String> values(String label, Collection<Map<String, String>> scrapes) {
    Set<String> values = new HashSet<>();
    for (Map<String, String> labels : scrapes) {
      String value = labels.getOrDefault(label, "");
      if (!value.isEmpty()) {
        values.add(value);
      }
    }
    return values;
  }
}
