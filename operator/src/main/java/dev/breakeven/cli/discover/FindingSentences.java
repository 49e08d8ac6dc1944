package dev.breakeven.cli.discover;

import dev.breakeven.discovery.Finding;
import dev.breakeven.prometheus.EngineSurvey;
import dev.breakeven.prometheus.query.EngineProfiles;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/** Findings in words; those of {@code findings.properties}, by their kind. */
final class FindingSentences {

  private static final String FILE = "findings.properties";
  private static final Properties BY_KIND = read();

  private FindingSentences() {}

  static String of(Finding finding, EngineProfiles engines) {
    List<String> said = new ArrayList<>(finding.details());
    if (finding.kind() == Finding.Kind.NO_SERIES) {
      String engine = said.get(0);
      said.add(
          engines.has(engine)
              ? String.join(", ", EngineSurvey.metricsOf(engines.named(engine)))
              : engine);
    }
    return sentence(finding.kind(), said);
  }

  static String notTrusted(String source, String jobs) {
    return sentence(Finding.Kind.JOBS_NOT_TRUSTED, List.of(source, jobs));
  }

  private static String sentence(Finding.Kind kind, List<String> said) {
    return Objects.requireNonNull(BY_KIND.getProperty(kind.name()), kind.name())
        .formatted(said.toArray());
  }

  private static Properties read() {
    Properties sentences = new Properties();
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(FindingSentences.class.getResourceAsStream(FILE), FILE),
            StandardCharsets.UTF_8)) {
      sentences.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sentences;
  }
}
