package dev.breakeven.prometheus.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EngineProfilesTest {

  private static final Path VLLM = Path.of("src/test/resources/captures/vllm-0.19.1.metrics.txt");
  private static final Pattern METRIC_NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  private final EngineProfiles profiles = EngineProfiles.builtIn();

  @Test
  void thereIsAProfileForEachEngine() {
    assertThat(profiles.names())
        .containsExactly(
            "vllm",
            "sglang",
            "tgi",
            "trtllm",
            "triton-trtllm",
            "nim",
            "llamacpp",
            "lmdeploy",
            "dynamo");
    assertThatThrownBy(() -> profiles.named("ollama"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ollama");
  }

  @Test
  void everyProfileKnowsInputAndOutputAndNamesItsTraps() {
    for (EngineProfile profile : profiles.all()) {
      assertThat(profile.input()).as(profile.name()).isNotEmpty();
      assertThat(profile.output()).as(profile.name()).isNotEmpty();
      assertThat(profile.traps()).as(profile.name()).isNotEmpty();
      assertThat(profile.inputLengths()).hasSameSizeAs(profile.outputLengths());
    }
  }

  @Test
  void everyMetricCanBeOneAndIsReadByItsKind() {
    for (EngineProfile profile : profiles.all()) {
      Stream.of(profile.input(), profile.cached(), profile.output(), profile.requests())
          .flatMap(List::stream)
          .forEach(metric -> assertThat(metric.kind()).isEqualTo(EngineProfile.Kind.counter));
      assertThat(profile.waiting())
          .allSatisfy(m -> assertThat(m.kind()).isEqualTo(EngineProfile.Kind.gauge));
      Stream.of(QueryCatalog.values())
          .flatMap(query -> profile.metricsFor(query).stream())
          .forEach(metric -> assertThat(metric.metric()).matches(METRIC_NAME));
    }
  }

  @Test
  void vllmShowsEveryMetricThatItsProfileNamesFirstWithTheLabelsItFolds() throws IOException {
    String page = Files.readString(VLLM);
    EngineProfile vllm = profiles.named("vllm");
    for (QueryCatalog query : QueryCatalog.values()) {
      vllm.metricsFor(query).stream()
          .findFirst()
          .ifPresent(
              metric -> {
                String name =
                    metric.metric()
                        + (metric.kind() == EngineProfile.Kind.histogram ? "_bucket" : "");
                Set<String> labels = labelsOf(page, name);
                assertThat(labels).as(name).contains(vllm.modelLabel());
                assertThat(labels).as(name).containsAll(metric.fold());
              });
    }
  }

  private static Set<String> labelsOf(String page, String metric) {
    Set<String> labels = new TreeSet<>();
    Matcher series =
        Pattern.compile("^" + Pattern.quote(metric) + "\\{(.*)} ", Pattern.MULTILINE).matcher(page);
    while (series.find()) {
      Matcher label = Pattern.compile("(\\w+)=\"").matcher(series.group(1));
      while (label.find()) {
        labels.add(label.group(1));
      }
    }
    return labels;
  }
}
