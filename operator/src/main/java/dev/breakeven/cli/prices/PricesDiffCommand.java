package dev.breakeven.cli.prices;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakeven.advice.Verdict;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.RateCard;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.cli.evaluation.GivenTraffic;
import dev.breakeven.cli.evaluation.TrafficSource;
import dev.breakeven.cli.input.InputFile;
import dev.breakeven.render.text.TextTable;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code breakeven prices diff}: what changed between two rate cards, and what it turns. */
@Command(
    name = "diff",
    description =
        "Prints what changed between two rate cards and, given policies and traffic, which"
            + " verdicts change with it.")
final class PricesDiffCommand implements Callable<Integer> {

  /** How the changes are printed. */
  enum Format {
    table,
    json
  }

  @Parameters(
      index = "0",
      paramLabel = "OLD",
      description = "RateCards as YAML; - is standard input.")
  Path oldFile = Path.of("");

  @Parameters(index = "1", paramLabel = "NEW", description = "RateCards as YAML.")
  Path newFile = Path.of("");

  @Option(
      names = {"-f", "--policy"},
      paramLabel = "FILE",
      description = "CostPolicies, as YAML; may be repeated.")
  List<Path> policyFiles = List.of();

  @ArgGroup TrafficSource traffic = new TrafficSource();

  @Option(
      names = "-o",
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  Format format = Format.table;

  @Spec CommandSpec command = CommandSpec.create();

  /** How a policy is answered with either card. */
  record Turn(
      String policy,
      @Nullable String verdictBefore,
      @Nullable String verdictAfter,
      @Nullable String actionBefore,
      @Nullable String actionAfter,
      @Nullable Integer replicasBefore,
      @Nullable Integer replicasAfter,
      @Nullable String monthlySavingBefore,
      @Nullable String monthlySavingAfter,
      boolean turned,
      @Nullable String summaryAfter) {}

  @Override
  public Integer call() {
    List<Path> read = new ArrayList<>(List.of(oldFile, newFile));
    read.addAll(policyFiles);
    traffic.given().files().forEach(read::add);
    InputFile.requireOneStandardInput(read);
    List<RateCard> before = cards(oldFile);
    List<RateCard> after = cards(newFile);
    Map<String, RateCardChanges> changes = changes(before, after);
    List<Turn> turns = turns(before, after);
    String text = format == Format.json ? json(changes, turns) : table(changes, turns);
    command.commandLine().getOut().print(text);
    command.commandLine().getOut().flush();
    return ExitCode.ANSWERED;
  }

  private static List<RateCard> cards(Path path) {
    InputFile file = new InputFile(path);
    List<RateCard> cards = Manifests.parse(file.name(), file.text()).rateCards();
    if (cards.isEmpty()) {
      throw new IllegalArgumentException(file.name() + ": no RateCard in it");
    }
    return cards;
  }

  /** By card; a single card on either side is the same one, whatever it is called. */
  private Map<String, RateCardChanges> changes(List<RateCard> before, List<RateCard> after) {
    Map<String, RateCardChanges> changes = new LinkedHashMap<>();
    if (before.size() == 1 && after.size() == 1) {
      changes.put(cardName(after.get(0)), RateCardChanges.between(before.get(0), after.get(0)));
      return changes;
    }
    TreeSet<String> names = new TreeSet<>();
    before.forEach(card -> names.add(cardName(card)));
    after.forEach(card -> names.add(cardName(card)));
    for (String name : names) {
      changes.put(
          name, RateCardChanges.between(named(before, name, oldFile), named(after, name, newFile)));
    }
    return changes;
  }

  private static RateCard named(List<RateCard> cards, String name, Path file) {
    return cards.stream()
        .filter(card -> cardName(card).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s: no RateCard called %s, which the other file has"
                        .formatted(new InputFile(file).name(), name)));
  }

  private static String cardName(RateCard card) {
    return card.getMetadata().getName();
  }

  private List<Turn> turns(List<RateCard> before, List<RateCard> after) {
    if (policyFiles.isEmpty() && traffic.given().count() > 0) {
      throw new IllegalArgumentException("traffic without a policy: name its file with -f");
    }
    if (policyFiles.isEmpty()) {
      return List.of();
    }
    if (traffic.given().count() == 0) {
      throw new IllegalArgumentException(
          "policies without traffic: say where it is with --traffic, --requests or"
              + " --prometheus");
    }
    List<CostPolicy> policies = InputFile.manifests(policyFiles).policies();
    if (policies.isEmpty()) {
      throw new IllegalArgumentException("no CostPolicy in the files given with -f");
    }
    List<EvaluatedPolicy> old;
    List<EvaluatedPolicy> now;
    try (GivenTraffic.Evaluator evaluator =
        traffic.given().evaluator(command.commandLine().getErr())) {
      old = evaluator.evaluate(withCards(policies, before));
      now = evaluator.evaluate(withCards(policies, after));
    }
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < policies.size(); i++) {
      turns.add(turn(policies.get(i), old.get(i).status(), now.get(i).status()));
    }
    return turns;
  }

  /** The policies with these cards; a single card is taken for the one that each policy names. */
  private static Manifests withCards(List<CostPolicy> policies, List<RateCard> cards) {
    List<RateCard> named = new ArrayList<>(cards);
    if (cards.size() == 1) {
      for (CostPolicy policy : policies) {
        RateCard card = new RateCard();
        card.setMetadata(
            new ObjectMetaBuilder(cards.get(0).getMetadata())
                .withName(policy.getSpec().rateCard())
                .build());
        card.setSpec(cards.get(0).getSpec());
        named.add(card);
      }
    }
    return new Manifests(policies, named);
  }

  private static Turn turn(CostPolicy policy, CostPolicyStatus before, CostPolicyStatus after) {
    CostPolicyStatus.@Nullable Advice was = before.advice();
    CostPolicyStatus.@Nullable Advice is = after.advice();
    @Nullable String verdictBefore = was == null ? null : was.verdict();
    @Nullable String verdictAfter = is == null ? null : is.verdict();
    return new Turn(
        policy.getMetadata().getName(),
        verdictBefore,
        verdictAfter,
        was == null ? null : was.action(),
        is == null ? null : is.action(),
        was == null ? null : was.replicasAdvised(),
        is == null ? null : is.replicasAdvised(),
        was == null ? null : was.monthlySaving(),
        is == null ? null : is.monthlySaving(),
        !Objects.equals(verdictBefore, verdictAfter),
        is == null ? null : is.summary());
  }

  private static String table(Map<String, RateCardChanges> changes, List<Turn> turns) {
    StringBuilder text = new StringBuilder();
    changes.forEach(
        (card, of) -> {
          if (changes.size() > 1) {
            text.append("== ").append(card).append('\n');
          }
          text.append(table(of));
        });
    if (!turns.isEmpty()) {
      TextTable table =
          TextTable.withHeader("POLICY", "", "VERDICT", "ACTION", "REPLICAS", "SAVING");
      for (Turn turn : turns) {
        table.row(
            turn.policy(),
            "before",
            shown(turn.verdictBefore()),
            shown(turn.actionBefore()),
            shown(turn.replicasBefore()),
            shown(turn.monthlySavingBefore()));
        table.row(
            "",
            turn.turned() ? "after*" : "after",
            shown(turn.verdictAfter()),
            shown(turn.actionAfter()),
            shown(turn.replicasAfter()),
            shown(turn.monthlySavingAfter()));
      }
      long turned = turns.stream().filter(Turn::turned).count();
      text.append('\n')
          .append(table)
          .append(
              "%d of %d verdicts turn%s\n"
                  .formatted(turned, turns.size(), turned > 0 ? " (*)" : ""));
      turns.stream()
          .filter(turn -> Verdict.INCONCLUSIVE.label().equals(turn.verdictAfter()))
          .map(turn -> turn.policy() + ": " + shown(turn.summaryAfter()) + "\n")
          .forEach(text::append);
    }
    return text.toString();
  }

  private static String table(RateCardChanges changes) {
    if (changes.changes().isEmpty()) {
      return "No price changed"
          + (changes.readAnew() == 0 ? "" : "; %,d read anew".formatted(changes.readAnew()))
          + ".\n";
    }
    TextTable table = TextTable.withHeader("WHAT", "", "FIELD", "OLD", "NEW", "%");
    for (RateCardChanges.Change change : changes.changes()) {
      table.row(
          change.what(),
          change.kind().name(),
          change.field(),
          shown(change.before()),
          shown(change.after()),
          change.percent() == null
              ? "-"
              : (change.percent().signum() > 0 ? "+" : "") + change.percent().toPlainString());
    }
    return table
        + (changes.readAnew() == 0
            ? ""
            : "%,d more read anew at the same price.\n".formatted(changes.readAnew()));
  }

  private static String shown(@Nullable Object value) {
    return value == null ? "-" : value.toString();
  }

  private static String json(Map<String, RateCardChanges> changes, List<Turn> turns) {
    List<Map<String, Object>> cards = new ArrayList<>();
    changes.forEach(
        (card, of) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("card", card);
          one.put("changes", of.changes());
          one.put("readAnew", of.readAnew());
          cards.add(one);
        });
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("cards", cards);
    all.put("policies", turns);
    try {
      return JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .serializationInclusion(JsonInclude.Include.NON_NULL)
              .build()
              .writeValueAsString(all)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the changes could not be written as JSON", e);
    }
  }
}
