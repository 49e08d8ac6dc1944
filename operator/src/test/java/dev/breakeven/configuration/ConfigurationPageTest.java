package dev.breakeven.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.breakeven.testing.GeneratedFile;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(GeneratedFile.TAG)
class ConfigurationPageTest {

  private static final String HEAD =
      """
      <!-- Generated from dev.breakeven.configuration: do not edit. -->
      # The operator's configuration

      One YAML file, given with `--config FILE`. The chart writes it from its values. Every option except a source's URL has a
      default. Durations are a number with the unit `s`, `m`, `h` or `d`. If an option is wrong, the operator does not start; it
      prints one line that names the file and the option.

      """;

  @Test
  void theCommittedPageIsWhatTheCodeReads() {
    GeneratedFile.at("helm/breakeven/CONFIGURATION.md")
        .mustHold(
            HEAD
                + section("Options", new OperatorConfiguration())
                + section("`sources.NAME`", new PrometheusServer())
                + section("`engines[]`", new EngineNames())
                + section("`leaderElection`", new LeaderElection())
                + section("`workloadKinds[]`", new WorkloadKind("", "")));
  }

  @Test
  void everyOptionIsDescribed() {
    assertThat(
            Stream.of(
                    OperatorConfiguration.class,
                    PrometheusServer.class,
                    EngineNames.class,
                    LeaderElection.class)
                .flatMap(c -> Stream.of(c.getDeclaredFields()))
                .filter(f -> f.isAnnotationPresent(JsonProperty.class)))
        .isNotEmpty()
        .allMatch(f -> f.isAnnotationPresent(JsonPropertyDescription.class));
  }

  private static String section(String title, Object defaults) {
    return Stream.of(defaults.getClass().getDeclaredFields())
        .filter(ConfigurationPageTest::isOption)
        .map(field -> row(field, defaults))
        .collect(
            Collectors.joining(
                "\n",
                "## %s\n\n| option | default | what it does |\n|---|---|---|\n".formatted(title),
                "\n\n"));
  }

  private static boolean isOption(AnnotatedElement field) {
    return field.isAnnotationPresent(JsonPropertyDescription.class);
  }

  private static String row(Field field, Object defaults) {
    boolean required = field.getAnnotation(JsonProperty.class).required();
    String text = field.getAnnotation(JsonPropertyDescription.class).value();
    return "| `%s` | %s | %s |"
        .formatted(field.getName(), required ? "required" : shown(valueOf(field, defaults)), text);
  }

  private static Object valueOf(Field field, Object of) {
    try {
      field.setAccessible(true);
      return Objects.requireNonNull(field.get(of));
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static String shown(Object value) {
    if (value instanceof Duration duration) {
      return "`" + shown(duration) + "`";
    }
    if (value instanceof LeaderElection) {
      return "see below";
    }
    if (value instanceof Map<?, ?> map) {
      return map.isEmpty()
          ? "none"
          : map.entrySet().stream()
              .map(e -> "`" + e.getKey() + ": " + e.getValue() + "`")
              .collect(Collectors.joining(", "));
    }
    if (value instanceof Collection<?> list) {
      return list.isEmpty()
          ? "none"
          : list.stream().map(ConfigurationPageTest::item).collect(Collectors.joining(", "));
    }
    if (value instanceof ListenAddress address) {
      return "`" + address.host() + ":" + address.port() + "`";
    }
    return value.toString().isEmpty() ? "empty" : "`" + value + "`";
  }

  private static String item(Object item) {
    return item instanceof WorkloadKind kind
        ? "`" + kind.apiVersion() + " " + kind.kind() + "`"
        : "`" + item + "`";
  }

  private static String shown(Duration duration) {
    if (duration.toSeconds() % 86_400 == 0) {
      return duration.toDays() + "d";
    }
    return duration.toSeconds() % 3_600 == 0
        ? duration.toHours() + "h"
        : duration.toSeconds() % 60 == 0 ? duration.toMinutes() + "m" : duration.toSeconds() + "s";
  }
}
