package dev.breakeven.prometheus.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.client.HttpResult;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.client.Transport;
import dev.breakeven.prometheus.query.GatewayProfiles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a policy in namespace a may learn. */
class TenantFilterTest {

  private static final Transport NOBODY =
      request ->
          new HttpResult.Failed(SourceFailure.of(SourceFailure.Reason.UNREACHABLE, "nobody there"));
  private static final Target A =
      new Target(
          "default",
          "vllm",
          "a",
          Set.of(new WorkloadRef("Deployment", "chat")),
          "llama",
          "llama-api",
          Duration.ofDays(7));

  private static Source source(Set<String> allowed, Source.Gateway gateway) {
    return new Source(
        "default",
        NOBODY,
        Map.of(),
        allowed,
        Source.Trust.DEFAULT,
        gateway,
        new Source.OpenCost.None());
  }

  private static Source gateway(String... sharedWith) {
    return source(
        Set.of(),
        new Source.Gateway.Configured(
            GatewayProfiles.builtIn().named("litellm"), Map.of(), Set.of(sharedWith)));
  }

  @Test
  void itsOwnNamespaceAndModelAndNothingElse() {
    Source all = Source.of("default", NOBODY);
    assertThat(TenantFilter.mayLearn(A, all, "a", "llama")).isTrue();
    assertThat(TenantFilter.mayLearn(A, all, "a", "")).isTrue(); // the engine names no model
    assertThat(TenantFilter.mayLearn(A, all, "b", "llama")).isFalse();
    assertThat(TenantFilter.mayLearn(A, all, "a", "mistral")).isFalse();
    assertThat(TenantFilter.mayLearn(A, all, "", "llama")).isFalse();
    assertThat(TenantFilter.mayLearn(A, Source.of("eu", NOBODY), "a", "llama")).isFalse();
  }

  @Test
  void nothingFromASourceThatItsNamespaceMayNotUse() {
    Source.Gateway none = new Source.Gateway.None();
    assertThat(TenantFilter.mayLearn(A, source(Set.of("b"), none), "a", "llama")).isFalse();
    assertThat(TenantFilter.mayLearn(A, source(Set.of("a", "b"), none), "a", "llama")).isTrue();
  }

  @Test
  void fromAGatewayItsOwnNamespacesTokensUnlessTheGatewayIsSharedWithIt() {
    List<String> model = List.of("", "llama-api");
    assertThat(TenantFilter.mayLearnFromGateway(A, gateway(), "a", model)).isTrue();
    assertThat(TenantFilter.mayLearnFromGateway(A, gateway(), "gateways", model)).isFalse();
    assertThat(TenantFilter.mayLearnFromGateway(A, gateway("b"), "gateways", model)).isFalse();
    assertThat(TenantFilter.mayLearnFromGateway(A, gateway("a"), "gateways", model)).isTrue();
    assertThat(TenantFilter.mayLearnFromGateway(A, gateway("*"), "", model)).isTrue();
    assertThat(TenantFilter.mayLearnFromGateway(A, gateway("*"), "a", List.of("llama", "")))
        .isFalse();
    assertThat(TenantFilter.mayLearnFromGateway(A, Source.of("default", NOBODY), "a", model))
        .isFalse();
  }

  @Test
  void anExportedNamespaceIsBelievedOnlyFromATrustedJob() {
    Map<String, String> labels =
        Map.of(
            "job", "dcgm-exporter",
            "namespace", "gpu-operator",
            "pod", "dcgm-exporter-x",
            "exported_namespace", "a",
            "exported_pod", "chat-0");
    assertThat(TenantFilter.namespaceOf(labels, List.of("dcgm-exporter"))).isEqualTo("a");
    assertThat(TenantFilter.podOf(labels, List.of("dcgm-exporter"))).isEqualTo("chat-0");
    assertThat(TenantFilter.namespaceOf(labels, List.of("other"))).isEmpty();
    assertThat(TenantFilter.podOf(labels, List.of("other"))).isEmpty();
  }

  @Test
  void aNamespaceThatPrometheusSetIsBelievedFromAnyJob() {
    Map<String, String> labels = Map.of("job", "any", "namespace", "a", "pod", "chat-0");
    assertThat(TenantFilter.namespaceOf(labels, List.of())).isEqualTo("a");
    assertThat(TenantFilter.podOf(labels, List.of())).isEqualTo("chat-0");
  }
}
