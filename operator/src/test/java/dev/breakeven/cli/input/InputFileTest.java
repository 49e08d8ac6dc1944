package dev.breakeven.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFileTest {

  @TempDir Path directory = Path.of("");

  @Test
  void aDirectoryIsTheManifestsInIt() throws IOException {
    for (String name : List.of("b.yaml", "a.yml", "notes.txt")) {
      Files.writeString(
          directory.resolve(name),
          "{apiVersion: breakeven.dev/v1alpha1, kind: CostPolicy, metadata: {name: %s}, spec: {model: m}}"
              .formatted(name.replaceFirst("[.].*", "")));
    }
    assertThat(InputFile.manifests(List.of(directory)).policies())
        .extracting(policy -> policy.getMetadata().getName())
        .containsExactly("a", "b");
  }

  @Test
  void aDirectoryWithoutManifestsIsSaid() {
    assertThatThrownBy(() -> InputFile.manifests(List.of(directory)))
        .hasMessage(directory + ": a directory without .yaml, .yml or .json");
  }
}
