package dev.breakeven.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.breakeven.configuration.ConfigurationFile;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.configuration.PrometheusServer;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.Finished;
import dev.breakeven.testing.Repository;
import dev.breakeven.testing.Tool;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ChartIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static final Chart CHART = new Chart();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** Writes what a model has a property for, and leaves out what it only kept. */
  private static final ObjectMapper KNOWN_FIELDS =
      new ObjectMapper()
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnyGetter(Annotated annotated) {
                  return false;
                }
              });

  private static final Path SCHEMAS = Repository.scratch("schemas");

  /** Kinds of the Prometheus Operator, which no API server of ours serves; see their own test. */
  private static final String NOT_SERVED = "ServiceMonitor,PodMonitor,PrometheusRule";

  @BeforeAll
  static void schemas() {
    cluster.installDefinitions();
    ServedSchemas.write(cluster.client(), "breakeven.dev/v1alpha1", SCHEMAS);
    ServedSchemas.writeDefined(
        Tool.KEDA_OPERATOR
            .sources("github.com/kedacore/keda/v2")
            .resolve("config/crd/bases/keda.sh_scaledobjects.yaml"),
        SCHEMAS);
  }

  @Test
  void helmFindsNothingToComplainOf() {
    for (String[] arguments : everySwitch()) {
      Finished lint = CHART.lint(arguments);
      assertThat(lint.exitCode()).as(String.join(" ", arguments) + lint.output()).isZero();
    }
  }

  @Test
  void itsOwnSuitesPass() {
    Finished suites = Tool.HELM_UNITTEST.run("--strict", CHART.directory().toString());

    assertThat(suites.exitCode()).as(suites.output() + suites.errors()).isZero();
    assertThat(suites.output()).contains("4 passed, 4 total");
  }

  @Test
  void underEverySwitchAnApiServerWouldKnowEveryField() throws IOException {
    for (String[] arguments : everySwitch()) {
      Path file = Files.writeString(SCHEMAS.resolve("rendered.yaml"), CHART.rendered(arguments));
      Finished checked = kubeconform(file);
      assertThat(checked.exitCode())
          .as(String.join(" ", arguments) + "\n" + checked.output())
          .isZero();
    }
  }

  @Test
  void aFieldThatNoApiServerKnowsIsFound() throws IOException {
    Path file =
        Files.writeString(
            SCHEMAS.resolve("wrong.yaml"),
            CHART.rendered().replace("priorityClassName:", "x:").replace("args:", "argz:"));

    assertThat(kubeconform(file).exitCode()).isEqualTo(1);
  }

  @Test
  void aFieldThatKedaDoesNotKnowIsFound() throws IOException {
    String example = Files.readString(Repository.top().resolve("examples/follow/with-keda.yaml"));
    Path file =
        Files.writeString(
            SCHEMAS.resolve("wrong-keda.yaml"), example.replace("tolerance:", "tolerances:"));

    assertThat(kubeconform(file).exitCode()).isEqualTo(1);
  }

  @Test
  void everyExampleIsWhatAnApiServerKnows() throws IOException {
    try (Stream<Path> examples = Files.walk(Repository.top().resolve("examples"))) {
      String[] files =
          examples
              .filter(file -> file.toString().endsWith(".yaml"))
              .map(Path::toString)
              .toArray(String[]::new);
      assertThat(files).isNotEmpty();
      Finished checked = kubeconform(Stream.of(files).map(Path::of).toArray(Path[]::new));
      assertThat(checked.exitCode()).as(checked.output()).isZero();
    }
  }

  @Test
  void monitorAndRulesHoldOnlyFieldsThatThePrometheusOperatorKnows() throws IOException {
    String rendered =
        CHART.rendered("--set=serviceMonitor.enabled=true", "--set=prometheusRule.enabled=true");

    ServiceMonitor monitor = known(ServiceMonitor.class, rendered);
    PrometheusRule rules = known(PrometheusRule.class, rendered);

    PodMonitor pods = known(PodMonitor.class, CHART.rendered("--set=podMonitor.enabled=true"));

    assertThat(pods.getSpec().getPodMetricsEndpoints().get(0).getPath()).isEqualTo("/metrics");
    assertThat(monitor.getSpec().getEndpoints().get(0).getPath()).isEqualTo("/metrics");
    assertThat(rules.getSpec().getGroups().get(0).getRules()).hasSize(6);
  }

  @Test
  void theConfigurationThatItMakesIsOneThatTheOperatorReads() throws IOException {
    OperatorConfiguration standard = configuration();
    assertThat(standard.listen()).hasToString("0.0.0.0:8080");
    assertThat(standard.leaderElection().enabled()).isTrue();
    assertThat(standard.leaderElection().leaseNamespace()).isEqualTo("finops");

    OperatorConfiguration full = configuration("-f", CHART.valuesFiles().get(0).toString());
    assertThat(full.sources()).containsOnlyKeys("default", "eu", "us");
    assertThat(full.sources())
        .hasEntrySatisfying("eu", eu -> assertThat(eu.matchers()).containsEntry("cluster", "eu-1"))
        .hasEntrySatisfying(
            "us",
            us ->
                assertThat(us.bearerTokenFile()).isEqualTo("/var/run/breakeven/sources/us/token"));
    assertThat(full.watchNamespaces()).containsExactly("inference", "batch");
    assertThat(full.workloadKinds()).hasSize(4);
  }

  @Test
  void everyOptionOfTheOperatorIsInTheConfigurationThatItMakes() throws IOException {
    JsonNode all = YAML.readTree(configurationText("-f", CHART.valuesFiles().get(0).toString()));
    Set<String> options = new TreeSet<>();
    all.fieldNames().forEachRemaining(options::add);

    assertThat(options).containsExactlyInAnyOrderElementsOf(optionsOf(OperatorConfiguration.class));
  }

  @Test
  void everyOptionOfASourceCanBeSet() throws IOException {
    JsonNode all = YAML.readTree(configurationText("-f", CHART.valuesFiles().get(0).toString()));
    Set<String> options = new TreeSet<>();
    all.path("sources").forEach(source -> source.fieldNames().forEachRemaining(options::add));

    assertThat(options).containsExactlyInAnyOrderElementsOf(optionsOf(PrometheusServer.class));
  }

  private static OperatorConfiguration configuration(String... arguments) throws IOException {
    return ConfigurationFile.parse("operator.yaml", configurationText(arguments));
  }

  private static String configurationText(String... arguments) throws IOException {
    return objects(arguments).stream()
        .filter(o -> o.getKind().equals("ConfigMap"))
        .map(o -> (ConfigMap) o)
        .filter(map -> map.getData().containsKey("operator.yaml"))
        .map(map -> map.getData().get("operator.yaml"))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> optionsOf(Class<?> type) {
    return Stream.of(type.getDeclaredFields())
        .filter(f -> f.isAnnotationPresent(JsonProperty.class))
        .map(Field::getName)
        .toList();
  }

  /**
   * The standard values; each boolean of the values file turned over, one at a time; each file of
   * {@code ci/}.
   */
  private static List<String[]> everySwitch() {
    List<String[]> all = new ArrayList<>();
    all.add(new String[0]);
    for (String leaf : ChartPage.leaves(CHART.valuesYaml())) {
      JsonNode value = at(leaf);
      if (value.isBoolean()) {
        List<String> set = new ArrayList<>(List.of("--set=" + leaf + "=" + !value.booleanValue()));
        if (leaf.equals("serviceAccount.create")) {
          set.add("--set=serviceAccount.name=given");
        }
        if (leaf.equals("rateCard.create")) {
          set.add("--set=rateCard.spec.currency=USD");
        }
        if (leaf.equals("metrics.tokenReview") || leaf.equals("report.enabled")) {
          set.add("--set=metrics.tls.secretName=given");
        }
        all.add(set.toArray(new String[0]));
      }
    }
    for (Path file : CHART.valuesFiles()) {
      all.add(new String[] {"-f", file.toString()});
    }
    assertThat(all).hasSizeGreaterThan(12);
    return all;
  }

  private static JsonNode at(String leaf) {
    try {
      return YAML.readTree(CHART.valuesYaml()).at("/" + leaf.replace('.', '/'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Finished kubeconform(Path... files) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-strict",
                "-summary",
                "-skip=" + NOT_SERVED,
                "-schema-location=" + SCHEMAS + "/{{ .ResourceKind }}{{ .KindSuffix }}.json"));
    for (Path file : files) {
      arguments.add(file.toString());
    }
    return Tool.KUBECONFORM.run(arguments.toArray(new String[0]));
  }

  private static List<HasMetadata> objects(String... arguments) {
    return cluster
        .client()
        .load(new ByteArrayInputStream(CHART.rendered(arguments).getBytes(StandardCharsets.UTF_8)))
        .items();
  }

  /** The only object of that kind, which has no field that its Java model does not know. */
  private static <T extends HasMetadata> T known(Class<T> type, String rendered)
      throws IOException {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(rendered)) {
      while (documents.hasNext()) {
        JsonNode document = documents.next();
        if (document.path("kind").asText().equals(type.getSimpleName())) {
          T object = YAML.treeToValue(document, type);
          JsonNode knownFields = KNOWN_FIELDS.valueToTree(object);
          assertThat(knownFields).isEqualTo(document);
          return object;
        }
      }
    }
    throw new AssertionError("no " + type.getSimpleName());
  }
}
