package dev.breakeven.api;

import dev.breakeven.testing.GeneratedFile;
import dev.breakeven.testing.Repository;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag(GeneratedFile.TAG)
class GeneratedFilesTest {

  static List<Class<? extends HasMetadata>> kinds() {
    return CustomResourceDefinitions.kinds();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theCommittedDefinitionsAreThoseOfTheJavaTypes(Class<? extends HasMetadata> kind) {
    GeneratedFile.at("crds/" + CustomResourceDefinitions.nameOf(kind) + ".yaml")
        .mustHold(CustomResourceDefinitions.yamlOf(kind));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theChartInstallsTheSameDefinitions(Class<? extends HasMetadata> kind) {
    GeneratedFile.at(
            "helm/breakeven/templates/crds/" + CustomResourceDefinitions.nameOf(kind) + ".yaml")
        .mustHold(CustomResourceDefinitions.chartTemplateOf(kind));
  }

  @Test
  void theReferencePageSaysWhatTheSchemasSay() throws IOException {
    String head = Files.readString(Repository.top().resolve("crds/README.head.md"));
    GeneratedFile.at("crds/README.md").mustHold(ResourceReference.page(head));
  }
}
