package dev.breakeven.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationFileTest {

  @Test
  void anEmptyFileIsAWorkingConfiguration() {
    OperatorConfiguration configuration = ConfigurationFile.parse("c.yaml", "# nothing\n\n");

    assertThat(configuration.cycle()).isEqualTo(Duration.ofMinutes(1));
    assertThat(configuration.history()).isEqualTo(Duration.ofDays(28));
    assertThat(configuration.listen()).hasToString("127.0.0.1:8080");
    assertThat(configuration.workloadKinds())
        .extracting(WorkloadKind::kind)
        .containsExactly("Deployment", "StatefulSet");
  }

  @Test
  void everyOptionOfASourceIsRead() {
    OperatorConfiguration configuration =
        ConfigurationFile.parse(
            "c.yaml",
            """
            cycle: 30s
            logFormat: json
            leaderElection: {enabled: true, leaseDuration: 15s}
            sources:
              eu:
                url: https://mimir:8080/prometheus
                bearerTokenFile: /var/run/token
                headers: {X-Scope-OrgID: team-a}
                matchers: {cluster: eu-1}
                timeout: 5s
                allowedNamespaces: [inference]
                opencostCurrencyCode: EUR
                opencostMatchers: {job: kubecost}
                opencostPrice: node
            """);

    PrometheusServer eu = configuration.sources().get("eu");
    assertThat(eu).isNotNull();
    assertThat(eu.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(eu.matchers()).containsEntry("cluster", "eu-1");
    assertThat(eu.headers()).containsEntry("X-Scope-OrgID", "team-a");
    assertThat(eu.allowedNamespaces()).containsExactly("inference");
    assertThat(eu.opencostCurrencyCode()).isEqualTo("EUR");
    assertThat(eu.opencostMatchers()).containsExactly(Map.entry("job", "kubecost"));
    assertThat(eu.opencostPrice()).isEqualTo(PrometheusServer.OpencostPrice.node);
    assertThat(configuration.leaderElection().enabled()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cicle: 60s | c.yaml:1: cicle: no such option; there are certificateFile, cycle,",
        "vm | c.yaml:1: not options by their names, such as \"cycle: 60s\"",
        "cycle: soon | c.yaml:1: cycle: \"soon\" is not a duration such as 90s, 10m, 1h or 7d",
        "cycle: 2d | c.yaml: cycle: 172800 s is not between 1 s and 3600 s",
        "certificateFile: a.crt | certificateFile and keyFile: one is of no use without the other",
        "tokenReview: true | tokenReview requires certificateFile and keyFile: without TLS",
        "metricsPolicies: -1 | metricsPolicies: -1 is not between 0 and 100000",
        "listen: here | \"here\" is not HOST:PORT",
        "sources: {a: {url: 'ftp://x'}} | sources.a.url: \"ftp://x\" does not start with http",
        "sources: {a: {url: 'http://u:p@x'}} | a URL carries no credentials",
        "sources: {A_1: {url: 'http://x'}} | \"A_1\" is not a name of lower-case letters",
        "sources: {a: {url: 'http://x', username: u}} | username and passwordFile go together",
        "'sources: {a: {url: ''http://x'', token: t}}' | sources.a.token: no such option",
        "sources: {a: {url: 'http://x', opencostCurrencyCode: dollars}}"
            + " | sources.a.opencostCurrencyCode: \"dollars\" is no currency of ISO 4217 such as USD",
        "sources: {a: {url: 'http://x', opencostCurrencyCode: USD, opencostMatchers: {}}} |"
            + " sources.a.opencostMatchers: without a label anybody's metric could price every GPU",
        "sources: {a: {url: 'http://x', opencostCurrencyCode: USD, opencostMatchers: {job: ''}}}"
            + " | sources.a.opencostMatchers: without a label",
        "sources: {a: {url: 'http://x', opencostPrice: pod}} | sources.a.opencostPrice: Cannot"
            + " deserialize",
        "'cycle: 1s\ncycle: 2s' | Duplicate",
      })
  void whatIsWrongIsNamedInOneLine(String yaml, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfigurationFile.parse("c.yaml", yaml))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfigurationFile.read(Path.of("/nowhere/c.yaml")))
        .withMessage("/nowhere/c.yaml: no such file");
  }
}
