package dev.breakeven.prometheus;

import dev.breakeven.prometheus.PodOwners.Belonging;
import dev.breakeven.prometheus.PodOwners.Pod;
import dev.breakeven.traffic.Absence;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One chunk of steps, asked for and put into the histories of its targets: first which pods there
 * were and whose they are, then the figures, side by side.
 */
final class ChunkRead {

  private static final BitSet NOT_YET = new BitSet(0);

  private final Source source;
  private final EngineProfile profile;
  private final TargetIndex index;
  private final Chunk chunk;
  private final boolean isNewest;
  private final PodOwners owners;
  private final Map<Pod, Presence> presences;
  private final Asker asker;

  private final Map<Query, SourceFailure> failures = new ConcurrentHashMap<>();
  private final Set<Query> partial = ConcurrentHashMap.newKeySet();
  private final Map<Pod, float[]> samples = new LinkedHashMap<>();
  private final Map<Pod, Belonging> belongings = new HashMap<>();
  private final Map<Tracked, BitSet> doubtful = new HashMap<>();
  private final Map<Tracked, List<StepRanges.Run>> doubtfulOutside = new HashMap<>();
  private final AtomicLong pointsRead = new AtomicLong();
  private final Set<String> leftOut = new TreeSet<>();

  /** Asks the source and counts it. */
  interface Asker {
    Answer ask(ApiRequest request, SeriesSink sink);

    /** Runs pieces of work side by side and waits for all. */
    void together(Collection<Runnable> work);
  }

  ChunkRead(
      Source source,
      EngineProfile profile,
      TargetIndex index,
      Chunk chunk,
      boolean isNewest,
      PodOwners owners,
      Map<Pod, Presence> presences,
      Asker asker) {
    this.source = source;
    this.profile = profile;
    this.index = index;
    this.chunk = chunk;
    this.isNewest = isNewest;
    this.owners = owners;
    this.presences = presences;
    this.asker = asker;
  }

  /** What failed, by question. */
  Map<Query, SourceFailure> failures() {
    return Map.copyOf(failures);
  }

  /** What was answered in part. */
  Set<Query> partial() {
    return Set.copyOf(partial);
  }

  /** Questions that a target cannot do without. */
  static Set<Query> neededBy(Target target) {
    return target.workloads().isEmpty()
        ? Set.of(Query.BURST_INPUT, Query.BURST_OUTPUT)
        : Set.of(Query.INPUT_TOKENS, Query.OUTPUT_TOKENS);
  }

  /** Whether no question failed that a target cannot do without. */
  boolean isAnswered(Tracked target) {
    return neededBy(target.target()).stream().noneMatch(failures::containsKey);
  }

  /** Scrape targets whose engine series are not believed. */
  Set<String> leftOut() {
    return Set.copyOf(leftOut);
  }

  /** Figures read, a measure of the answers' size. */
  long pointsRead() {
    return pointsRead.get();
  }

  /** Asks for these figures and stores what comes. */
  void read(Set<Figure> figures) {
    boolean ofPods =
        figures.stream().anyMatch(f -> f.isReportedByPods() || f == Figure.GPU)
            && index.all().stream().anyMatch(t -> !t.target().workloads().isEmpty());
    Questions questions = new Questions(source, profile, index.namespaces(), Set.of());
    if (ofPods) {
      Map<String, Set<String>> untrusted = untrustedInstances(questions);
      untrusted.values().forEach(leftOut::addAll);
      questions = new Questions(source, profile, index.namespaces(), leftOut);
      readPods(questions, untrusted);
      // Without its pods, or without knowing whom to believe, an engine's figure says nothing.
      for (Query basis : List.of(Query.UNTRUSTED_TARGETS, Query.SAMPLES)) {
        SourceFailure why = failures.get(basis);
        if (why != null) {
          figures.stream()
              .filter(f -> f.isReportedByPods() || f == Figure.GPU)
              .forEach(f -> failures.put(f.query(), why));
        }
      }
    }
    Map<Figure, Supplier<Sums>> asked = new EnumMap<>(Figure.class);
    for (Figure figure : figures) {
      if (questions.canAnswer(figure.query()) && !failures.containsKey(figure.query())) {
        asked.put(figure, asking(figure, questions));
      }
    }
    Map<Figure, Sums> answers = new ConcurrentHashMap<>();
    List<Runnable> work = new ArrayList<>();
    asked.forEach(
        (figure, ask) ->
            work.add(
                () -> {
                  Sums sums = ask.get();
                  // Thousands of targets' sums weigh as much as their histories: of the past none
                  // is kept for longer than it takes to store it.
                  if (isNewest || figure == Figure.REPLICAS) {
                    answers.put(figure, sums);
                  } else {
                    store(figure, sums);
                  }
                }));
    asker.together(work);
    if (isNewest) {
      // A target that has no answer keeps its history as it was, up to when it last had one.
      index.all().stream()
          .filter(this::isAnswered)
          .forEach(target -> target.history().advanceTo(chunk.run().to()));
    }
    answers.forEach(this::store);
    boolean replicasWereAsked =
        figures.contains(Figure.REPLICAS) && !failures.containsKey(Query.REPLICAS);
    if (ofPods && replicasWereAsked && !failures.containsKey(Query.SAMPLES)) {
      countPods(answers.getOrDefault(Figure.REPLICAS, new Sums(chunk.points(), Sums.Rule.SUM)));
    }
    doubtfulOutside.forEach(
        (target, runs) -> runs.forEach(run -> target.history().forgetFiguresOfPods(run)));
    if (isNewest) {
      remarkOnNewest(answers);
    }
  }

  /** Tells each target what went wrong with the newest steps, and takes back what no longer is. */
  private void remarkOnNewest(Map<Figure, Sums> answers) {
    String inPart =
        partial.isEmpty()
            ? ""
            : "source %s answered for a part of its data only; what that leaves in doubt is left out"
                .formatted(source.name());
    String failed =
        failures.entrySet().stream()
            .map(e -> e.getKey().label() + ": " + e.getValue().message())
            .sorted()
            .collect(Collectors.joining("; "));
    int last = chunk.points() - 1;
    Sums recorded = answers.get(Figure.REPLICAS);
    Map<Tracked, Integer> scraped = new HashMap<>();
    samples.forEach(
        (pod, counts) -> {
          for (Tracked target : targetsOf(pod)) {
            if (isCounted(target, Figure.REPLICAS, pod)) {
              scraped.merge(target, counts[counts.length - 1] > 0 ? 1 : 0, Integer::sum);
            }
          }
        });
    for (Tracked target : index.all()) {
      target.remark(Note.Reason.PARTIAL_ANSWER, inPart);
      target.remark(
          Note.Reason.QUERY_FAILED,
          failed.isEmpty() ? "" : "source " + source.name() + ", " + failed);
      if (recorded != null && recorded.has(target, last) && scraped.containsKey(target)) {
        target.sawPods(
            chunk.run().to(), scraped.getOrDefault(target, 0), recorded.at(target, last));
      }
    }
  }

  /** Scrape targets that are not believed, by the namespace that they claim to be of. */
  private Map<String, Set<String>> untrustedInstances(Questions questions) {
    Map<String, Set<String>> instances = new HashMap<>();
    int range = Math.toIntExact(chunk.run().length() * StoredHistory.STEP_SECONDS);
    Answer answer =
        asker.ask(
            new ApiRequest.Instant(
                Query.UNTRUSTED_TARGETS,
                questions.untrustedTargets(range),
                chunk.evaluatedAt(chunk.points() - 1)),
            (labels, points) -> {
              String instance = labels.getOrDefault("instance", "");
              if (!instance.isEmpty()) {
                instances
                    .computeIfAbsent(labels.getOrDefault("namespace", ""), n -> new TreeSet<>())
                    .add(instance);
              }
            });
    note(Query.UNTRUSTED_TARGETS, answer);
    return instances;
  }

  /**
   * Learns which pods there were, and whose.
   *
   * @param untrusted scrape targets that were left out, by the namespace that they claim
   */
  private void readPods(Questions questions, Map<String, Set<String>> untrusted) {
    Answer answer =
        asker.ask(
            chunk.ask(Query.SAMPLES, questions.engine(Query.SAMPLES, chunk.pointSeconds()), 1),
            (labels, points) -> {
              Pod pod =
                  new Pod(labels.getOrDefault("namespace", ""), labels.getOrDefault("pod", ""));
              if (pod.name().isEmpty() || !index.hasNamespace(pod.namespace())) {
                return;
              }
              float[] counts = samples.computeIfAbsent(pod, p -> new float[chunk.points() + 1]);
              for (int i = 0; i < points.size(); i++) {
                int point = chunk.pointAt(points.epochSecondAt(i)) + 1;
                if (point >= 0 && point < counts.length) {
                  counts[point] = Math.max(counts[point], (float) points.valueAt(i));
                }
              }
            });
    note(Query.SAMPLES, answer);
    if (failures.containsKey(Query.SAMPLES)) {
      return;
    }
    askOwners(questions);
    samples.forEach(this::place);
    for (Tracked target : index.all()) {
      // Of what claims to be another's, nobody but the other is told.
      int leftOut = untrusted.getOrDefault(target.target().namespace(), Set.of()).size();
      if (isNewest || leftOut > 0) {
        target.remark(
            Note.Reason.LABELS_NOT_TRUSTED,
            leftOut == 0
                ? ""
                : leftOut
                    + " scrape targets' series were left out, because Prometheus did not set their"
                    + " namespace and pod; relabel them, or trust their job in engineJobs");
      }
    }
  }

  private void askOwners(Questions questions) {
    long step = chunk.run().to();
    Set<Pod> unknown = new HashSet<>();
    Set<String> names = new TreeSet<>();
    for (Pod pod : samples.keySet()) {
      if (owners.isToBeAsked(pod, step)) {
        unknown.add(pod);
        names.add(pod.name());
      }
    }
    int range = Math.toIntExact((chunk.run().length() + 1) * StoredHistory.STEP_SECONDS);
    long at = chunk.evaluatedAt(chunk.points() - 1);
    List<String> jobs = source.trust().stateJobs();
    if (!unknown.isEmpty()) {
      Answer answer =
          asker.ask(
              new ApiRequest.Instant(Query.POD_OWNERS, questions.podOwners(names, range), at),
              (labels, points) -> {
                Pod pod =
                    new Pod(Visibility.namespaceOf(labels, jobs), Visibility.podOf(labels, jobs));
                if (unknown.contains(pod)) {
                  owners.learnPod(pod, owner(labels));
                }
              });
      note(Query.POD_OWNERS, answer);
      if (!failures.containsKey(Query.POD_OWNERS)) {
        unknown.forEach(pod -> owners.markAsked(pod, step));
      }
    }
    Set<String> replicaSets = new TreeSet<>();
    for (Pod pod : samples.keySet()) {
      owners.unknownReplicaSetOf(pod, step).ifPresent(replicaSets::add);
    }
    if (!replicaSets.isEmpty()) {
      Answer answer =
          asker.ask(
              new ApiRequest.Instant(
                  Query.REPLICASET_OWNERS, questions.replicaSetOwners(replicaSets, range), at),
              (labels, points) ->
                  owners.learnReplicaSet(
                      Visibility.namespaceOf(labels, jobs),
                      labels.getOrDefault("replicaset", ""),
                      owner(labels)));
      note(Query.REPLICASET_OWNERS, answer);
    }
  }

  private static PodOwners.Owner owner(Map<String, String> labels) {
    return new PodOwners.Owner(
        labels.getOrDefault("owner_kind", ""), labels.getOrDefault("owner_name", ""));
  }

  /** Finds where a pod belongs, and which of its points leave its targets in doubt. */
  private void place(Pod pod, float[] counts) {
    Belonging belonging = owners.belonging(pod, index.workloadsIn(pod.namespace()));
    belongings.put(pod, belonging);
    if (belonging instanceof Belonging.To to) {
      Presence.Doubt doubt =
          presences
              .computeIfAbsent(pod, p -> new Presence())
              .learn(chunk, counts, isNewest, !to.workload().kind().equals("Deployment"));
      for (Tracked target : index.of(pod.namespace(), to.workload())) {
        doubtful.computeIfAbsent(target, t -> new BitSet()).or(doubt.points());
        if (!doubt.outside().isEmpty()) {
          doubtfulOutside.computeIfAbsent(target, t -> new ArrayList<>()).add(doubt.outside());
        }
      }
    } else if (belonging instanceof Belonging.Ambiguous ambiguous) {
      for (WorkloadRef workload : ambiguous.workloads()) {
        for (Tracked target : index.of(pod.namespace(), workload)) {
          target.sawAmbiguousPod(pod.name());
          BitSet points = doubtful.computeIfAbsent(target, t -> new BitSet());
          for (int i = 1; i < counts.length; i++) {
            if (counts[i] > 0) {
              points.set(i - 1);
            }
          }
        }
      }
    }
  }

  private List<Tracked> targetsOf(Pod pod) {
    return belongings.get(pod) instanceof Belonging.To to
        ? index.of(pod.namespace(), to.workload())
        : List.of();
  }

  private Supplier<Sums> asking(Figure figure, Questions questions) {
    return switch (figure) {
      case GPU -> () -> askGpus(questions);
      case REPLICAS -> () -> askReplicas(questions);
      case BURST_INPUT, BURST_CACHED, BURST_OUTPUT, BURST_REQUESTS ->
          () -> askGateway(figure, questions);
      default -> () -> askEngines(figure, questions);
    };
  }

  private Sums askEngines(Figure figure, Questions questions) {
    Sums sums = new Sums(chunk.points(), Sums.Rule.SUM);
    String modelLabel = profile.modelLabel();
    ask(
        figure.query(),
        questions.engine(figure.query(), chunk.pointSeconds()),
        (labels, points) -> {
          String model = modelLabel.isEmpty() ? "" : labels.getOrDefault(modelLabel, "");
          Pod pod = new Pod(labels.getOrDefault("namespace", ""), labels.getOrDefault("pod", ""));
          for (Tracked target : targetsOf(pod)) {
            if (!Visibility.mayLearn(target.target(), source, pod.namespace(), model)) {
              target.sawOtherModel(model);
            } else if (isCounted(target, figure, pod)) {
              add(sums, target, points);
            }
          }
        });
    return sums;
  }

  private boolean isCounted(Tracked target, Figure figure, Pod pod) {
    return belongings.get(pod) instanceof Belonging.To to
        && target.target().counts(figure, to.workload());
  }

  private Sums askGpus(Questions questions) {
    Sums means = new Sums(chunk.points(), Sums.Rule.MEAN);
    List<String> jobs = source.trust().gpuJobs();
    ask(
        Query.GPU_UTILIZATION,
        questions.gpuUtilization(chunk.pointSeconds()),
        (labels, points) -> {
          Pod pod = new Pod(Visibility.namespaceOf(labels, jobs), Visibility.podOf(labels, jobs));
          for (Tracked target : targetsOf(pod)) {
            if (Visibility.mayLearn(target.target(), source, pod.namespace(), "")) {
              add(means, target, points);
            }
          }
        });
    return means;
  }

  private Sums askReplicas(Questions questions) {
    Sums sums = new Sums(chunk.points(), Sums.Rule.SUM);
    List<String> jobs = source.trust().stateJobs();
    Map<String, BitSet> countedByWorkload = new HashMap<>();
    ask(
        Query.REPLICAS,
        questions.replicas(chunk.pointSeconds()),
        (labels, points) -> {
          String namespace = Visibility.namespaceOf(labels, jobs);
          WorkloadRef workload =
              labels.containsKey("deployment")
                  ? new WorkloadRef("Deployment", labels.getOrDefault("deployment", ""))
                  : new WorkloadRef("StatefulSet", labels.getOrDefault("statefulset", ""));
          List<Tracked> its = index.of(namespace, workload);
          if (its.isEmpty()) {
            return;
          }
          // Scraped twice, a workload's replicas are still the same ones; scraped by one job after
          // another, they go on.
          BitSet counted =
              countedByWorkload.computeIfAbsent(namespace + "/" + workload, w -> new BitSet());
          for (Tracked target : its) {
            if (Visibility.mayLearn(target.target(), source, namespace, "")
                && target.target().counts(Figure.REPLICAS, workload)) {
              add(sums, target, points, counted);
            }
          }
          for (int i = 0; i < points.size(); i++) {
            counted.set(Math.max(0, chunk.pointAt(points.epochSecondAt(i))));
          }
        });
    return sums;
  }

  private Sums askGateway(Figure figure, Questions questions) {
    Sums sums = new Sums(chunk.points(), Sums.Rule.SUM);
    GatewayProfile gateway = ((Source.Gateway.Configured) source.gateway()).profile();
    ask(
        figure.query(),
        questions.gateway(figure.query(), chunk.pointSeconds()),
        (labels, points) -> {
          List<String> models = new ArrayList<>();
          for (String label : gateway.modelLabels()) {
            models.add(labels.getOrDefault(label, ""));
          }
          String namespace = labels.getOrDefault("namespace", "");
          for (Tracked target : index.all()) {
            if (Visibility.mayLearnFromGateway(target.target(), source, namespace, models)) {
              add(sums, target, points);
            }
          }
        });
    return sums;
  }

  private void add(Sums sums, Tracked target, SeriesSink.Points points) {
    add(sums, target, points, NOT_YET);
  }

  /** Adds a series, but for the points that another told of already. */
  private void add(Sums sums, Tracked target, SeriesSink.Points points, BitSet told) {
    pointsRead.addAndGet(points.size());
    for (int i = 0; i < points.size(); i++) {
      int point = chunk.pointAt(points.epochSecondAt(i));
      if (point >= 0 && !told.get(point)) {
        sums.add(target, point, points.valueAt(i));
      }
    }
  }

  private void ask(Query query, String promql, SeriesSink sink) {
    note(query, asker.ask(chunk.ask(query, promql, 0), sink));
  }

  private void note(Query query, Answer answer) {
    if (answer instanceof Answer.Failed failed) {
      failures.put(query, failed.failure());
    } else if (answer instanceof Answer.Partial) {
      partial.add(query);
    }
  }

  private void store(Figure figure, Sums sums) {
    if (failures.containsKey(figure.query())) {
      return;
    }
    boolean inDoubt =
        partial.contains(figure.query())
            || (figure.isReportedByPods() && partial.contains(Query.SAMPLES));
    for (Tracked target : index.all()) {
      if (isNewest && !isAnswered(target)) {
        continue;
      }
      if (inDoubt) {
        // What is already known stays; the rest is absent rather than too low.
        target.doubt(figure, Absence.PARTIAL_ANSWER);
        continue;
      }
      target.trust(figure);
      BitSet doubts =
          figure.isReportedByPods() ? doubtful.getOrDefault(target, new BitSet()) : new BitSet();
      for (int point = 0; point < chunk.points(); point++) {
        if (doubts.get(point)) {
          put(target, figure, point, Double.NaN);
        } else if (sums.has(target, point)) {
          double value = sums.at(target, point);
          if (Double.isNaN(value)) {
            target.doubt(figure, Absence.NOT_A_NUMBER);
          }
          put(target, figure, point, value);
        }
      }
      if (!chunk.isByHour()) {
        putHours(target, figure, sums, doubts);
      }
    }
  }

  /** Steps that others' longer windows ask for are kept by the hour where this window is over. */
  private void putHours(Tracked target, Figure figure, Sums sums, BitSet doubts) {
    int hour = StoredHistory.STEPS_PER_HOUR;
    long recentFrom = target.history().recentFrom();
    long from = -Math.floorDiv(-chunk.run().from(), (long) hour) * hour;
    for (; from + hour <= Math.min(chunk.run().to(), recentFrom); from += hour) {
      double sum = 0;
      int known = 0;
      for (int i = 0; i < hour; i++) {
        int point = Math.toIntExact(from + i - chunk.run().from());
        if (!doubts.get(point) && sums.has(target, point)) {
          double value = sums.at(target, point);
          if (!Double.isNaN(value)) {
            sum += value;
            known++;
          }
        }
      }
      if (known >= StoredHistory.FEWEST_KNOWN_OF_AN_HOUR) {
        target.history().putHour(figure, from / hour, sum / known);
      }
    }
  }

  private void put(Tracked target, Figure figure, int point, double value) {
    long step = chunk.run().from() + (long) point * chunk.stepsPerPoint();
    if (chunk.isByHour()) {
      target.history().putHour(figure, step / StoredHistory.STEPS_PER_HOUR, value);
    } else {
      target.history().put(figure, step, value);
    }
  }

  /** Where nobody recorded how many replicas there were, the pods that were scraped stand in. */
  private void countPods(Sums recorded) {
    Sums pods = new Sums(chunk.points(), Sums.Rule.SUM);
    samples.forEach(
        (pod, counts) -> {
          for (Tracked target : targetsOf(pod)) {
            for (int i = 1; i < counts.length && isCounted(target, Figure.REPLICAS, pod); i++) {
              if (counts[i] > 0) {
                pods.add(target, i - 1, 1);
              }
            }
          }
        });
    for (Tracked target : index.all()) {
      if (isNewest && !isAnswered(target)) {
        continue;
      }
      boolean used = false;
      for (int point = 0; point < chunk.points(); point++) {
        long step = chunk.run().from() + (long) point * chunk.stepsPerPoint();
        if (!pods.has(target, point) || recorded.has(target, point)) {
          continue;
        }
        float known = target.history().at(Figure.REPLICAS, step);
        used = true;
        if (Float.isNaN(known) || known < pods.at(target, point)) {
          put(target, Figure.REPLICAS, point, pods.at(target, point));
        }
      }
      if (used) {
        target.remark(
            Note.Reason.REPLICAS_FROM_PODS,
            "replicas that ran are counted from the pods that were scraped, because"
                + " kube-state-metrics does not tell for all of the past");
      }
    }
  }
}
