package dev.breakeven.discovery;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.CostPolicySpec.Role;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.cluster.ClusterInventory.Container;
import dev.breakeven.cluster.ClusterInventory.Workload;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.discovery.Finding.Kind;
import dev.breakeven.prometheus.EngineSurvey;
import dev.breakeven.prometheus.EngineSurvey.EngineSeries;
import dev.breakeven.prometheus.EngineSurvey.GatewaySeries;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Recognises what serves models: by the series that its pods have, and where they have none, by
 * image and arguments. One policy for each model of a namespace.
 */
public final class Discovery {

  /** A policy's default for the part of the window that must be known, percent. */
  private static final int DEFAULT_COVERAGE_PERCENT = 80;

  private static final double PERCENT = 100;
  private static final String KNATIVE_SERVICE = "serving.knative.dev/service";

  private final DiscoveryInput input;
  private final WorkloadIndex index;
  private final GpuFinder gpus;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, Set<String>> namesByNamespace = new HashMap<>();

  private Discovery(DiscoveryInput input) {
    this.input = input;
    this.index = new WorkloadIndex(input.cluster().workloads());
    this.gpus = new GpuFinder(input);
  }

  /** What is there. */
  public static Discovered of(DiscoveryInput input) {
    return new Discovery(input).discovered();
  }

  /** One model of a workload, over all its pods. */
  private static final class Served {
    final Workload workload;
    final String source;
    final String engine;
    final String label;
    final double coverage;
    final Set<String> pods = new TreeSet<>();
    double inputTokens;
    double outputTokens;

    Served(Workload workload, String source, EngineSeries series) {
      this.workload = workload;
      this.source = source;
      this.engine = series.engine();
      this.label = series.model();
      this.coverage = series.coverage();
    }

    void add(EngineSeries series) {
      pods.add(series.pod());
      inputTokens += series.inputTokens();
      outputTokens += series.outputTokens();
    }
  }

  /** A workload with the model that it is there for. */
  private record Candidate(
      Workload workload,
      String source,
      String engine,
      String label,
      String model,
      double coverage,
      Set<String> pods,
      Optional<Long> perReplica,
      List<Finding> findings) {}

  private Discovered discovered() {
    for (EngineSurvey survey : input.surveys()) {
      if (!survey.untrusted().isEmpty()) {
        findings.add(
            Finding.of(
                Kind.JOBS_NOT_TRUSTED,
                survey.source(),
                String.join(", ", new TreeSet<>(survey.untrusted()))));
      }
    }
    List<Candidate> candidates = new ArrayList<>();
    Map<WorkloadReference, List<Served>> served = served();
    served.values().forEach(models -> candidates.add(candidate(models)));
    for (Workload workload : input.cluster().workloads()) {
      if (!served.containsKey(workload.reference()) && workload.requestsGpus()) {
        byImage(workload).ifPresent(candidates::add);
      }
    }
    candidates.removeIf(this::hasPolicy);
    Map<String, List<Candidate>> groups = new TreeMap<>();
    for (Candidate candidate : candidates) {
      groups
          .computeIfAbsent(
              candidate.workload().reference().namespace() + " " + candidate.model(),
              key -> new ArrayList<>())
          .add(candidate);
    }
    List<DiscoveredModel> models = new ArrayList<>();
    groups.values().forEach(group -> models.add(model(withoutOldRevisions(group))));
    List<DiscoveredModel> all = new ArrayList<>();
    all.addAll(models);
    all.addAll(ofGateways(models));
    return new Discovered(
        all,
        gpus.forACard(),
        gpus.nodesWithoutProduct(),
        input.card().isPresent(),
        unoffered(all),
        findings);
  }

  private List<String> unoffered(List<DiscoveredModel> models) {
    Stream<String> ofPolicies =
        input.policies().stream()
            .map(policy -> policy.getSpec())
            .filter(spec -> DiscoveryInput.CARD.equals(spec.rateCard()))
            .filter(spec -> spec.api().prices() == null && spec.api().offer() == null)
            .map(CostPolicySpec::model);
    return Stream.concat(models.stream().map(DiscoveredModel::model), ofPolicies)
        .distinct()
        .filter(model -> !isOffered(model))
        .toList();
  }

  private Map<WorkloadReference, List<Served>> served() {
    Map<WorkloadReference, Map<String, Served>> byWorkload = new LinkedHashMap<>();
    Set<String> homeless = new HashSet<>();
    for (EngineSurvey survey : input.surveys()) {
      for (EngineSeries series : survey.engines()) {
        Optional<Workload> workload = index.of(series.namespace(), series.pod());
        if (workload.isEmpty()) {
          if (series.outputTokens() > 0
              && homeless.add(series.namespace() + " " + series.model())) {
            findings.add(
                Finding.of(
                    Kind.POD_WITHOUT_WORKLOAD,
                    series.namespace() + "/" + series.pod(),
                    series.model()));
          }
          continue;
        }
        Served model =
            byWorkload
                .computeIfAbsent(workload.get().reference(), key -> new LinkedHashMap<>())
                .computeIfAbsent(
                    series.engine() + " " + series.model(),
                    key -> new Served(workload.get(), survey.source(), series));
        if (model.source.equals(survey.source())) {
          model.add(series);
        }
      }
    }
    Map<WorkloadReference, List<Served>> served = new LinkedHashMap<>();
    byWorkload.forEach((workload, models) -> served.put(workload, List.copyOf(models.values())));
    return served;
  }

  /** The workload is there for the model that generates most; a reranker generates nothing. */
  private Candidate candidate(List<Served> models) {
    Served main =
        models.stream()
            .max(
                Comparator.comparingDouble((Served m) -> m.outputTokens)
                    .thenComparingDouble(m -> m.inputTokens))
            .orElseThrow();
    List<Finding> its = new ArrayList<>();
    Set<String> others = new TreeSet<>();
    for (Served other : models) {
      if (!other.label.equals(main.label)) {
        others.add(other.label);
        its.add(Finding.of(Kind.OTHER_MODEL, main.workload.reference().toString(), other.label));
      }
    }
    Optional<Long> perReplica = gpusOfItsOwn(main.workload, others, its);
    return new Candidate(
        main.workload,
        main.source,
        main.engine,
        main.label,
        modelOf(main.workload, main.label, its),
        main.coverage,
        main.pods,
        perReplica,
        its);
  }

  /** Where a pod holds two servers, each with GPUs, only its own are the model's. */
  private static Optional<Long> gpusOfItsOwn(
      Workload workload, Set<String> others, List<Finding> its) {
    if (others.isEmpty() || !workload.reference().kind().matches("Deployment|StatefulSet")) {
      return Optional.empty();
    }
    double own = 0;
    boolean isShared = false;
    for (Container container : workload.containers()) {
      boolean isOthers = container.model().filter(others::contains).isPresent();
      if (isOthers && container.gpus() > 0) {
        isShared = true;
        its.add(
            Finding.of(
                Kind.OTHER_CONTAINER,
                container.name(),
                String.valueOf(Math.round(container.gpus()))));
      } else {
        own += container.gpus();
      }
    }
    return isShared && own > 0 ? Optional.of(Math.round(own)) : Optional.empty();
  }

  /** The name by which the field knows a model, as far as anything says it. */
  private String modelOf(Workload workload, String label, List<Finding> its) {
    if (!label.isEmpty() && (isOffered(label) || ModelNames.isOfAHub(label))) {
      return label;
    }
    Optional<String> argument =
        workload.containers().stream()
            .map(Container::model)
            .flatMap(Optional::stream)
            .filter(ModelNames::isOfAHub)
            .findFirst()
            .or(() -> storedModel(workload));
    if (argument.isPresent()) {
      return argument.get();
    }
    Optional<String> offered = offeredAs(label);
    if (offered.isPresent()) {
      return offered.get();
    }
    if (label.isEmpty()) {
      its.add(Finding.of(Kind.MODEL_UNKNOWN, workload.reference().toString()));
      return workload.reference().name();
    }
    its.add(Finding.of(Kind.MODEL_NAME_IS_LOCAL, label));
    return label;
  }

  private Optional<String> storedModel(Workload workload) {
    String service = workload.labels().get("serving.kserve.io/inferenceservice");
    return input.cluster().parents().stream()
        .filter(
            parent ->
                parent.reference().kind().equals("InferenceService")
                    && parent.reference().namespace().equals(workload.reference().namespace())
                    && parent.reference().name().equals(service))
        .map(parent -> ModelNames.ofStorage(parent.storageUri()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private List<RateCardSpec.Offer> offers() {
    return input.card().map(RateCardSpec::offers).orElse(List.of());
  }

  private boolean isOffered(String model) {
    return offers().stream().anyMatch(offer -> offer.model().equals(model));
  }

  /** The one model on the card whose name ends in this. */
  private Optional<String> offeredAs(String label) {
    List<String> models =
        offers().stream()
            .map(RateCardSpec.Offer::model)
            .filter(
                model ->
                    model.toLowerCase(Locale.ROOT).endsWith("/" + label.toLowerCase(Locale.ROOT)))
            .distinct()
            .toList();
    return models.size() == 1 ? Optional.of(models.get(0)) : Optional.empty();
  }

  private Optional<Candidate> byImage(Workload workload) {
    for (Container container : workload.containers()) {
      Optional<String> engine = ModelNames.engineOf(container);
      if (engine.isPresent() && container.gpus() > 0) {
        List<Finding> its = new ArrayList<>();
        String source = input.surveys().isEmpty() ? "default" : input.surveys().get(0).source();
        its.add(Finding.of(Kind.NO_SERIES, engine.get(), source));
        String model = modelOf(workload, container.model().orElse(""), its);
        return Optional.of(
            new Candidate(
                workload, source, engine.get(), "", model, 1, Set.of(), Optional.empty(), its));
      }
    }
    return Optional.empty();
  }

  private boolean hasPolicy(Candidate candidate) {
    WorkloadReference workload = candidate.workload().reference();
    Optional<CostPolicy> policy =
        input.policies().stream()
            .filter(p -> workload.namespace().equals(p.getMetadata().getNamespace()))
            .filter(
                p ->
                    p.getSpec().workloads().stream()
                        .anyMatch(
                            w ->
                                w.kind().equals(workload.kind())
                                    && w.name().equals(workload.name())))
            .findFirst();
    policy.ifPresent(
        p ->
            findings.add(
                Finding.of(
                    Kind.HAS_POLICY,
                    workload.namespace() + "/" + workload.name(),
                    p.getMetadata().getName())));
    return policy.isPresent();
  }

  private DiscoveredModel model(List<Candidate> group) {
    Candidate first = group.get(0);
    String namespace = first.workload().reference().namespace();
    List<Finding> its = new ArrayList<>();
    boolean isSplit = isSplit(group);
    List<DiscoveredWorkload> workloads = new ArrayList<>();
    for (Candidate one : group) {
      its.addAll(one.findings());
      madeBy(one.workload()).ifPresent(its::add);
      watched(one.workload().reference()).ifPresent(its::add);
      workloads.add(
          new DiscoveredWorkload(
              one.workload().reference(),
              isSplit ? roleOf(one.workload()) : Role.SERVE,
              gpus.of(one.workload(), one.pods(), one.perReplica(), its)));
    }
    double coverage = group.stream().mapToDouble(Candidate::coverage).max().orElse(1) * PERCENT;
    if (coverage < DEFAULT_COVERAGE_PERCENT) {
      its.add(Finding.of(Kind.PART_OF_THE_TIME, String.valueOf(Math.round(coverage))));
    }
    offer(first.model()).ifPresent(its::add);
    return new DiscoveredModel(
        namespace,
        nameIn(namespace, first.model()),
        first.model(),
        Optional.of(first.label()).filter(l -> !l.isEmpty() && !l.equals(first.model())),
        Optional.empty(),
        first.engine(),
        first.source(),
        workloads,
        coverage < DEFAULT_COVERAGE_PERCENT
            ? OptionalInt.of((int) Math.max(1, coverage / 2))
            : OptionalInt.empty(),
        its.stream().distinct().toList());
  }

  /** A Knative Service's newest revision counts for those that have been scaled to 0 since. */
  private static List<Candidate> withoutOldRevisions(List<Candidate> group) {
    Set<String> running = new HashSet<>();
    group.stream()
        .filter(one -> one.workload().replicas() > 0)
        .forEach(one -> knativeService(one).ifPresent(running::add));
    return group.stream()
        .filter(
            one ->
                one.workload().replicas() > 0
                    || knativeService(one).filter(running::contains).isEmpty())
        .toList();
  }

  private static Optional<String> knativeService(Candidate one) {
    return Optional.ofNullable(one.workload().labels().get(KNATIVE_SERVICE));
  }

  private static boolean isSplit(List<Candidate> group) {
    Set<Role> roles = new HashSet<>();
    group.forEach(one -> roles.add(roleOf(one.workload())));
    return roles.equals(Set.of(Role.PREFILL, Role.DECODE));
  }

  /** By a label that names its role, else by its name. */
  private static Role roleOf(Workload workload) {
    for (Map.Entry<String, String> label : new TreeMap<>(workload.labels()).entrySet()) {
      if (label.getKey().toLowerCase(Locale.ROOT).contains("role")
          || label.getKey().toLowerCase(Locale.ROOT).contains("component-type")) {
        Role role = role(label.getValue());
        if (role != Role.SERVE) {
          return role;
        }
      }
    }
    return role(workload.reference().name());
  }

  private static Role role(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    boolean prefills = lower.contains("prefill");
    boolean decodes = lower.contains("decode");
    if (prefills == decodes) {
      return Role.SERVE;
    }
    return prefills ? Role.PREFILL : Role.DECODE;
  }

  private static Optional<Finding> madeBy(Workload workload) {
    Map<String, String> labels = workload.labels();
    String kserve = labels.get("serving.kserve.io/inferenceservice");
    if (kserve != null) {
      return Optional.of(Finding.of(Kind.MADE_BY, "InferenceService", kserve));
    }
    String knative = labels.get(KNATIVE_SERVICE);
    if (knative != null) {
      return Optional.of(Finding.of(Kind.MADE_BY, "Knative Service", knative));
    }
    return "RayService".equals(labels.get("ray.io/originated-from-crd"))
        ? Optional.of(
            Finding.of(
                Kind.MADE_BY,
                "RayService",
                labels.getOrDefault("ray.io/originated-from-cr-name", "")))
        : Optional.empty();
  }

  private Optional<Finding> watched(WorkloadReference workload) {
    return input.watchedKinds().contains(workload.apiVersion() + " " + workload.kind())
        ? Optional.empty()
        : Optional.of(Finding.of(Kind.KIND_NOT_WATCHED, workload.apiVersion(), workload.kind()));
  }

  private Optional<Finding> offer(String model) {
    return input.card().isEmpty() || isOffered(model)
        ? Optional.empty()
        : Optional.of(Finding.of(Kind.OFFER_MISSING, model, DiscoveryInput.CARD));
  }

  private String nameIn(String namespace, String model) {
    Set<String> taken = namesByNamespace.computeIfAbsent(namespace, this::namesOf);
    String base = ModelNames.kubernetesName(model);
    String name = base;
    for (int i = 2; !taken.add(name); i++) {
      name = base + "-" + i;
    }
    return name;
  }

  private Set<String> namesOf(String namespace) {
    Set<String> names = new HashSet<>();
    input.policies().stream()
        .filter(p -> namespace.equals(p.getMetadata().getNamespace()))
        .forEach(p -> names.add(p.getMetadata().getName()));
    return names;
  }

  /** Models that a gateway sends to an API and that nothing here serves. */
  private List<DiscoveredModel> ofGateways(List<DiscoveredModel> served) {
    List<DiscoveredModel> all = new ArrayList<>();
    for (EngineSurvey survey : input.surveys()) {
      for (GatewaySeries series : survey.gateways()) {
        boolean isServed =
            served.stream()
                .anyMatch(
                    m ->
                        m.model().equals(series.model())
                            || m.engineModelName().equals(Optional.of(series.model())));
        if (!isServed && series.outputTokens() > 0 && !asks(series)) {
          all.add(ofGateway(survey.source(), series));
        }
      }
    }
    return all;
  }

  private boolean asks(GatewaySeries series) {
    return input.policies().stream()
        .anyMatch(
            p ->
                series.model().equals(p.getSpec().gatewayModelName())
                    || series.model().equals(p.getSpec().model()));
  }

  private DiscoveredModel ofGateway(String source, GatewaySeries series) {
    String namespace = series.namespace().isEmpty() ? "default" : series.namespace();
    List<Finding> its = new ArrayList<>();
    String configured = input.gatewayBySource().getOrDefault(source, "");
    if (!configured.equals(series.gateway())) {
      its.add(Finding.of(Kind.GATEWAY_NOT_CONFIGURED, source, series.gateway()));
    } else if (series.namespace().isEmpty()
        && input.sharedWith().getOrDefault(source, List.of()).stream()
            .noneMatch(shared -> shared.equals("*") || shared.equals(namespace))) {
      its.add(Finding.of(Kind.GATEWAY_NOT_SHARED, source, namespace));
    }
    its.add(Finding.of(Kind.GPU_TO_BE_CHOSEN, series.model()));
    offer(series.model()).ifPresent(its::add);
    return new DiscoveredModel(
        namespace,
        nameIn(namespace, series.model()),
        series.model(),
        Optional.empty(),
        Optional.empty(),
        "",
        source,
        List.of(),
        OptionalInt.empty(),
        its);
  }
}
