package dev.breakeven.prometheus.collect.duplicates;

import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.collect.duplicates.CounterComparison.CounterPair;
import dev.breakeven.prometheus.collect.duplicates.CounterComparison.Finding;
import dev.breakeven.prometheus.collect.duplicates.KnownDuplicates.Pair;
import dev.breakeven.prometheus.collect.duplicates.KnownDuplicates.Workload;
import dev.breakeven.prometheus.collect.request.ChunkQueries;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
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

/** Which addresses of a chunk's pods lead to one server, asked for where a pod has several. */
public final class ServerComparison {

  private static final int PODS_OF_A_PAIR = 3;

  /** A pod that shows more is no pod to tell servers of: pairs grow with their square. */
  private static final int MOST_ADDRESSES = 16;

  private final ChunkScope scope;
  private final KnownDuplicates known;
  private final Set<String> apart;
  private final Set<Pair> idle = new HashSet<>();
  private final Map<String, Scrape> byAddress = new HashMap<>();
  private final Map<Pod, Map<String, Set<String>>> jobsOf = new LinkedHashMap<>(); // by address
  private final Map<Pod, List<Pair>> pairsOf = new HashMap<>();
  private final Set<Pod> crowded = new HashSet<>(); // of too many addresses to compare

  public ServerComparison(ChunkScope scope, KnownDuplicates known, Set<String> apart) {
    this.scope = scope;
    this.known = known;
    this.apart = apart;
  }

  /** Takes in a pod that belongs to a workload, with the labels of its scrapes. */
  public void add(Pod pod, WorkloadRef workload, Collection<Map<String, String>> scrapes) {
    Map<String, Set<String>> jobs = new TreeMap<>();
    boolean areScraped = scrapes.stream().anyMatch(s -> Scrape.of(s, apart).isOfATarget());
    for (Map<String, String> labels : scrapes) {
      if (Scrape.of(labels, apart).isOfATarget() == areScraped) {
        jobs.computeIfAbsent(addressOf(labels), s -> new TreeSet<>())
            .add(labels.getOrDefault("job", ""));
      }
    }
    if (jobs.size() > 1) {
      jobsOf.put(pod, jobs);
    }
    if (jobs.size() > MOST_ADDRESSES) {
      crowded.add(pod);
    } else if (jobs.size() > 1) {
      pairsOf.put(pod, pairs(new Workload(pod.namespace(), workload), List.copyOf(jobs.keySet())));
    }
  }

  /**
   * What may be a server of its own: a port whoever reads it, or what one scraper reads where the
   * instance names no port.
   */
  private String addressOf(Map<String, String> labels) {
    Map<String, String> asAsked = new HashMap<>(labels);
    asAsked.keySet().retainAll(apart);
    Scrape scrape = Scrape.of(asAsked, apart);
    String address = Scrape.of(labels, apart).namesPort() ? scrape.server() : scrape.seenBy();
    byAddress.put(address, scrape);
    return address;
  }

  private static List<Pair> pairs(Workload workload, List<String> addresses) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      for (int j = i + 1; j < addresses.size(); j++) {
        pairs.add(new Pair(workload, addresses.get(i), addresses.get(j)));
      }
    }
    return pairs;
  }

  private List<Pair> pairsOf(Pod pod) {
    return pairsOf.getOrDefault(pod, List.of());
  }

  /**
   * Asks, where it has to be.
   *
   * @param samples how often each pod was scraped in each point
   */
  public void ask(QueryBuilder builder, ChunkQueries queries, Map<Pod, float[]> samples) {
    long step = scope.chunk().run().to();
    Map<Pair, List<Pod>> wanted = new LinkedHashMap<>();
    List<Pod> longestFirst = new ArrayList<>(jobsOf.keySet());
    longestFirst.sort(Comparator.comparing(pod -> -total(samples.getOrDefault(pod, new float[0]))));
    for (Pod pod : longestFirst) {
      for (Pair pair : pairsOf(pod)) {
        List<Pod> its = wanted.computeIfAbsent(pair, p -> new ArrayList<>());
        if (known.isToBeCompared(pair, step, scope.isNewest()) && its.size() < PODS_OF_A_PAIR) {
          its.add(pod);
        }
      }
    }
    Set<String> names = new TreeSet<>();
    wanted.values().forEach(its -> its.forEach(pod -> names.add(pod.name())));
    if (names.isEmpty()) {
      return;
    }
    ComparedPoints points = ComparedPoints.of(scope, List.of(jobsOf.keySet()), samples);
    Map<Pod, Map<String, double[]>> counters = new HashMap<>();
    Map<Pod, Map<String, Set<Double>>> starts = new HashMap<>();
    queries.ask(
        points.ask(QueryCatalog.SERVERS, builder.ofPods(names).servers(points.rangeSeconds())),
        (labels, its) -> {
          Pod pod = scope.podOf(labels);
          Scrape scrape = Scrape.of(labels, apart);
          String server =
              byAddress.containsKey(scrape.seenBy()) ? scrape.seenBy() : scrape.server();
          if (labels.containsKey("started")) {
            Set<Double> started =
                starts
                    .computeIfAbsent(pod, p -> new HashMap<>())
                    .computeIfAbsent(server, s -> new HashSet<>());
            for (int i = 0; i < its.size(); i++) {
              started.add(its.valueAt(i));
            }
          } else {
            points.keepGreatest(
                counters
                    .computeIfAbsent(pod, p -> new HashMap<>())
                    .computeIfAbsent(server, k -> points.nothing()),
                its);
          }
        });
    if (!queries.isComplete(QueryCatalog.SERVERS)) {
      return;
    }
    wanted.forEach(
        (pair, pods) -> {
          List<CounterPair> shown = new ArrayList<>();
          List<Set<String>> jobs = List.of(new HashSet<>(), new HashSet<>());
          boolean startedTogether = !pods.isEmpty();
          for (Pod pod : pods) {
            Map<String, double[]> its = counters.getOrDefault(pod, Map.of());
            double[] one = its.get(pair.one());
            double[] other = its.get(pair.other());
            if (one != null && other != null) {
              shown.add(new CounterPair(one, other));
            }
            Map<String, Set<String>> ofPod = jobsOf.getOrDefault(pod, Map.of());
            jobs.get(0).addAll(ofPod.getOrDefault(pair.one(), Set.of()));
            jobs.get(1).addAll(ofPod.getOrDefault(pair.other(), Set.of()));
            Map<String, Set<Double>> started = starts.getOrDefault(pod, Map.of());
            startedTogether &=
                started.containsKey(pair.one())
                    && started.get(pair.one()).equals(started.get(pair.other()));
          }
          CounterComparison.compare(shown, points.slack(), jobs, startedTogether)
              .ifPresent(finding -> known.found(pair, step, finding));
          if (CounterComparison.areIdle(shown)) {
            idle.add(pair);
          }
        });
  }

  private static float total(float[] counts) {
    float total = 0;
    for (float count : counts) {
      total += count;
    }
    return total;
  }

  /** For each address of a pod the first that leads to the same server. */
  public Map<String, String> serversOf(Pod pod) {
    Map<String, String> servers = new TreeMap<>();
    for (String address : jobsOf.getOrDefault(pod, Map.of()).keySet()) {
      servers.put(address, address);
    }
    for (Pair pair : pairsOf(pod)) {
      boolean isSame =
          areOneUnlessApart(pair)
              ? known.of(pair).filter(f -> f == Finding.APART).isEmpty()
              : known.of(pair).filter(f -> f == Finding.SAME).isPresent();
      if (isSame && pair.other().equals(servers.get(pair.other()))) {
        servers.put(pair.other(), servers.getOrDefault(pair.one(), pair.one()));
      }
    }
    return servers;
  }

  /** Whether two addresses differ only by who scraped them. */
  private boolean areOneUnlessApart(Pair pair) {
    Scrape one = byAddress.get(pair.one());
    Scrape other = byAddress.get(pair.other());
    return one != null && other != null && one.server().equals(other.server());
  }

  /** Addresses of a pod of which this was found of some two. */
  public Set<String> foundOf(Pod pod, Finding finding) {
    Set<String> addresses = new TreeSet<>();
    for (Pair pair : pairsOf(pod)) {
      if (!areOneUnlessApart(pair) && known.of(pair).filter(f -> f == finding).isPresent()) {
        addresses.add(hostName(pair.one()));
        addresses.add(hostName(pair.other()));
      }
    }
    return addresses;
  }

  private String hostName(String address) {
    Scrape scrape = byAddress.get(address);
    return scrape == null ? address : scrape.server();
  }

  /** Pods of which it is not known how many servers they hold. */
  public List<Pod> undecided() {
    return jobsOf.keySet().stream()
        .filter(
            pod ->
                crowded.contains(pod)
                    || pairsOf(pod).stream()
                        .filter(pair -> !areOneUnlessApart(pair) && !idle.contains(pair))
                        .map(known::of)
                        .anyMatch(Optional::isEmpty))
        .toList();
  }

  /** Pods with several addresses. */
  public Set<Pod> pods() {
    return jobsOf.keySet();
  }
}
