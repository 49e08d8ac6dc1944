package dev.breakeven.operator.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.cluster.OutageLog;
import dev.breakeven.render.metrics.ScrapeAccess.Decision;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may read the metrics and the report, as a real API server decides it. */
class EndpointSecurityIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  @Test
  void whoMayGetTheUrlMayReadAndNobodyElse() {
    KubernetesClient admin = cluster.client();
    String namespace = cluster.freshNamespace();
    ServiceAccount scraper = new ServiceAccount(namespace, "prometheus");
    ServiceAccount tenant = new ServiceAccount(namespace, "tenant");
    String ofScraper = scraper.token(admin);
    String ofTenant = tenant.token(admin);
    String role = namespace + "-metrics-reader";
    scraper.grant(
        role,
        new PolicyRuleBuilder().withNonResourceURLs("/metrics").withVerbs("get").build(),
        admin);
    ReviewedAccess access =
        new ReviewedAccess(admin, new OutageLog(Clock.systemUTC()), Clock.systemUTC());

    assertThat(access.of(ofScraper)).isEqualTo(Decision.ALLOWED);
    assertThat(access.of(ofTenant)).isEqualTo(Decision.FORBIDDEN);
    assertThat(access.of("nobody's")).isEqualTo(Decision.UNAUTHENTICATED);
    assertThat(access.of("")).isEqualTo(Decision.UNAUTHENTICATED);
  }

  @Test
  void whoMayListTheCostPoliciesOfANamespaceReadsTheirReportAndNoOther() {
    KubernetesClient admin = cluster.client();
    String own = cluster.freshNamespace();
    String other = cluster.freshNamespace();
    String token = new ServiceAccount(own, "reader").token(admin);
    admin
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withNamespace(own)
                .withName("reader")
                .endMetadata()
                .addNewRule()
                .withApiGroups("breakeven.dev")
                .withResources("costpolicies")
                .withVerbs("list")
                .endRule()
                .build())
        .create();
    admin
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(own)
                .withName("reader")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", "reader")
                .addNewSubject("", "ServiceAccount", "reader", own)
                .build())
        .create();
    ReviewedAccess access =
        new ReviewedAccess(admin, new OutageLog(Clock.systemUTC()), Clock.systemUTC());

    assertThat(access.ofPolicies(token, own)).isEqualTo(Decision.ALLOWED);
    assertThat(access.ofPolicies(token, other)).isEqualTo(Decision.FORBIDDEN);
    assertThat(access.ofPolicies(token, "")).isEqualTo(Decision.FORBIDDEN);
    assertThat(access.ofPolicies("nobody's", own)).isEqualTo(Decision.UNAUTHENTICATED);
  }
}
