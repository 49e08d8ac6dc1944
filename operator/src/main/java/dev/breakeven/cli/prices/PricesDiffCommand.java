package dev.breakeven.cli.prices;

import dev.breakeven.api.RateCard;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.cluster.ClusterResources;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.console.OutputFormat;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.cli.evaluation.PoliciesOrCluster;
import dev.breakeven.cli.input.InputFile;
import dev.breakeven.cli.prices.PriceChanges.CardChanges;
import dev.breakeven.cli.prices.PriceChanges.Turn;
import dev.breakeven.operator.client.OperatorClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code breakeven prices diff}: what changed between two rate cards, and what it turns. */
@Command(
    name = "diff",
    description =
        "Prints what changed between two rate cards, or between those of the cluster and a file."
            + " Given policies and their traffic, it prints which verdicts change with it.",
    footer = {
      "",
      "Two files, and the policies of a third:",
      "  breakeven prices diff old.yaml new.yaml -f policy.yaml --traffic traffic.csv",
      "",
      "The cluster's cards and policies, before new.yaml is applied:",
      "  breakeven prices diff new.yaml --prometheus URL",
    })
final class PricesDiffCommand implements Callable<Integer> {

  @Parameters(
      arity = "1..2",
      paramLabel = "[OLD] NEW",
      hideParamSyntax = true,
      description =
          "RateCards as YAML; - is standard input. Without OLD, NEW is compared with the cluster's.")
  List<Path> files = List.of();

  @Mixin PoliciesOrCluster selected = new PoliciesOrCluster();

  @Mixin OutputFormat format = new OutputFormat();

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    if (files.size() > 2) {
      throw new ParameterException(
          command.commandLine(), "two files of rate cards are compared, not " + files.size());
    }
    List<Path> read = new ArrayList<>(files);
    read.addAll(selected.files());
    InputFile.requireOneStandardInput(read);
    List<RateCard> before = files.size() == 2 ? cards(files.get(0)) : cardsOfCluster();
    List<RateCard> after = cards(files.get(files.size() - 1));
    PriceChanges changes = new PriceChanges(changes(before, after), turns(before, after));
    format.print(changes::text, changes);
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

  private List<RateCard> cardsOfCluster() {
    List<String> notes = new ArrayList<>();
    try (OperatorClient api = selected.cluster().client(Clock.systemUTC())) {
      List<RateCard> cards = new ClusterResources(api.client(), notes).rateCards();
      notes.forEach(command.commandLine().getErr()::println);
      return cards;
    }
  }

  /** By card; a single card on either side is the same one, whatever it is called. */
  private List<CardChanges> changes(List<RateCard> before, List<RateCard> after) {
    if (before.size() == 1 && after.size() == 1) {
      return List.of(CardChanges.between(before.get(0), after.get(0)));
    }
    TreeSet<String> names = new TreeSet<>();
    after.forEach(card -> names.add(nameOf(card)));
    if (files.size() == 2) {
      before.forEach(card -> names.add(nameOf(card)));
    }
    String old = files.size() == 2 ? new InputFile(files.get(0)).name() : "the cluster";
    String now = new InputFile(files.get(files.size() - 1)).name();
    return names.stream()
        .map(name -> CardChanges.between(named(before, name, old), named(after, name, now)))
        .toList();
  }

  private static RateCard named(List<RateCard> cards, String name, String where) {
    return cards.stream()
        .filter(card -> nameOf(card).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s: no RateCard called %s to compare with".formatted(where, name)));
  }

  private static String nameOf(RateCard card) {
    return card.getMetadata().getName();
  }

  /** How the policies that are named are answered with either cards. */
  private List<Turn> turns(List<RateCard> before, List<RateCard> after) {
    if (!selected.isNamed()) {
      return List.of();
    }
    List<EvaluatedPolicy> policies =
        selected
            .evaluate(
                all -> with(before, all),
                (now, cards) ->
                    with(
                        after,
                        new Manifests(now.stream().map(EvaluatedPolicy::policy).toList(), cards)))
            .policies();
    if (policies.isEmpty()) {
      throw new IllegalArgumentException("there is no CostPolicy that the prices could turn");
    }
    int count = policies.size() / 2;
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      turns.add(Turn.of(policies.get(i), policies.get(count + i)));
    }
    return turns;
  }

  /**
   * The policies with these cards in place of those of the same name. A single card of two that are
   * compared is taken for the one that each policy names.
   */
  private Manifests with(List<RateCard> cards, Manifests all) {
    Map<String, RateCard> byName = new LinkedHashMap<>();
    all.rateCards().forEach(card -> byName.put(nameOf(card), card));
    cards.forEach(card -> byName.put(nameOf(card), card));
    if (files.size() == 2 && cards.size() == 1) {
      all.policies()
          .forEach(
              policy ->
                  byName.put(
                      policy.getSpec().rateCard(),
                      renamed(cards.get(0), policy.getSpec().rateCard())));
    }
    return new Manifests(all.policies(), List.copyOf(byName.values()));
  }

  private static RateCard renamed(RateCard card, String name) {
    RateCard renamed = new RateCard();
    renamed.setMetadata(card.getMetadata().edit().withName(name).build());
    renamed.setSpec(card.getSpec());
    return renamed;
  }
}
