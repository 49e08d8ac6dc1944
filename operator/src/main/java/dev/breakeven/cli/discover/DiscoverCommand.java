package dev.breakeven.cli.discover;

import dev.breakeven.api.RateCard;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.cli.cluster.ClusterOptions;
import dev.breakeven.cli.cluster.ClusterResources;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cluster.ClusterInventory;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.configuration.PrometheusServer;
import dev.breakeven.discovery.Discovered;
import dev.breakeven.discovery.Discovery;
import dev.breakeven.discovery.DiscoveryInput;
import dev.breakeven.operator.client.OperatorClient;
import dev.breakeven.prometheus.ConfiguredSources;
import dev.breakeven.prometheus.EngineSurvey;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.query.EngineProfiles;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code breakeven discover}: policies and a rate card for what a cluster runs already. */
@Command(
    name = "discover",
    description = {
      "Prints a CostPolicy for each model that the cluster serves, and a RateCard for its"
          + " GPUs with the list prices of APIs that offer these models. A TODO says what was"
          + " not found, and where discover looked. It only reads.",
      "A RateCard that exists is printed as it is, with list prices added for models that it"
          + " has no offer for.",
      "",
      "  breakeven discover --prometheus URL | kubectl apply --server-side -f -"
    })
public final class DiscoverCommand implements Callable<Integer> {

  @Mixin ClusterOptions options = new ClusterOptions();

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    OperatorConfiguration configuration = options.configuration();
    Clock clock = Clock.systemUTC();
    EngineProfiles engines = ConfiguredSources.engines(configuration);
    List<EngineSurvey> surveys = surveys(configuration, engines, clock.instant());
    try (OperatorClient api = options.client(clock)) {
      Discovered found = discovered(api.client(), configuration, surveys);
      ExistingCard card =
          found.cardIsThere()
              ? ExistingCard.of(api.client(), DiscoveryInput.CARD)
              : ExistingCard.NONE;
      LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
      PrintWriter out = command.commandLine().getOut();
      out.print(DiscoveredYaml.of(found, surveys, engines, today, card));
      out.flush();
      return found.models().isEmpty() ? ExitCode.INCONCLUSIVE : ExitCode.ANSWERED;
    }
  }

  private List<EngineSurvey> surveys(
      OperatorConfiguration configuration, EngineProfiles engines, Instant now) {
    List<EngineSurvey> surveys = new ArrayList<>();
    for (Source source : ConfiguredSources.of(configuration)) {
      EngineSurvey survey = EngineSurvey.of(source, engines, options.namespace(), false, now);
      survey.failures().forEach(why -> note("source %s: %s".formatted(source.name(), why)));
      surveys.add(survey);
    }
    return surveys;
  }

  private Discovered discovered(
      KubernetesClient client, OperatorConfiguration configuration, List<EngineSurvey> surveys) {
    ClusterInventory cluster = ClusterInventory.read(client, options.namespace());
    cluster.unread().forEach(why -> note("not read: " + why));
    List<String> notes = new ArrayList<>();
    ClusterResources resources = new ClusterResources(client, notes);
    Discovered found =
        Discovery.of(
            new DiscoveryInput(
                cluster,
                surveys,
                card(resources),
                resources.policies(options.namespace()),
                configuration.workloadKinds().stream()
                    .map(kind -> kind.apiVersion() + " " + kind.kind())
                    .collect(Collectors.toUnmodifiableSet()),
                by(configuration, PrometheusServer::gateway),
                by(configuration, PrometheusServer::gatewaySharedWith)));
    notes.forEach(this::note);
    long namespaces = found.models().stream().map(m -> m.namespace()).distinct().count();
    note(
        "%s for %s"
            .formatted(
                counted(found.models().size(), "policy", "policies"),
                counted(namespaces, "namespace", "namespaces")));
    return found;
  }

  private void note(String line) {
    command.commandLine().getErr().println(line);
    command.commandLine().getErr().flush();
  }

  private static String counted(long count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }

  private static <T> Map<String, T> by(
      OperatorConfiguration configuration, Function<PrometheusServer, T> figure) {
    Map<String, T> bySource = new TreeMap<>();
    configuration.sources().forEach((name, server) -> bySource.put(name, figure.apply(server)));
    return bySource;
  }

  private static Optional<RateCardSpec> card(ClusterResources resources) {
    return resources.rateCards().stream()
        .filter(card -> DiscoveryInput.CARD.equals(card.getMetadata().getName()))
        .map(RateCard::getSpec)
        .filter(Objects::nonNull)
        .findFirst();
  }
}
