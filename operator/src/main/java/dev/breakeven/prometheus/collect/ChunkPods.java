package dev.breakeven.prometheus.collect;

import static dev.breakeven.reason.Parameter.count;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.attribution.PodOwners;
import dev.breakeven.prometheus.attribution.PodOwners.Belonging;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.attribution.Scrape;
import dev.breakeven.prometheus.attribution.ScrapeGapDetector;
import dev.breakeven.prometheus.attribution.TargetIndex;
import dev.breakeven.prometheus.attribution.TenantFilter;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.history.TargetSums;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.LeftOut;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.ScrapeLabels;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which pods there were in a chunk, whose they are, and which of their steps cannot be believed.
 */
final class ChunkPods {

  // For so long a pod may be away without a word before it is taken to be gone.
  private static final int LONGEST_LOST_STEPS = 18;
  // The same where nothing tells how many replicas there are.
  private static final int LONGEST_LOST_UNRECORDED_STEPS = 3;
  private static final int STEPS_UNTIL_VANISHED = 2;
  // Of so many pods one: below that, reading the others too costs less than naming.
  private static final int PART_WORTH_NAMING = 2;
  private static final int MOST_NAMED = 3;

  // A query may hold two dozen selectors, each with the names of what is left out.
  private static final int MOST_CHARACTERS_LEFT_OUT = 300;

  private static final int MOST_SCRAPES_A_SECOND = 10;

  /** More than any namespace runs, and far less than memory holds. */
  static final int MOST_PODS_OF_A_NAMESPACE = 50_000;

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

    /** Whether this one was over when the other began, but for the point of the change. */
    boolean endsBefore(Span other) {
      return last <= other.first;
    }
  }

  private record ScrapeTarget(String job, String instance) {}

  private final ChunkReader.Scope scope;
  private final PodOwners owners;
  private final Map<Pod, ScrapeGapDetector> presences;
  private final ChunkQueries answers;
  private final WithoutUp withoutUp;
  private final RepeatedServers repeatedServers;

  // Of each pod how often it was scraped: entry 0 is the point before the chunk.
  private final Map<Pod, float[]> samples = new LinkedHashMap<>();
  private final Map<Pod, List<Map<String, String>>> scrapesOf = new HashMap<>();
  // Of pods of several scrapes, when each of these was.
  private final Map<Pod, List<Span>> spansOf = new HashMap<>();
  private final Map<Pod, Set<String>> modelsOf = new HashMap<>();
  private final Map<String, Integer> podsIn = new HashMap<>(); // by namespace
  private final Map<Pod, Belonging> belongings = new HashMap<>();
  private final Map<Pod, BitSet> gaps = new LinkedHashMap<>(); // points scraped too seldom
  private final Map<TargetState, BitSet> doubtful = new HashMap<>();
  private final Map<TargetState, BitSet> shrunk = new HashMap<>();
  private final Set<TargetState> lost = new HashSet<>();
  private final Set<TargetState> vanished = new HashSet<>();
  private final Set<Pod> absent = new HashSet<>();
  private final Map<TargetState, List<StepRanges.Run>> doubtfulOutside = new HashMap<>();
  private final List<StepRanges.Run> toReadAgain = new ArrayList<>();
  private final Map<String, Set<ScrapeTarget>> untrusted = new HashMap<>(); // by namespace
  private final Set<String> believedJobs = new HashSet<>();
  private final Set<String> crowded = new HashSet<>(); // namespaces of too many untrusted
  private LeftOut leftOut = LeftOut.NONE;
  private final Set<Pod> notVouchedFor = new HashSet<>();
  private final Set<Pod> notTold = new HashSet<>(); // whose they are was asked, and not answered
  private boolean lacksAnswers;
  private boolean anyUp;
  private boolean stateVouches; // the source keeps no `up` at all
  private ScrapeLabels labels = ScrapeLabels.NONE;
  private GapRises rises;
  private final Map<Pod, Map<String, String>> servers = new HashMap<>();
  private final Map<Pod, Double> several = new LinkedHashMap<>(); // series of one count
  private Set<String> copiesApart = Set.of();
  private final Map<Pod, Set<String>> copiesOf = new HashMap<>();

  ChunkPods(
      ChunkReader.Scope scope,
      PodOwners owners,
      Map<Pod, ScrapeGapDetector> presences,
      WithoutUp withoutUp,
      RepeatedServers repeatedServers,
      ChunkQueries answers) {
    this.scope = scope;
    this.withoutUp = withoutUp;
    this.repeatedServers = repeatedServers;
    this.owners = owners;
    this.presences = presences;
    this.answers = answers;
    this.rises = GapRises.none(scope.chunk());
  }

  /** Learns whom not to believe, by whom was scraped, which pods there were, and whose. */
  void read(boolean ofPods) {
    askScrapes();
    if (!ofPods) {
      return;
    }
    readPods(scope.questions(leftOut(), labels));
    if (!gaps.isEmpty() && !answers.hasFailed(QueryCatalog.SAMPLES)) {
      rises = GapRises.read(scope, scope.questions(leftOut(), labels), answers, this);
      doubtWhatIsNotKnown();
    }
  }

  /** Scrape targets whose engine series are not believed. */
  LeftOut leftOut() {
    return leftOut;
  }

  /**
   * Names those that are not believed: by job where none of a job's targets is, else one by one, as
   * many as queries can name. Where a namespace is claimed by more, nothing of it is believed.
   */
  private void chooseWhatToLeaveOut() {
    Set<String> jobs = new TreeSet<>();
    Set<String> instances = new TreeSet<>();
    int room = MOST_CHARACTERS_LEFT_OUT;
    List<String> fewestFirst = new ArrayList<>(untrusted.keySet());
    fewestFirst.sort(
        Comparator.<String>comparingInt(n -> claims(n).size())
            .thenComparing(Comparator.naturalOrder()));
    for (String namespace : fewestFirst) {
      Set<String> itsJobs = new TreeSet<>();
      Set<String> itsInstances = new TreeSet<>();
      for (ScrapeTarget target : claims(namespace)) {
        if (target.job().isEmpty() || believedJobs.contains(target.job())) {
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
    leftOut = new LeftOut(jobs, instances);
  }

  private Set<ScrapeTarget> claims(String namespace) {
    return untrusted.getOrDefault(namespace, Set.of());
  }

  private static int length(Set<String> names) {
    return names.stream().mapToInt(String::length).sum();
  }

  /** The labels that distinguish scrapes. */
  ScrapeLabels labels() {
    return labels;
  }

  /** Takes the series of pods, what several scrapers read of a server once. */
  ScrapeFold fold() {
    return new ScrapeFold(
        scope.chunk(),
        this::apart,
        (pod, scrape) -> {
          Map<String, String> its = servers.getOrDefault(pod, Map.of());
          return its.getOrDefault(
              scrape.seenBy(), its.getOrDefault(scrape.server(), scrape.server()));
        });
  }

  /**
   * By which labels scrapes of a pod are told apart: what copies another's series may split its.
   */
  private Set<String> apart(Pod pod) {
    Set<String> its = new TreeSet<>(labels.apart());
    its.removeAll(copiesApart);
    its.addAll(copiesOf.getOrDefault(pod, Set.of()));
    return its;
  }

  /** What is known of pods' counters in gaps. */
  GapRises rises() {
    return rises;
  }

  /** Points of each pod in which it was scraped too seldom. */
  Map<Pod, BitSet> gaps() {
    return gaps;
  }

  /** How often a pod was scraped in each point, after one for the point before. */
  float[] samplesOf(Pod pod) {
    return samples.getOrDefault(pod, new float[scope.chunk().points() + 1]);
  }

  /** Every pod that was scraped. */
  Set<Pod> all() {
    return samples.keySet();
  }

  /** Whether there is any pod whose figures are wanted. */
  boolean areAnyConcerned() {
    return samples.keySet().stream().anyMatch(this::isConcerned);
  }

  /**
   * The names of the pods whose figures are wanted, where they are but a part of those that the
   * namespaces hold; empty where naming them would save little.
   */
  Set<String> namesOfFew() {
    Set<String> names = new HashSet<>();
    for (Pod pod : samples.keySet()) {
      if (isConcerned(pod)) {
        names.add(pod.name());
      }
    }
    return PART_WORTH_NAMING * names.size() <= samples.size() ? names : Set.of();
  }

  /** Whether a pod counts for any target, may do so, or serves the model of one. */
  private boolean isConcerned(Pod pod) {
    Belonging belonging = belongings.get(pod);
    if (belonging instanceof Belonging.To) {
      return !targetsOf(pod).isEmpty();
    }
    Set<String> models = modelsOf.getOrDefault(pod, Set.of());
    return belonging instanceof Belonging.Ambiguous
        || scope.index().in(pod.namespace()).stream()
            .anyMatch(target -> models.contains(target.target().model()));
  }

  /**
   * Steps that have to be read again: both ends of a gap are known by now, or questions on which
   * these steps' figures rest were not answered.
   */
  List<StepRanges.Run> toReadAgain() {
    if (!lacksAnswers || scope.isNewest()) {
      return toReadAgain;
    }
    List<StepRanges.Run> all = new ArrayList<>(toReadAgain);
    all.add(scope.chunk().run());
    return all;
  }

  /** Whether questions on which figures rest were not answered, so that some are left out. */
  boolean lacksAnswers() {
    return lacksAnswers;
  }

  /** The labels under which each of a target's pods was scraped. */
  Map<TargetState, Map<Pod, List<Map<String, String>>>> scrapesByTarget() {
    Map<TargetState, Map<Pod, List<Map<String, String>>>> byTarget = new HashMap<>();
    scrapesOf.forEach(
        (pod, scrapes) ->
            targetsOf(pod)
                .forEach(
                    target ->
                        byTarget
                            .computeIfAbsent(target, t -> new LinkedHashMap<>())
                            .put(pod, scrapes)));
    return byTarget;
  }

  /** Believes nothing of a target's pods in this chunk. */
  void doubtAllOf(TargetState target) {
    doubtful.computeIfAbsent(target, t -> new BitSet()).set(0, scope.chunk().points());
  }

  /** Whether more pods of a target's namespace serve models than are looked at. */
  boolean hasTooManyPods(TargetState target) {
    return podsIn.getOrDefault(target.target().namespace(), 0) > MOST_PODS_OF_A_NAMESPACE;
  }

  /** Believes nothing of a target's pods in a point. */
  void doubt(TargetState target, int point) {
    doubtful.computeIfAbsent(target, t -> new BitSet()).set(point);
  }

  /** Whether a pod belongs to a workload that a policy names, or may. */
  boolean isOwned(Pod pod) {
    return !(belongings.get(pod) instanceof Belonging.Elsewhere);
  }

  /** What is known of a pod's owner, in words. */
  String ownerOf(Pod pod) {
    return owners
        .ownerOf(pod)
        .map(owner -> owner.kind() + " " + owner.name())
        .orElse("pod " + pod.name());
  }

  /** Whether scrapes with all these values of a label reported this one pod. */
  boolean isToldOfUnder(Pod pod, String label, Set<String> values) {
    return owners.isToldOfUnder(pod, label, values);
  }

  /** To which workload of a target a pod belongs. */
  Optional<WorkloadRef> workloadOf(Pod pod) {
    return belongings.get(pod) instanceof Belonging.To to
        ? Optional.of(to.workload())
        : Optional.empty();
  }

  /** The targets for which a pod's series count. */
  List<TargetState> targetsOf(Pod pod) {
    return belongings.get(pod) instanceof Belonging.To to
        ? scope.index().of(pod.namespace(), to.workload())
        : List.of();
  }

  /** Whether a pod's figure counts for a target that it belongs to: prompts at prefill, say. */
  boolean isCounted(TargetState target, Figure figure, Pod pod) {
    return belongings.get(pod) instanceof Belonging.To to
        && target.target().counts(figure, to.workload());
  }

  /** Points in which what a target's pods report cannot be believed. */
  BitSet doubts(TargetState target) {
    return doubtful.getOrDefault(target, new BitSet());
  }

  /** Takes back what was stored of steps between this chunk and another, now known to be gaps. */
  void forgetDoubtfulOutside() {
    doubtfulOutside.forEach(
        (target, runs) -> runs.forEach(run -> target.history().forgetFiguresOfPods(run)));
  }

  /** Replicas of which any pod was scraped, of each target in each point. */
  TargetSums scraped() {
    TargetSums replicas = new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM);
    Map<TargetState, Map<String, BitSet>> seen = new HashMap<>();
    samples.forEach(
        (pod, counts) -> {
          for (TargetState target : targetsOf(pod)) {
            if (isCounted(target, Figure.REPLICAS, pod)) {
              BitSet points =
                  seen.computeIfAbsent(target, t -> new HashMap<>())
                      .computeIfAbsent(replicaOf(pod), r -> new BitSet());
              for (int i = 1; i < counts.length; i++) {
                if (counts[i] > 0) {
                  points.set(i - 1);
                }
              }
            }
          }
        });
    seen.forEach(
        (target, its) ->
            its.values()
                .forEach(points -> points.stream().forEach(i -> replicas.add(target, i, 1))));
    return replicas;
  }

  /**
   * How many pods of each target were not scraped in a point, and it is known what they counted.
   */
  TargetSums knownWithoutScrape() {
    TargetSums pods = new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM);
    for (Pod pod : gaps.keySet()) {
      float[] scrapes = samplesOf(pod);
      List<TargetState> its = targetsOf(pod);
      rises.knownSteps(pod).stream()
          .filter(i -> i + 1 < scrapes.length && scrapes[i + 1] == 0)
          .forEach(i -> its.forEach(target -> pods.add(target, i, 1)));
    }
    return pods;
  }

  private String replicaOf(Pod pod) {
    return workloadOf(pod).map(w -> w + " " + w.replicaOf(pod.name())).orElse(pod.name());
  }

  /** Replicas that were scraped in the last point, of each target that had any in the chunk. */
  Map<TargetState, Integer> scrapedLast() {
    Map<TargetState, Set<String>> scraped = new HashMap<>();
    samples.forEach(
        (pod, counts) -> {
          for (TargetState target : targetsOf(pod)) {
            if (isCounted(target, Figure.REPLICAS, pod)) {
              Set<String> its = scraped.computeIfAbsent(target, t -> new HashSet<>());
              if (counts[counts.length - 1] > 0) {
                its.add(replicaOf(pod));
              }
            }
          }
        });
    Map<TargetState, Integer> counts = new HashMap<>();
    scraped.forEach((target, its) -> counts.put(target, its.size()));
    return counts;
  }

  /** By whom was scraped, and which targets are not believed, by the namespace they claim. */
  private void askScrapes() {
    Chunk chunk = scope.chunk();
    int range = Math.toIntExact(chunk.run().length() * StoredHistory.STEP_SECONDS);
    Set<String> ofEngines = new TreeSet<>();
    Set<String> ofGateways = new TreeSet<>();
    Set<String> gatewayJobs = new TreeSet<>();
    String namespace = scope.profile().namespaceLabel();
    answers.ask(
        new ApiRequest.Instant(
            QueryCatalog.SCRAPES,
            scope.questions(LeftOut.NONE, ScrapeLabels.NONE).scrapes(range),
            chunk.evaluatedAt(chunk.points() - 1)),
        (found, points) -> {
          if (found.containsKey("untrusted")) {
            String instance = found.getOrDefault("instance", "");
            if (!instance.isEmpty()) {
              untrusted
                  .computeIfAbsent(found.getOrDefault(namespace, ""), n -> new HashSet<>())
                  .add(new ScrapeTarget(found.getOrDefault("job", ""), instance));
            }
          } else if (found.containsKey("gateway")) {
            gatewayJobs.add(found.getOrDefault("job", ""));
            ofGateways.addAll(found.keySet());
          } else {
            anyUp = true;
            believedJobs.add(found.getOrDefault("job", ""));
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
        List.of(namespace, scope.profile().podLabel(), scope.profile().modelLabel(), "__name__"));
    ofGateways.removeAll(List.of("gateway", "__name__"));
    labels = new ScrapeLabels(ofEngines, ofGateways, Set.of(), gatewayJobs);
    if (!anyUp && !untrusted.isEmpty() && !scope.source().trust().stateJobs().isEmpty()) {
      askScrapesWithoutUp(range);
    }
    chooseWhatToLeaveOut();
  }

  /** Where nothing at all has an `up`, Kubernetes' state tells which pods there are. */
  private void askScrapesWithoutUp(int range) {
    long step = scope.chunk().run().to();
    if (!withoutUp.isKnownAt(step)) {
      Set<String> ofState = new TreeSet<>();
      Set<String> ups = new HashSet<>();
      answers.ask(
          atTheEnd(
              QueryCatalog.SCRAPES_WITHOUT_UP,
              scope.questions(LeftOut.NONE, ScrapeLabels.NONE).scrapesWithoutUp(range)),
          (found, points) -> (found.containsKey("up") ? ups : ofState).addAll(found.keySet()));
      if (!answers.isWhole(QueryCatalog.SCRAPES_WITHOUT_UP)) {
        lacksAnswers = true;
        return;
      }
      withoutUp.found(step, ups.isEmpty() ? ofState : Set.of());
    }
    if (!withoutUp.stateLabels().isEmpty()) {
      stateVouches = true;
      untrusted.clear();
      Set<String> ofState = new TreeSet<>(withoutUp.stateLabels());
      ofState.addAll(List.of("job", "instance", "container"));
      ofState.removeAll(
          List.of(scope.profile().namespaceLabel(), scope.profile().podLabel(), "__name__"));
      labels = new ScrapeLabels(ofState, labels.gateways(), Set.of(), labels.gatewayJobs());
    }
  }

  private void readPods(QueryBuilder questions) {
    Chunk chunk = scope.chunk();
    answers.ask(
        chunk.ask(
            QueryCatalog.SAMPLES, questions.engine(QueryCatalog.SAMPLES, chunk.pointSeconds()), 1),
        new AnswerGuard(this::takeSamples, (labels, why) -> {}));
    if (answers.hasFailed(QueryCatalog.SAMPLES)) {
      return;
    }
    Set<String> apart = new TreeSet<>();
    scrapesOf.values().stream()
        .filter(its -> its.size() > 1)
        .forEach(its -> apart.addAll(Scrape.differing(its)));
    labels = labels.apartBy(apart);
    askOwnersOfPods(questions);
    askOwnersOfReplicaSets(questions);
    if (stateVouches) {
      leaveOutWhatStateDoesNotVouchFor();
      nameWhatStateDoesNotVouchFor();
    }
    samples.forEach(this::place);
    scope.index().all().stream().filter(this::hasTooManyPods).forEach(this::doubtAllOf);
    tellCopiesApart();
    tellServersApart();
    notVouchedFor.forEach(pod -> targetsOf(pod).forEach(this::doubtAllOf));
    presences.forEach(this::lookForAbsent);
    scope.index().all().forEach(this::remarkOnUntrusted);
  }

  private void takeSamples(Map<String, String> scrape, SeriesSink.Points points) {
    Chunk chunk = scope.chunk();
    EngineProfile profile = scope.profile();
    Pod pod =
        new Pod(
            scrape.getOrDefault(profile.namespaceLabel(), ""),
            scrape.getOrDefault(profile.podLabel(), ""));
    if (pod.name().isEmpty() || !scope.index().hasNamespace(pod.namespace())) {
      return;
    }
    if (!samples.containsKey(pod)
        && podsIn.merge(pod.namespace(), 1, Integer::sum) > MOST_PODS_OF_A_NAMESPACE) {
      return;
    }
    if (scrape.containsKey("several")) {
      for (int i = 0; i < points.size(); i++) {
        several.merge(pod, points.valueAt(i), Math::max);
      }
      return;
    }
    String model = scrape.get(profile.modelLabel());
    if (model != null) {
      modelsOf.merge(pod, Set.of(model), ChunkPods::union);
    }
    // Of tens of thousands of pods, no label is kept twice.
    Map<String, String> labelsLeft = new HashMap<>(scrape);
    labelsLeft
        .keySet()
        .removeAll(List.of(profile.modelLabel(), profile.namespaceLabel(), profile.podLabel()));
    Map<String, String> ofWhom = Map.copyOf(labelsLeft);
    List<Map<String, String>> its = scrapesOf.computeIfAbsent(pod, p -> new ArrayList<>(1));
    float[] counts = samples.computeIfAbsent(pod, p -> new float[chunk.points() + 1]);
    float[] own = new float[counts.length];
    for (int i = 0; i < points.size(); i++) {
      int point = chunk.pointAt(points.epochSecondAt(i)) + 1;
      if (point >= 0 && point < own.length) {
        own[point] = samplesIn(points.valueAt(i));
      }
    }
    int place = its.indexOf(ofWhom);
    if (place < 0) {
      its.add(ofWhom);
      if (its.size() == 2) {
        spansOf.put(pod, new ArrayList<>(List.of(Span.of(counts))));
      }
      if (its.size() > 1) {
        spansOf.getOrDefault(pod, new ArrayList<>()).add(Span.of(own));
      }
    } else if (its.size() > 1) {
      List<Span> spans = spansOf.getOrDefault(pod, new ArrayList<>());
      spans.set(place, spans.get(place).and(Span.of(own)));
    }
    for (int i = 0; i < own.length; i++) {
      counts[i] = Math.max(counts[i], own[i]);
    }
  }

  /** When a pod was scraped under one of its labels. */
  Span spanOf(Pod pod, Map<String, String> scrape) {
    List<Span> spans = spansOf.get(pod);
    return spans == null
        ? Span.of(samplesOf(pod))
        : spans.get(scrapesOf.getOrDefault(pod, List.of()).indexOf(scrape));
  }

  private static Set<String> union(Set<String> some, Set<String> more) {
    if (some.containsAll(more)) {
      return some;
    }
    Set<String> all = new HashSet<>(some);
    all.addAll(more);
    return all;
  }

  /** A number of samples; none where nobody can have taken so many. */
  private float samplesIn(double count) {
    return count >= 0 && count <= (double) MOST_SCRAPES_A_SECOND * scope.chunk().pointSeconds()
        ? (float) count
        : 0;
  }

  /** Finds series that were stored again, under labels that {@code up} does not have. */
  private void tellCopiesApart() {
    CopiedSeries copied = new CopiedSeries(scope, repeatedServers, labels.engines());
    several.forEach(
        (pod, series) ->
            workloadOf(pod)
                .filter(workload -> !targetsOf(pod).isEmpty())
                .ifPresent(workload -> copied.add(pod, workload, series)));
    copied.ask(scope.questions(leftOut(), labels), answers, samples);
    copiesApart = new TreeSet<>(copied.labels());
    copiesApart.removeAll(labels.apart());
    samples
        .keySet()
        .forEach(
            pod ->
                workloadOf(pod)
                    .map(workload -> copied.labelsOf(pod.namespace(), workload))
                    .ifPresent(its -> copiesOf.put(pod, its)));
    Set<String> apart = new TreeSet<>(labels.apart());
    apart.addAll(copiesApart);
    labels = labels.apartBy(apart);
    if (!answers.isWhole(QueryCatalog.COPIES)) {
      lacksAnswers = true;
      copied.pods().forEach(pod -> targetsOf(pod).forEach(this::doubtAllOf));
    }
    for (TargetState target : scope.index().all()) {
      Target of = target.target();
      say(
          target,
          Note.Reason.SERIES_COPIED,
          copied.found(of, RepeatedServers.Finding.SAME),
          Cause.SERIES_STORED_AGAIN);
      say(
          target,
          Note.Reason.SERIES_ALIKE,
          copied.found(of, RepeatedServers.Finding.ALIKE),
          Cause.SERIES_OF_THE_SAME_VALUES);
    }
  }

  /** Finds addresses of a pod that lead to one server; what cannot be told is not believed. */
  private void tellServersApart() {
    ServerComparison comparison = new ServerComparison(scope, repeatedServers, labels.apart());
    samples
        .keySet()
        .forEach(
            pod ->
                workloadOf(pod)
                    .ifPresent(
                        workload ->
                            comparison.add(pod, workload, scrapesOf.getOrDefault(pod, List.of()))));
    comparison.ask(scope.questions(leftOut(), labels), answers, samples);
    comparison.pods().forEach(pod -> servers.put(pod, comparison.serversOf(pod)));
    comparison.untold().forEach(pod -> targetsOf(pod).forEach(this::doubtAllOf));
    lacksAnswers |= !answers.isWhole(QueryCatalog.SERVERS) && !comparison.untold().isEmpty();
    for (TargetState target : scope.index().all()) {
      remarkOnServers(target, comparison);
    }
  }

  private void remarkOnServers(TargetState target, ServerComparison comparison) {
    Set<String> same = new TreeSet<>();
    Set<String> alike = new TreeSet<>();
    boolean untold = comparison.untold().stream().anyMatch(p -> targetsOf(p).contains(target));
    for (Pod pod : comparison.pods()) {
      if (targetsOf(pod).contains(target)) {
        same.addAll(comparison.foundOf(pod, RepeatedServers.Finding.SAME));
        alike.addAll(comparison.foundOf(pod, RepeatedServers.Finding.ALIKE));
      }
    }
    say(target, Note.Reason.SERVER_REPEATED, same, Cause.ADDRESSES_OF_ONE_SERVER);
    say(target, Note.Reason.SERVERS_ALIKE, alike, Cause.ADDRESSES_ALIKE);
    if (scope.isNewest()
        || comparison.pods().stream().anyMatch(p -> targetsOf(p).contains(target))) {
      target.remark(
          Note.Reason.SERVERS_UNTOLD,
          Optional.of(Message.of(Cause.ADDRESSES_NOT_YET_COMPARED)).filter(m -> untold));
    }
  }

  private void say(TargetState target, Note.Reason reason, Set<String> addresses, Cause cause) {
    if (scope.isNewest() || !addresses.isEmpty()) {
      target.remark(
          reason,
          Optional.of(Message.of(cause, Parameter.firstOf(addresses, MOST_NAMED)))
              .filter(m -> !addresses.isEmpty()));
    }
  }

  /** Pods that nobody knows are nobody's; what two addresses claim of one pod is not believed. */
  private void leaveOutWhatStateDoesNotVouchFor() {
    for (Pod pod : List.copyOf(samples.keySet())) {
      List<Map<String, String>> its = scrapesOf.getOrDefault(pod, List.of());
      if (!owners.isVouchedFor(pod)) {
        samples.remove(pod);
        scrapesOf.remove(pod);
        untrusted
            .computeIfAbsent(pod.namespace(), n -> new HashSet<>())
            .addAll(its.stream().map(ChunkPods::scrapeTarget).toList());
        notVouchedFor.add(pod);
      } else if (its.stream().map(Scrape::hostOf).distinct().count() > 1) {
        notVouchedFor.add(pod);
      }
    }
  }

  /** Their series are nobody's anyway: named for what cannot be told apart by pod. */
  private void nameWhatStateDoesNotVouchFor() {
    Set<String> instances = new TreeSet<>();
    untrusted.values().forEach(its -> its.forEach(target -> instances.add(target.instance())));
    if (length(instances) <= MOST_CHARACTERS_LEFT_OUT) {
      leftOut = new LeftOut(Set.of(), instances);
    }
  }

  private static ScrapeTarget scrapeTarget(Map<String, String> labels) {
    return new ScrapeTarget(labels.getOrDefault("job", ""), labels.getOrDefault("instance", ""));
  }

  private Cause whyUntrusted(String namespace) {
    if (crowded.contains(namespace)) {
      return Cause.LABELS_OF_TOO_MANY_NOT_TRUSTED;
    }
    return anyUp || stateVouches ? Cause.LABELS_NOT_FROM_PROMETHEUS : Cause.LABELS_NOT_PROVEN;
  }

  private void remarkOnUntrusted(TargetState target) {
    // Series that claim to be of a namespace are reported to that namespace only.
    int itsLeftOut = claims(target.target().namespace()).size();
    if (crowded.contains(target.target().namespace())) {
      doubtAllOf(target);
    }
    if (scope.isNewest() || itsLeftOut > 0) {
      target.remark(
          Note.Reason.LABELS_NOT_TRUSTED,
          Optional.of(Message.of(whyUntrusted(target.target().namespace()), count(itsLeftOut)))
              .filter(m -> itsLeftOut > 0));
    }
    boolean severalAddresses =
        notVouchedFor.stream().anyMatch(pod -> targetsOf(pod).contains(target));
    if (scope.isNewest() || stateVouches) {
      target.remark(
          Note.Reason.LABELS_UNCHECKED,
          severalAddresses
              ? Optional.of(Message.of(Cause.SEVERAL_ADDRESSES_WITHOUT_UP))
              : Optional.of(Message.of(Cause.LABELS_CHECKED_BY_STATE)).filter(m -> stateVouches));
    }
  }

  private void askOwnersOfPods(QueryBuilder questions) {
    long step = scope.chunk().run().to();
    Set<Pod> unknown = new HashSet<>();
    Set<String> names = new TreeSet<>();
    for (Pod pod : samples.keySet()) {
      if (owners.isToBeAsked(pod, step)) {
        unknown.add(pod);
        names.add(pod.name());
      }
    }
    if (unknown.isEmpty()) {
      return;
    }
    List<String> jobs = scope.source().trust().stateJobs();
    answers.ask(
        atTheEnd(QueryCatalog.POD_OWNERS, questions.podOwners(names, ownersRangeSeconds())),
        (labels, points) -> {
          Pod pod =
              new Pod(TenantFilter.namespaceOf(labels, jobs), TenantFilter.podOf(labels, jobs));
          if (unknown.contains(pod)) {
            owners.learnPod(pod, owner(labels));
            owners.toldBy(pod, labels.getOrDefault("uid", ""), labels);
            if (jobs.contains(labels.getOrDefault("job", ""))) {
              owners.vouchFor(pod);
            }
          }
        });
    if (answers.isWhole(QueryCatalog.POD_OWNERS)) {
      unknown.forEach(pod -> owners.markAsked(pod, step));
    } else {
      notTold.addAll(unknown);
    }
  }

  private void askOwnersOfReplicaSets(QueryBuilder questions) {
    long step = scope.chunk().run().to();
    Map<Pod, String> replicaSets = new HashMap<>();
    for (Pod pod : samples.keySet()) {
      owners.unknownReplicaSetOf(pod, step).ifPresent(its -> replicaSets.put(pod, its));
    }
    if (replicaSets.isEmpty()) {
      return;
    }
    List<String> jobs = scope.source().trust().stateJobs();
    answers.ask(
        atTheEnd(
            QueryCatalog.REPLICASET_OWNERS,
            questions.replicaSetOwners(new TreeSet<>(replicaSets.values()), ownersRangeSeconds())),
        (labels, points) ->
            owners.learnReplicaSet(
                TenantFilter.namespaceOf(labels, jobs),
                labels.getOrDefault("replicaset", ""),
                owner(labels)));
    if (answers.isWhole(QueryCatalog.REPLICASET_OWNERS)) {
      replicaSets.forEach((pod, its) -> owners.markReplicaSetAsked(pod.namespace(), its, step));
    } else {
      notTold.addAll(replicaSets.keySet());
    }
  }

  private int ownersRangeSeconds() {
    return Math.toIntExact((scope.chunk().run().length() + 1) * StoredHistory.STEP_SECONDS);
  }

  private ApiRequest.Instant atTheEnd(QueryCatalog query, String promql) {
    Chunk chunk = scope.chunk();
    return new ApiRequest.Instant(query, promql, chunk.evaluatedAt(chunk.points() - 1));
  }

  private static PodOwners.Owner owner(Map<String, String> labels) {
    return new PodOwners.Owner(
        labels.getOrDefault("owner_kind", ""), labels.getOrDefault("owner_name", ""));
  }

  /** Finds where a pod belongs, and which of its points leave its targets in doubt. */
  private void place(Pod pod, float[] counts) {
    TargetIndex index = scope.index();
    Belonging belonging = owners.belonging(pod, index.workloadsIn(pod.namespace()));
    belongings.put(pod, belonging);
    if (belonging instanceof Belonging.To to) {
      ScrapeGapDetector.Doubt doubt =
          presences
              .computeIfAbsent(pod, p -> new ScrapeGapDetector())
              .learn(
                  scope.chunk(),
                  counts,
                  scope.isNewest(),
                  !to.workload().kind().equals("Deployment"));
      if (!doubt.points().isEmpty() && !targetsOf(pod).isEmpty()) {
        gaps.put(pod, doubt.points());
      }
      keepWhatShrank(pod, to.workload(), doubt.shrunk());
      if (!doubt.outside().isEmpty()) {
        StepRanges.Run outside = doubt.outside();
        toReadAgain.add(new StepRanges.Run(outside.from() - 1, outside.to() + 1));
        for (TargetState target : index.of(pod.namespace(), to.workload())) {
          doubtfulOutside.computeIfAbsent(target, t -> new ArrayList<>()).add(outside);
        }
      }
    } else if (belonging instanceof Belonging.Ambiguous ambiguous) {
      for (WorkloadRef workload : ambiguous.workloads()) {
        for (TargetState target : index.of(pod.namespace(), workload)) {
          target.sawAmbiguousPod(pod.name());
          doubtWhereSeen(target, counts);
        }
      }
    } else if (notTold.contains(pod)) {
      doubtPossibleOwnersOf(pod, counts);
    }
  }

  /** Without an answer to whose a pod is, what it may belong to cannot be known without it. */
  private void doubtPossibleOwnersOf(Pod pod, float[] counts) {
    Set<String> models = modelsOf.getOrDefault(pod, Set.of());
    for (TargetState target : scope.index().in(pod.namespace())) {
      if ((models.isEmpty() || models.contains(target.target().model()))
          && target.target().workloads().stream().anyMatch(PodOwners::mayOwnPodsOfAnyName)) {
        doubtWhereSeen(target, counts);
        lacksAnswers = true;
      }
    }
  }

  /** Believes nothing of a target's pods in points in which one was seen that may be its own. */
  private void doubtWhereSeen(TargetState target, float[] counts) {
    for (int i = 1; i < counts.length; i++) {
      if (counts[i] > 0) {
        doubt(target, i - 1);
      }
    }
  }

  /** Points of gaps of which not even the counters' rise is known leave their targets in doubt. */
  private void doubtWhatIsNotKnown() {
    gaps.forEach(
        (pod, points) -> {
          BitSet unknown = (BitSet) points.clone();
          unknown.andNot(rises.knownSteps(pod));
          if (!unknown.isEmpty()) {
            lacksAnswers |= !answers.isWhole(QueryCatalog.GAPS);
            targetsOf(pod)
                .forEach(target -> doubtful.computeIfAbsent(target, t -> new BitSet()).or(unknown));
          }
        });
  }

  private void keepWhatShrank(Pod pod, WorkloadRef workload, BitSet points) {
    if (!points.isEmpty()) {
      for (TargetState target : scope.index().of(pod.namespace(), workload)) {
        shrunk.computeIfAbsent(target, t -> new BitSet()).or(points);
      }
    }
  }

  /** A pod that was seen lately and is in no answer now: whether it was asked has to be known. */
  private void lookForAbsent(Pod pod, ScrapeGapDetector presence) {
    if (!scope.isNewest()
        || notVouchedFor.contains(pod)
        || !scope.index().hasNamespace(pod.namespace())) {
      return;
    }
    float[] counts = samples.get(pod);
    long sinceSeen = scope.chunk().run().to() - presence.lastStep();
    if ((counts != null && counts[counts.length - 1] > 0) || sinceSeen > LONGEST_LOST_STEPS) {
      return;
    }
    if (counts == null) {
      Belonging belonging = owners.belonging(pod, scope.index().workloadsIn(pod.namespace()));
      if (!(belonging instanceof Belonging.To to)) {
        return;
      }
      belongings.put(pod, belonging);
      samples.put(pod, new float[scope.chunk().points() + 1]);
      ScrapeGapDetector.Doubt doubt =
          presence.learn(scope.chunk(), new float[scope.chunk().points() + 1], true, false);
      keepWhatShrank(pod, to.workload(), doubt.shrunk());
    }
    gaps.computeIfAbsent(pod, p -> new BitSet());
    absent.add(pod);
  }

  /**
   * Believes nothing of steps in which a target shows fewer pods than there are replicas, while
   * pods that were there lately are in no answer and nobody says that they did not answer: a part
   * of the store may be away without a word.
   *
   * @param recorded replicas that Kubernetes' state reports
   */
  void doubtLost(TargetSums recorded) {
    int last = scope.chunk().points() - 1;
    Map<TargetState, Integer> seen = scrapedLast();
    for (Pod pod : absent) {
      if (rises.queriedSteps(pod).get(last)) {
        continue;
      }
      ScrapeGapDetector presence = presences.get(pod);
      long lastSeen = presence == null ? 0 : presence.lastStep();
      for (TargetState target : targetsOf(pod)) {
        boolean isRecorded = recorded.has(target, last);
        double replicas =
            isRecorded ? recorded.at(target, last) : target.history().at(Figure.REPLICAS, lastSeen);
        long lostSteps = scope.chunk().run().to() - 1 - lastSeen;
        if (replicas > seen.getOrDefault(target, 0)
            && lostSteps <= (isRecorded ? LONGEST_LOST_STEPS : LONGEST_LOST_UNRECORDED_STEPS)) {
          lost.add(target);
          if (seen.getOrDefault(target, 0) == 0 && lostSteps >= STEPS_UNTIL_VANISHED) {
            vanished.add(target);
          }
          for (int i = 0; i <= last; i++) {
            if (scope.chunk().run().from() + i > lastSeen) {
              doubt(target, i);
            }
          }
        }
      }
    }
  }

  /** Whether all of a target's pods have been away without a word for long. */
  boolean haveVanished(TargetState target) {
    return vanished.contains(target);
  }

  /** Points of a target that held more when they were read before; what is known of them stays. */
  BitSet shrunk(TargetState target) {
    return shrunk.getOrDefault(target, new BitSet());
  }

  /** Whether a part of what a target's pods report seems to be away. */
  boolean isLessThanWas(TargetState target) {
    return lost.contains(target) || !shrunk(target).isEmpty();
  }
}
