package dev.breakeven.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.RateCard;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.Finished;
import dev.breakeven.testing.Repository;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The chart, packaged and installed into a real API server as a release of a namespace that admits
 * only restricted pods.
 */
class ChartInstallIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static final String RELEASE = "breakeven-it";
  private static final Chart CHART = new Chart();

  private String namespace = "";
  private Path packaged = CHART.directory();

  @BeforeEach
  void aNamespaceThatAdmitsRestrictedPodsOnly() {
    namespace = cluster.freshNamespace();
    cluster
        .client()
        .namespaces()
        .withName(namespace)
        .edit(
            ns -> {
              ns.getMetadata().getLabels().put("pod-security.kubernetes.io/enforce", "restricted");
              return ns;
            });
    Path directory = Repository.scratch("package");
    helm("package", CHART.directory().toString(), "--destination=" + directory).orFail();
    packaged = directory.resolve("breakeven-0.1.0.tgz");
    install().orFail();
  }

  @AfterEach
  void uninstall() {
    helm("uninstall", RELEASE, "--namespace=" + namespace, "--ignore-not-found");
  }

  @Test
  void itsPodsAreAdmittedWhereOnlyRestrictedPodsAre() {
    PodTemplateSpec template =
        cluster
            .client()
            .apps()
            .deployments()
            .inNamespace(namespace)
            .withName(RELEASE)
            .get()
            .getSpec()
            .getTemplate();
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withName("like-ours")
            .withNamespace(namespace)
            .endMetadata()
            .withSpec(template.getSpec())
            .build();

    assertThatCode(() -> cluster.client().resource(pod).dryRun().create())
        .doesNotThrowAnyException();

    pod.getSpec().getContainers().get(0).getSecurityContext().setAllowPrivilegeEscalation(true);
    assertThatThrownBy(() -> cluster.client().resource(pod).dryRun().create())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("violates PodSecurity \"restricted");
  }

  @Test
  void aRateCardInItsValuesIsThereAfterAnUpgrade() {
    helm(
            "upgrade",
            RELEASE,
            packaged.toString(),
            "--namespace=" + namespace,
            "--set=rateCard.create=true",
            "--set=rateCard.name=" + namespace,
            "--set=rateCard.spec.currency=EUR")
        .orFail();

    RateCard card = cluster.client().resources(RateCard.class).withName(namespace).get();
    assertThat(card.getSpec().currency()).isEqualTo("EUR");

    helm("uninstall", RELEASE, "--namespace=" + namespace).orFail();
    assertThat(cluster.client().resources(RateCard.class).withName(namespace).get()).isNull();
  }

  @Test
  void whenItIsUninstalledThePoliciesStay() {
    cluster
        .client()
        .load(
            new ByteArrayInputStream(
                """
                apiVersion: breakeven.dev/v1alpha1
                kind: CostPolicy
                metadata: {name: chat, namespace: %s}
                spec: {model: m}
                """
                    .formatted(namespace)
                    .getBytes(StandardCharsets.UTF_8)))
        .items()
        .forEach(
            policy ->
                cluster
                    .client()
                    .resource(policy)
                    .patch(
                        new PatchContext.Builder()
                            .withPatchType(PatchType.SERVER_SIDE_APPLY)
                            .withFieldManager("test")
                            .build()));

    helm("uninstall", RELEASE, "--namespace=" + namespace).orFail();

    assertThat(
            cluster
                .client()
                .resources(CostPolicy.class)
                .inNamespace(namespace)
                .withName("chat")
                .get())
        .isNotNull();
    assertThat(cluster.client().apps().deployments().inNamespace(namespace).list().getItems())
        .isEmpty();
  }

  @Test
  void itCanBeInstalledAgainOverWhatStayed() {
    helm("uninstall", RELEASE, "--namespace=" + namespace).orFail();

    assertThat(install().exitCode()).isZero();
  }

  @Test
  void whoeverMayViewANamespaceMayViewItsPoliciesAndNotItsRateCards() throws Exception {
    cluster.startControllers();
    cluster
        .client()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName("viewer")
                .withNamespace(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "view")
                .addNewSubject("rbac.authorization.k8s.io", "User", "ann", null)
                .build())
        .create();

    // The controller that aggregates roles takes a moment.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!mayAnn("list", "costpolicies") && System.nanoTime() < deadline) {
      Thread.sleep(200);
    }
    assertThat(mayAnn("list", "costpolicies")).isTrue();
    assertThat(mayAnn("update", "costpolicies")).isFalse();
    assertThat(mayAnn("list", "ratecards")).isFalse();
  }

  private boolean mayAnn(String verb, String resource) {
    return cluster
        .client()
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser("ann")
                .withResourceAttributes(
                    new ResourceAttributesBuilder()
                        .withNamespace(namespace)
                        .withGroup("breakeven.dev")
                        .withVerb(verb)
                        .withResource(resource)
                        .build())
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }

  /** Definitions that another test has applied before are taken over. */
  private Finished install() {
    return helm(
        "install",
        RELEASE,
        packaged.toString(),
        "--namespace=" + namespace,
        "--take-ownership",
        "--set=watchNamespaces={" + namespace + "}");
  }

  private static Finished helm(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    return CHART.helm(cluster.kubeconfig(), all.toArray(new String[0]));
  }
}
