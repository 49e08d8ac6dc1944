package dev.breakeven.cli.discover;

import dev.breakeven.api.CostPolicy;
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
import dev.breakeven.prometheus.query.EngineProfiles;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.time.Clock;
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
    List<EngineSurvey> surveys =
        ConfiguredSources.of(configuration).stream()
            .map(
                source ->
                    EngineSurvey.of(source, engines, options.namespace(), false, clock.instant()))
            .toList();
    PrintWriter err = command.commandLine().getErr();
    surveys.forEach(
        survey ->
            survey
                .failures()
                .forEach(why -> err.println("source %s: %s".formatted(survey.source(), why))));
    try (OperatorClient api = options.client(clock)) {
      ClusterInventory cluster = ClusterInventory.read(api.client(), options.namespace());
      cluster.unread().forEach(why -> err.println("not read: " + why));
      List<String> notes = new ArrayList<>();
      Discovered found =
          Discovery.of(
              new DiscoveryInput(
                  cluster,
                  surveys,
                  card(api.client(), notes),
                  policies(api.client(), notes),
                  configuration.workloadKinds().stream()
                      .map(kind -> kind.apiVersion() + " " + kind.kind())
                      .collect(Collectors.toUnmodifiableSet()),
                  by(configuration, PrometheusServer::gateway),
                  by(configuration, PrometheusServer::gatewaySharedWith)));
      notes.forEach(err::println);
      err.println(
          "%s for %s"
              .formatted(
                  counted(found.models().size(), "policy", "policies"),
                  counted(
                      found.models().stream().map(m -> m.namespace()).distinct().count(),
                      "namespace",
                      "namespaces")));
      err.flush();
      PrintWriter out = command.commandLine().getOut();
      out.print(
          DiscoveredYaml.of(
              found,
              surveys,
              engines,
              LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC),
              found.cardIsThere()
                  ? ExistingCard.of(api.client(), DiscoveryInput.CARD)
                  : ExistingCard.NONE));
      out.flush();
      return found.models().isEmpty() ? ExitCode.INCONCLUSIVE : ExitCode.ANSWERED;
    }
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

  private static Optional<RateCardSpec> card(KubernetesClient client, List<String> notes) {
    return new ClusterResources(client, notes)
        .rateCards().stream()
            .filter(card -> DiscoveryInput.CARD.equals(card.getMetadata().getName()))
            .map(RateCard::getSpec)
            .filter(Objects::nonNull)
            .findFirst();
  }

  private List<CostPolicy> policies(KubernetesClient client, List<String> notes) {
    return new ClusterResources(client, notes).policies(options.namespace());
  }
}
