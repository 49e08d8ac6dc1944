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

/** Finds which addresses of a chunk's pods lead to one server, for pods that have several. */
public final class ServerComparison {

  private static final int PODS_OF_A_PAIR = 3;

  /** A pod with more addresses is not compared: the number of pairs grows with their square. */
  private static final int MOST_ADDRESSES = 16;

  private final ChunkScope scope;
  private final KnownDuplicates known;
  private final Set<String> apart;
  private final Set<Pair> idle = new HashSet<>();
  private final Map<String, Scrape> byAddress = new HashMap<>();
  private final Map<Pod, Map<String, Set<String>>> jobsOf = new LinkedHashMap<>(); // by address
  private final Map<Pod, List<Pair>> pairsOf = new HashMap<>();
  private final Set<Pod> crowded = new HashSet<>(); // with too many addresses to compare

  public ServerComparison(ChunkScope scope, KnownDuplicates known, Set<String> apart) {
    this.scope = scope;
    this.known = known;
    this.apart = apart;
  }

  /** Adds a pod of a workload, with the labels of its scrapes. */
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
   * The address of what may be a server: a port, whoever scrapes it, or what one scraper reads if
   * the instance names no port.
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
   * Compares the addresses that have not been compared lately.
   *
   * @param samples how often each pod was scraped in each point
   */
  public void ask(QueryBuilder builder, ChunkQueries queries, Map<Pod, float[]> samples) {
    Map<Pair, List<Pod>> wanted = wanted(samples);
    Set<String> names = new TreeSet<>();
    wanted.values().forEach(its -> its.forEach(pod -> names.add(pod.name())));
    if (names.isEmpty()) {
      return;
    }
    ComparedPoints points = ComparedPoints.of(scope, List.of(jobsOf.keySet()), samples);
    Map<Pod, Map<String, Server>> servers = new HashMap<>();
    queries.ask(
        points.ask(QueryCatalog.SERVERS, builder.ofPods(names).servers(points.rangeSeconds())),
        (labels, its) -> {
          Server server =
              servers
                  .computeIfAbsent(scope.podOf(labels), p -> new HashMap<>())
                  .computeIfAbsent(knownAddressOf(labels), a -> new Server(points));
          if (labels.containsKey("started")) {
            for (int i = 0; i < its.size(); i++) {
              server.started.add(its.valueAt(i));
            }
          } else {
            server.isCounting = true;
            points.keepGreatest(server.counter, its);
          }
        });
    if (queries.isComplete(QueryCatalog.SERVERS)) {
      wanted.forEach((pair, pods) -> compare(pair, pods, servers, points.slack()));
    }
  }

  /** What an address of a pod shows. */
  private static final class Server {
    private final double[] counter;
    private final Set<Double> started = new HashSet<>(); // process start times
    private boolean isCounting;

    Server(ComparedPoints points) {
      this.counter = points.nothing();
    }
  }

  /** Some pods for each pair that has to be compared, those that were scraped most first. */
  private Map<Pair, List<Pod>> wanted(Map<Pod, float[]> samples) {
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
    return wanted;
  }

  private String knownAddressOf(Map<String, String> labels) {
    Scrape scrape = Scrape.of(labels, apart);
    return byAddress.containsKey(scrape.seenBy()) ? scrape.seenBy() : scrape.server();
  }

  private void compare(
      Pair pair, List<Pod> pods, Map<Pod, Map<String, Server>> servers, int slack) {
    List<CounterPair> counters = new ArrayList<>();
    List<Set<String>> jobs = List.of(new HashSet<>(), new HashSet<>());
    boolean startedTogether = !pods.isEmpty();
    for (Pod pod : pods) {
      Server one = servers.getOrDefault(pod, Map.of()).get(pair.one());
      Server other = servers.getOrDefault(pod, Map.of()).get(pair.other());
      if (one != null && other != null && one.isCounting && other.isCounting) {
        counters.add(new CounterPair(one.counter, other.counter));
      }
      startedTogether &=
          one != null
              && other != null
              && !one.started.isEmpty()
              && one.started.equals(other.started);
      Map<String, Set<String>> ofPod = jobsOf.getOrDefault(pod, Map.of());
      jobs.get(0).addAll(ofPod.getOrDefault(pair.one(), Set.of()));
      jobs.get(1).addAll(ofPod.getOrDefault(pair.other(), Set.of()));
    }
    CounterComparison.compare(counters, slack, jobs, startedTogether)
        .ifPresent(finding -> known.found(pair, scope.chunk().run().to(), finding));
    if (CounterComparison.areIdle(counters)) {
      idle.add(pair);
    }
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

  /** Whether two addresses differ only in who scraped them. */
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

  /** Pods for which it is not known how many servers they have. */
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
