package dev.breakeven.prometheus.collect.pod;

import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.names;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.attribution.PodOwners;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.collect.duplicates.Scrape;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.query.ScrapeLabels;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 * Finds workloads of the same name in several clusters, if a source stores several clusters and no
 * matcher selects one. The tokens of both divided by the replicas of one are the cost of neither,
 * so nothing is added up.
 *
 * <p>A label that scrapers set distinguishes clusters, and not replicas or shards of Prometheus, if
 * each pod of the workload has one value of it, but the state of the workload has two, and no pod
 * is reported under both. Pods of StatefulSets have the same names in both clusters, so a pod is
 * identified by its address. If the state is not scraped, the name of the label decides. A label
 * that has one value up to a time and another after it, for the same pods at the same addresses,
 * was renamed.
 */
final class MixedClusters {

  private static final Pattern NAMED_SO = Pattern.compile("(?i).*cluster.*");
  private static final Pattern IPV4 = Pattern.compile("\\d+(\\.\\d+){3}");
  private static final Set<String> OF_TARGETS =
      Set.of("job", "instance", "container", "endpoint", "service", "node", "uid");
  private static final int MOST_NAMED = 3;

  /** Where a job scrapes. */
  private record Address(String job, String host) {}

  private final ChunkScope scope;
  private final PodSamples samples;
  private final PodWorkloads workloads;
  private final PodOwners owners;
  private final ScrapeLabels labels;

  MixedClusters(
      ChunkScope scope,
      PodSamples samples,
      PodWorkloads workloads,
      PodOwners owners,
      ScrapeLabels labels) {
    this.scope = scope;
    this.samples = samples;
    this.workloads = workloads;
    this.owners = owners;
    this.labels = labels;
  }

  /**
   * Finds and notes the targets that stand for workloads of several clusters.
   *
   * @param replicaScrapes labels under which replicas of each target's workloads were reported,
   *     with the highest number of them
   */
  Set<TargetState> find(Map<TargetState, Map<Map<String, String>, Float>> replicaScrapes) {
    Set<TargetState> found = new HashSet<>();
    Map<TargetState, Map<Pod, List<Map<String, String>>>> podScrapes = scrapesByTarget();
    for (TargetState target : scope.index().all()) {
      Map<Pod, List<Map<String, String>>> ofPods = podScrapes.getOrDefault(target, Map.of());
      Map<String, Set<String>> mixed = mixed(ofPods, replicaScrapes.getOrDefault(target, Map.of()));
      Optional<Message> message =
          mixed.entrySet().stream()
              .findFirst()
              .map(first -> message(first.getKey(), first.getValue()))
              .or(() -> podsOfOneName(ofPods));
      if (message.isPresent()) {
        found.add(target);
      }
      scope.note(target, Note.Reason.CLUSTERS_MIXED, message);
    }
    return found;
  }

  /**
   * Whether a job reads most pods at two addresses at a time, though a pod has one: without a label
   * that says so, they are numbered pods of two clusters.
   */
  private Optional<Message> podsOfOneName(Map<Pod, List<Map<String, String>>> ofPods) {
    Set<String> names = new TreeSet<>();
    ofPods.forEach(
        (pod, scrapes) -> {
          Map<Address, PodSamples.Span> byAddress = new HashMap<>();
          for (Map<String, String> scrape : scrapes) {
            if (IPV4.matcher(Scrape.hostOf(scrape)).matches()) {
              byAddress.merge(
                  new Address(scrape.getOrDefault("job", ""), Scrape.hostOf(scrape)),
                  samples.spanOf(pod, scrape),
                  PodSamples.Span::and);
            }
          }
          if (byAddress.entrySet().stream()
              .anyMatch(
                  one -> byAddress.entrySet().stream().anyMatch(other -> areAtOnce(one, other)))) {
            names.add(pod.name());
          }
        });
    return names.isEmpty() || 2 * names.size() <= ofPods.size()
        ? Optional.empty()
        : Optional.of(
            Message.of(Cause.PODS_AT_TWO_ADDRESSES, Parameter.firstOf(names, MOST_NAMED)));
  }

  private static boolean areAtOnce(
      Map.Entry<Address, PodSamples.Span> one, Map.Entry<Address, PodSamples.Span> other) {
    return !one.getKey().equals(other.getKey())
        && one.getKey().job().equals(other.getKey().job())
        && !one.getValue().endsBefore(other.getValue())
        && !other.getValue().endsBefore(one.getValue());
  }

  private static Message message(String label, Set<String> values) {
    return Message.of(
        Cause.CLUSTERS_UNDER_ONE_NAME,
        name(label),
        names(values.stream().limit(MOST_NAMED).toList()),
        name(values.iterator().next()));
  }

  private Map<TargetState, Map<Pod, List<Map<String, String>>>> scrapesByTarget() {
    Map<TargetState, Map<Pod, List<Map<String, String>>>> byTarget = new HashMap<>();
    for (Pod pod : samples.scrapedPods()) {
      for (TargetState target : workloads.targetsOf(pod)) {
        byTarget
            .computeIfAbsent(target, t -> new LinkedHashMap<>())
            .put(pod, samples.scrapesOf(pod));
      }
    }
    return byTarget;
  }

  private Map<String, Set<String>> mixed(
      Map<Pod, List<Map<String, String>>> ofPods, Map<Map<String, String>, Float> replicas) {
    Collection<Map<String, String>> ofState = replicas.keySet();
    Map<String, Set<String>> found = new TreeMap<>();
    for (String label : labels.engines()) {
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
          && ofPods.keySet().stream()
              .anyMatch(pod -> owners.isReportedUnder(pod, label, ofStates))) {
        continue; // both report the same pod
      }
      boolean named = NAMED_SO.matcher(label).matches();
      if (!named && twoStates && areShardsOfNumberedPods(label, ofPods, replicas.values())) {
        continue;
      }
      if (ofAll.size() > 1 && ofAll.containsAll(ofStates) && isRenamed(label, ofPods)) {
        continue; // the label got another value, and the pods are the same
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
   * Whether each numbered pod that the state reports has one value of a label. Those of another
   * cluster would have the same names under another value.
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
    Map<String, PodSamples.Span> spans = new TreeMap<>();
    boolean anyOfBoth = false;
    for (Map.Entry<Pod, List<Map<String, String>>> pod : ofPods.entrySet()) {
      anyOfBoth |=
          pod.getValue().stream().map(Scrape::hostOf).distinct().count() == 1
              && values(label, pod.getValue()).size() > 1;
      for (Map<String, String> scrape : pod.getValue()) {
        String value = scrape.getOrDefault(label, "");
        PodSamples.Span span = samples.spanOf(pod.getKey(), scrape);
        if (!value.isEmpty()) {
          spans.merge(value, span, PodSamples.Span::and);
        }
      }
    }
    List<PodSamples.Span> inOrder = new ArrayList<>(spans.values());
    inOrder.sort(Comparator.comparingInt(PodSamples.Span::first));
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
