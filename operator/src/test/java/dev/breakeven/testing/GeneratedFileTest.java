package dev.breakeven.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedFileTest {

  @Test
  void aDifferenceIsOneLineWithTheCommandThatMendsIt(@TempDir Path root) throws IOException {
    Files.writeString(root.resolve("page.md"), "one\ntwo\nthree\n");

    assertThatThrownBy(() -> GeneratedFile.at(root, "page.md").mustHold("one\n2\nthree\n", false))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "page.md is not what the code generates (first difference in line 2)."
                + " Write it anew: mvn -B -q test -Dgroups=generated -Dbreakeven.write=true");
  }

  @Test
  void aMissingFileIsADifference(@TempDir Path root) {
    assertThatThrownBy(() -> GeneratedFile.at(root, "none.md").mustHold("text\n", false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("none.md");
  }

  @Test
  void writingMakesItHold(@TempDir Path root) throws IOException {
    GeneratedFile file = GeneratedFile.at(root, "deep/page.md");

    file.mustHold("text\n", true);

    assertThat(root.resolve("deep/page.md")).hasContent("text\n");
    file.mustHold("text\n", false);
  }
}
