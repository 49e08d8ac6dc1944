package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a policy in namespace a may learn. */
class VisibilityTest {

  private static final Transport NOBODY =
      request ->
          new Reply.Failed(SourceFailure.of(SourceFailure.Reason.UNREACHABLE, "nobody there"));
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
    assertThat(Visibility.mayLearn(A, all, "a", "llama")).isTrue();
    assertThat(Visibility.mayLearn(A, all, "a", "")).isTrue(); // the engine names no model
    assertThat(Visibility.mayLearn(A, all, "b", "llama")).isFalse();
    assertThat(Visibility.mayLearn(A, all, "a", "mistral")).isFalse();
    assertThat(Visibility.mayLearn(A, all, "", "llama")).isFalse();
    assertThat(Visibility.mayLearn(A, Source.of("eu", NOBODY), "a", "llama")).isFalse();
  }

  @Test
  void nothingFromASourceThatItsNamespaceMayNotUse() {
    Source.Gateway none = new Source.Gateway.None();
    assertThat(Visibility.mayLearn(A, source(Set.of("b"), none), "a", "llama")).isFalse();
    assertThat(Visibility.mayLearn(A, source(Set.of("a", "b"), none), "a", "llama")).isTrue();
  }

  @Test
  void fromAGatewayItsOwnNamespacesTokensUnlessTheGatewayIsSharedWithIt() {
    List<String> model = List.of("", "llama-api");
    assertThat(Visibility.mayLearnFromGateway(A, gateway(), "a", model)).isTrue();
    assertThat(Visibility.mayLearnFromGateway(A, gateway(), "gateways", model)).isFalse();
    assertThat(Visibility.mayLearnFromGateway(A, gateway("b"), "gateways", model)).isFalse();
    assertThat(Visibility.mayLearnFromGateway(A, gateway("a"), "gateways", model)).isTrue();
    assertThat(Visibility.mayLearnFromGateway(A, gateway("*"), "", model)).isTrue();
    assertThat(Visibility.mayLearnFromGateway(A, gateway("*"), "a", List.of("llama", "")))
        .isFalse();
    assertThat(Visibility.mayLearnFromGateway(A, Source.of("default", NOBODY), "a", model))
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
    assertThat(Visibility.namespaceOf(labels, List.of("dcgm-exporter"))).isEqualTo("a");
    assertThat(Visibility.podOf(labels, List.of("dcgm-exporter"))).isEqualTo("chat-0");
    assertThat(Visibility.namespaceOf(labels, List.of("other"))).isEmpty();
    assertThat(Visibility.podOf(labels, List.of("other"))).isEmpty();
  }

  @Test
  void aNamespaceThatPrometheusSetIsBelievedFromAnyJob() {
    Map<String, String> labels = Map.of("job", "any", "namespace", "a", "pod", "chat-0");
    assertThat(Visibility.namespaceOf(labels, List.of())).isEqualTo("a");
    assertThat(Visibility.podOf(labels, List.of())).isEqualTo("chat-0");
  }
}
