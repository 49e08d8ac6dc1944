package dev.breakeven.cli.discover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.discovery.Finding;
import dev.breakeven.prometheus.query.EngineProfiles;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FindingSentencesTest {

  @ParameterizedTest
  @EnumSource(Finding.Kind.class)
  void eachFindingHasASentenceWithItsDetails(Finding.Kind kind) {
    Finding finding = new Finding(kind, List.of("first", "second", "third"));
    assertThat(FindingSentences.of(finding, EngineProfiles.builtIn()))
        .contains("first")
        .doesNotContain("$s");
  }
}
