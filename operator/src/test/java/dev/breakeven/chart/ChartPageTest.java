package dev.breakeven.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.breakeven.testing.GeneratedFile;
import dev.breakeven.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ChartPageTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Path CHART = Repository.top().resolve("helm/breakeven");

  @Test
  @Tag(GeneratedFile.TAG)
  void theCommittedPageIsThatOfTheValues() throws IOException {
    GeneratedFile.at("helm/breakeven/README.md")
        .mustHold(ChartPage.of(read("README.head.md"), read("values.yaml")));
  }

  @Test
  void everyValueIsDescribedByItselfOrByWhatHoldsIt() throws IOException {
    String yaml = read("values.yaml");
    List<String> described = ChartPage.values(yaml).stream().map(ChartPage.Value::path).toList();

    assertThat(ChartPage.leaves(yaml))
        .allSatisfy(
            leaf ->
                assertThat(described)
                    .as(leaf)
                    .anyMatch(path -> leaf.equals(path) || leaf.startsWith(path + ".")));
  }

  @Test
  void aDescriptionIsReadWithItsPathAndItsStandard() {
    assertThat(
            ChartPage.values(
                """
                # -- How many,
                # at most.
                replicas: 2
                image:
                  # -- Where from.
                  repository: here
                # -- Later ones.
                last: [1]
                """))
        .containsExactly(
            new ChartPage.Value("replicas", "How many, at most.", "2"),
            new ChartPage.Value("image.repository", "Where from.", "\"here\""),
            new ChartPage.Value("last", "Later ones.", "[1]"));
  }

  @Test
  void theImageThatArtifactHubScansIsTheOneThatIsInstalled() throws IOException {
    JsonNode chart = YAML.readTree(read("Chart.yaml"));
    JsonNode scanned =
        YAML.readTree(chart.at("/annotations/artifacthub.io~1images").asText()).get(0);

    assertThat(scanned.get("image").asText())
        .isEqualTo(
            YAML.readTree(read("values.yaml")).at("/image/repository").asText()
                + ":"
                + chart.get("appVersion").asText());
  }

  private static String read(String file) throws IOException {
    return Files.readString(CHART.resolve(file));
  }
}
