package dev.breakeven.cli.discover;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.api.CostPolicySpec.Role;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.cluster.ClusterInventory;
import dev.breakeven.discovery.CardGpu;
import dev.breakeven.discovery.Discovered;
import dev.breakeven.discovery.DiscoveredModel;
import dev.breakeven.discovery.DiscoveredWorkload;
import dev.breakeven.discovery.DiscoveryInput;
import dev.breakeven.discovery.Finding;
import dev.breakeven.discovery.Finding.Kind;
import dev.breakeven.discovery.GpuChoice;
import dev.breakeven.prometheus.EngineSurvey;
import dev.breakeven.prometheus.query.EngineProfiles;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What was discovered as manifests that an API server takes as they are. */
final class DiscoveredYaml {

  private static final String API_VERSION = CostPolicy.GROUP + "/" + CostPolicy.VERSION;

  /** Findings that need no action. */
  private static final Set<Kind> NOTES =
      EnumSet.of(
          Kind.MADE_BY,
          Kind.OTHER_MODEL,
          Kind.OTHER_CONTAINER,
          Kind.PURCHASE_FROM_CARD,
          Kind.PART_OF_THE_TIME,
          Kind.HAS_POLICY,
          Kind.POD_WITHOUT_WORKLOAD);

  private static final int COMMENT_WIDTH = 100;
  private static final int MOST_NODES = 4;

  private final List<EngineSurvey> surveys;
  private final EngineProfiles engines;
  private final LocalDate today;
  private final ExistingCard card;
  private final List<RateCardSpec.Offer> added;
  private final StringBuilder out = new StringBuilder();
  private String anyGpu = "NVIDIA-H100-80GB-HBM3";

  private DiscoveredYaml(
      List<EngineSurvey> surveys,
      EngineProfiles engines,
      LocalDate today,
      ExistingCard card,
      List<RateCardSpec.Offer> added) {
    this.card = card;
    this.added = added;
    this.surveys = surveys;
    this.engines = engines;
    this.today = today;
  }

  /** A policy for each model, and one rate card: new, or that of the cluster with more offers. */
  static String of(
      Discovered found,
      List<EngineSurvey> surveys,
      EngineProfiles engines,
      LocalDate today,
      ExistingCard card) {
    List<RateCardSpec.Offer> added =
        found.cardIsThere()
            ? StarterOffers.of(found.unoffered()).stream().filter(card::hasNone).toList()
            : List.of();
    DiscoveredYaml yaml = new DiscoveredYaml(surveys, engines, today, card, added);
    yaml.head(found);
    yaml.findings("", found.findings());
    if (found.models().isEmpty()) {
      yaml.nothing();
    }
    if (found.cardIsThere()) {
      yaml.cardThatIsThere();
    } else if (!found.models().isEmpty()) {
      yaml.card(found);
    }
    found.models().forEach(yaml::policy);
    return yaml.out.toString();
  }

  private void cardThatIsThere() {
    if (added.isEmpty()) {
      comment(
          "", "RateCard %s is there already and stays as it is.".formatted(DiscoveryInput.CARD));
      return;
    }
    line("---");
    comment(
        "",
        ("RateCard %s as it is in the cluster, with list prices added at its end for models that it"
                + " has no offer for: %s. Replace them with the prices of your contract.")
            .formatted(
                DiscoveryInput.CARD,
                String.join(
                    ", ", added.stream().map(RateCardSpec.Offer::model).distinct().toList())));
    card.with(added).forEach(this::line);
  }

  private void head(Discovered found) {
    comment(
        "",
        "Written by breakeven discover on %s. A TODO is what it did not find.".formatted(today));
    comment(
        "",
        "Node labels looked at for the GPU's product: %s; for how it is paid for: %s."
            .formatted(
                String.join(", ", ClusterInventory.PRODUCT_LABELS),
                String.join(", ", ClusterInventory.PURCHASE_LABELS)));
    found.gpus().stream().map(CardGpu::product).findFirst().ifPresent(product -> anyGpu = product);
  }

  private void nothing() {
    comment("", "No model was found that this cluster serves and that has no policy yet.");
    for (EngineSurvey survey : surveys) {
      comment("", "Looked for in source %s: %s.".formatted(survey.source(), allMetrics()));
    }
    comment("", "Looked for in the cluster: workloads that request GPUs, by image and command.");
  }

  private String allMetrics() {
    return String.join(
        ", ", engines.all().stream().flatMap(e -> EngineSurvey.metricsOf(e).stream()).toList());
  }

  private void card(Discovered found) {
    line("---");
    line("apiVersion: " + API_VERSION);
    line("kind: RateCard");
    line("metadata:");
    line("  name: " + DiscoveryInput.CARD);
    line("spec:");
    line("  currency: USD");
    List<CardGpu> priced = found.gpus().stream().filter(g -> g.reported().isPresent()).toList();
    if (!priced.isEmpty()) {
      line("  gpus:");
      priced.forEach(this::priced);
    }
    List<CardGpu> unpriced = found.gpus().stream().filter(g -> g.reported().isEmpty()).toList();
    if (!unpriced.isEmpty()) {
      comment("  ", "TODO: what an hour of these GPUs costs; no label and no OpenCost says it.");
      if (priced.isEmpty()) {
        line("  # gpus:");
      }
      unpriced.forEach(this::unpriced);
    }
    if (!found.nodesWithoutProduct().isEmpty()) {
      comment(
          "  ",
          "TODO: no label names the GPUs of %s.".formatted(some(found.nodesWithoutProduct())));
    }
    offers(found.models().stream().map(DiscoveredModel::model).distinct().toList());
  }

  private void offers(List<String> models) {
    List<RateCardSpec.Offer> listed = StarterOffers.of(models);
    if (!listed.isEmpty()) {
      comment(
          "  ",
          "List prices of the same models, each as of its day; put those of your contract in their"
              + " place.");
      line("  offers:");
      StarterOffers.yaml(StarterOffers.tree(listed)).forEach(offer -> line("  " + offer));
    }
    List<String> unlisted =
        models.stream()
            .filter(model -> listed.stream().noneMatch(offer -> offer.model().equals(model)))
            .toList();
    if (unlisted.isEmpty()) {
      return;
    }
    comment(
        "  ",
        "TODO: what an API charges for these models. breakeven prices import makes offers from"
            + " LiteLLM's and genai-prices' lists; or by hand:");
    if (listed.isEmpty()) {
      line("  # offers:");
    }
    unlisted.forEach(
        model ->
            line(
                "  # - {name: %s, model: %s, prices: {inputPerMillion: \"\", outputPerMillion:"
                        .formatted(quoted(model), quoted(model))
                    + " \"\", asOf: \"%s\"}}".formatted(today)));
  }

  private void priced(CardGpu gpu) {
    line("  - product: " + quoted(gpu.product()));
    line("    purchase: " + word(gpu.purchase()) + assumed(gpu));
    line(
        "    hourlyPrice: \"%s\""
            .formatted(gpu.reported().map(BigDecimal::toPlainString).orElse("")));
    line("    source: OpenCost's node_gpu_hourly_cost, mean of " + gpu.nodes().size() + " nodes");
    line("    asOf: \"%s\"".formatted(today));
  }

  private void unpriced(CardGpu gpu) {
    line(
        "  # - {product: %s, purchase: %s, hourlyPrice: \"\", asOf: \"%s\"} # on %s"
            .formatted(quoted(gpu.product()), word(gpu.purchase()), today, some(gpu.nodes())));
    if (!gpu.purchaseIsLabelled()) {
      comment("  ", "  OnDemand is assumed: no label says how it is paid for.");
    }
  }

  private static String assumed(CardGpu gpu) {
    return gpu.purchaseIsLabelled() ? "" : " # assumed: no node label says it";
  }

  private void policy(DiscoveredModel model) {
    line("---");
    findings("", model.findings());
    line("apiVersion: " + API_VERSION);
    line("kind: CostPolicy");
    line("metadata:");
    line("  name: " + quoted(model.name()));
    line("  namespace: " + quoted(model.namespace()));
    line("spec:");
    line("  model: " + quoted(model.model()));
    model.engineModelName().ifPresent(name -> line("  engineModelName: " + quoted(name)));
    model.gatewayModelName().ifPresent(name -> line("  gatewayModelName: " + quoted(name)));
    if (!model.engine().isEmpty() && !model.engine().equals("vllm")) {
      line("  engine: " + quoted(model.engine()));
    }
    if (!model.source().equals("default")) {
      line("  source: " + quoted(model.source()));
    }
    GpuChoice common = model.commonGpu().orElse(null);
    if (!model.workloads().isEmpty()) {
      line("  workloads:");
      model.workloads().forEach(w -> workload(w, common == null));
    }
    if (common != null && !common.isEmpty()) {
      line("  selfHost:");
      line("    gpu: " + gpu(common));
    }
    if (model.workloads().isEmpty()) {
      line("  # selfHost:");
      line("  #   gpu: {product: " + quoted(anyGpu) + ", perReplica: 1}");
    }
    model
        .minCoveragePercent()
        .ifPresent(percent -> line("  planning: {minCoveragePercent: %d}".formatted(percent)));
  }

  private void workload(DiscoveredWorkload workload, boolean withGpu) {
    List<String> fields = new ArrayList<>();
    if (!workload.reference().apiVersion().equals("apps/v1")) {
      fields.add("apiVersion: " + quoted(workload.reference().apiVersion()));
    }
    fields.add("kind: " + quoted(workload.reference().kind()));
    fields.add("name: " + quoted(workload.reference().name()));
    if (workload.role() != Role.SERVE) {
      fields.add("role: " + (workload.role() == Role.PREFILL ? "Prefill" : "Decode"));
    }
    if (withGpu && !workload.gpu().isEmpty()) {
      fields.add("gpu: " + gpu(workload.gpu()));
    }
    line("  - {" + String.join(", ", fields) + "}");
  }

  private static String gpu(GpuChoice gpu) {
    List<String> fields = new ArrayList<>();
    gpu.product().ifPresent(product -> fields.add("product: " + quoted(product)));
    gpu.purchase().ifPresent(purchase -> fields.add("purchase: " + word(purchase)));
    gpu.perReplica().ifPresent(count -> fields.add("perReplica: " + count));
    return "{" + String.join(", ", fields) + "}";
  }

  private void findings(String indent, List<Finding> findings) {
    for (Finding finding : findings) {
      if (finding.kind() == Kind.OFFER_MISSING && isAdded(finding.details().get(0))) {
        continue;
      }
      comment(indent, (NOTES.contains(finding.kind()) ? "" : "TODO: ") + sentence(finding));
    }
  }

  private boolean isAdded(String model) {
    return added.stream().anyMatch(offer -> offer.model().equals(model));
  }

  private String sentence(Finding finding) {
    List<String> said = finding.details();
    return switch (finding.kind()) {
      case NO_SERIES -> noSeries(said.get(0), said.get(1));
      case MODEL_NAME_IS_LOCAL ->
          ("\"%s\" is what the engine calls the model, and neither its command nor the card says"
                  + " more. Offers are found by spec.model: put the offer's model there, and this"
                  + " name into engineModelName.")
              .formatted(said.get(0));
      case MODEL_UNKNOWN ->
          ("neither a metric nor the command of %s names the model; looked at --model,"
                  + " --model-path, --model-id, serve and MODEL_ID. Put it into spec.model.")
              .formatted(said.get(0));
      case OTHER_MODEL ->
          "%s serves %s too. A workload counts for one policy: the model with most output tokens."
              .formatted(said.get(0), said.get(1));
      case OTHER_CONTAINER ->
          "Container %s belongs to the other model: its GPUs (%s a pod) are not counted."
              .formatted(said.get(0), said.get(1));
      case MADE_BY ->
          "Made by %s %s; if that makes it anew under another name, run this command again."
              .formatted(said.get(0), said.get(1));
      case NODE_UNKNOWN ->
          ("no pod of %s is on a node, and kube_pod_info shows none of the last week: put the GPU's"
                  + " product into selfHost.gpu.")
              .formatted(said.get(0));
      case PRODUCT_UNKNOWN ->
          "no label names the GPUs that %s runs on (%s): put the product into selfHost.gpu."
              .formatted(said.get(0), said.get(1));
      case PRODUCTS_DIFFER ->
          "%s runs on different GPUs (%s), so no one price is right: keep it to one with a node selector."
              .formatted(said.get(0), said.get(1));
      case PURCHASE_UNKNOWN ->
          ("no label says how the %2$s of %1$s are paid for, so OnDemand is taken: else put"
                  + " Reserved, Spot or Owned into selfHost.gpu.purchase.")
              .formatted(said.get(0), said.get(1));
      case PURCHASE_FROM_CARD ->
          "No label says how %s is paid for; %s is the one price that RateCard %s has for it."
              .formatted(said.get(0), said.get(1), said.get(2));
      case GPU_PRICE_MISSING ->
          "RateCard %3$s needs the %2$s price of %1$s."
              .formatted(said.get(0), said.get(1), said.get(2));
      case OFFER_MISSING ->
          "RateCard %2$s needs an offer for %1$s, or this policy api.prices."
              .formatted(said.get(0), said.get(1));
      case KIND_NOT_WATCHED ->
          ("the operator does not watch this kind: add {apiVersion: %s, kind: %s} to its"
                  + " workloadKinds.")
              .formatted(said.get(0), said.get(1));
      case GATEWAY_NOT_CONFIGURED ->
          "the operator does not read this gateway: set sources.%s.gateway to %s."
              .formatted(said.get(0), said.get(1));
      case GATEWAY_NOT_SHARED ->
          "the gateway's series name no namespace: add %2$s to sources.%1$s.gatewaySharedWith."
              .formatted(said.get(0), said.get(1));
      case GPU_TO_BE_CHOSEN ->
          ("nothing here serves %s, so nothing says what would: name GPUs and what a replica"
                  + " sustains (capacityPerReplica, or a model of the catalogue).")
              .formatted(said.get(0));
      case JOBS_NOT_TRUSTED -> notTrusted(said.get(0), said.get(1));
      case PART_OF_THE_TIME ->
          "There in %s %% of the last week only, so less of it need be known for a verdict."
              .formatted(said.get(0));
      case HAS_POLICY -> "%s has a policy already: %s.".formatted(said.get(0), said.get(1));
      case POD_WITHOUT_WORKLOAD ->
          "Left out: pod %s served %s in the last week, and no workload that is there made it."
              .formatted(said.get(0), said.get(1));
    };
  }

  /** Also printed by doctor. */
  static String notTrusted(String source, String jobs) {
    return ("source %1$s has engine series but no `up` of them. Without it, the operator uses only"
            + " series whose namespace and pod kube-state-metrics shows too: store `up`, or set"
            + " sources.%1$s.engineJobs: [%2$s].")
        .formatted(source, jobs);
  }

  private String noSeries(String engine, String source) {
    String looked =
        engines.has(engine)
            ? String.join(", ", EngineSurvey.metricsOf(engines.named(engine)))
            : engine;
    return ("its image looks like %s, but its pods have no series in source %s: let Prometheus"
            + " scrape them. Looked for: %s.")
        .formatted(engine, source, looked);
  }

  private static String some(List<String> names) {
    return names.size() <= MOST_NODES
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, MOST_NODES))
            + " and %d more".formatted(names.size() - MOST_NODES);
  }

  private static String word(Purchase purchase) {
    return switch (purchase) {
      case ON_DEMAND -> "OnDemand";
      case RESERVED -> "Reserved";
      case SPOT -> "Spot";
      case OWNED -> "Owned";
    };
  }

  /** A scalar that YAML reads as this text and nothing else. */
  private static String quoted(String text) {
    boolean isPlain =
        text.matches("[A-Za-z][A-Za-z0-9._/-]*[A-Za-z0-9]")
            && !text.matches("(?i)true|false|yes|no|on|off|null");
    return isPlain
        ? text
        : '"'
            + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ")
            + '"';
  }

  private void comment(String indent, String text) {
    StringBuilder line = new StringBuilder(indent + "#");
    int used = line.length();
    for (String word : text.replaceAll("\\p{Cntrl}+", " ").split(" ", -1)) {
      if (used + 1 + word.length() > COMMENT_WIDTH && used > indent.length() + 2) {
        line.append('\n').append(indent).append("#  ");
        used = indent.length() + 3;
      }
      line.append(' ').append(word);
      used += 1 + word.length();
    }
    line(line.toString());
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
