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
import java.util.Comparator;
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
    // In a comment, as an example: one that has a price, if there is any.
    found.gpus().stream()
        .min(Comparator.comparing(gpu -> gpu.reported().isEmpty()))
        .ifPresent(gpu -> anyGpu = gpu.product());
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
      comment(
          indent,
          (NOTES.contains(finding.kind()) ? "" : "TODO: ") + FindingSentences.of(finding, engines));
    }
  }

  private boolean isAdded(String model) {
    return added.stream().anyMatch(offer -> offer.model().equals(model));
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
