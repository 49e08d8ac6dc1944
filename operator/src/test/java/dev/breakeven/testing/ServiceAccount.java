package dev.breakeven.testing;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * A service account, for a process or a client that may do no more than its roles say.
 *
 * @param namespace its namespace
 * @param name its name
 */
public record ServiceAccount(String namespace, String name) {

  private static final long A_DAY_SECONDS = 86_400;

  /** A token of it; it is made where it is not there. */
  public String token(KubernetesClient admin) {
    var account = admin.serviceAccounts().inNamespace(namespace).withName(name);
    if (account.get() == null) {
      admin
          .resource(
              new ServiceAccountBuilder()
                  .withNewMetadata()
                  .withNamespace(namespace)
                  .withName(name)
                  .endMetadata()
                  .build())
          .create();
    }
    return account
        .tokenRequest(
            new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(A_DAY_SECONDS)
                .endSpec()
                .build())
        .getStatus()
        .getToken();
  }

  /** Lets it do what the rule says, in the whole cluster, by a role and a binding of this name. */
  public void grant(String role, PolicyRule rule, KubernetesClient admin) {
    admin
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(role)
                .endMetadata()
                .withRules(rule)
                .build())
        .create();
    admin
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(role)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                .addNewSubject("", "ServiceAccount", name, namespace)
                .build())
        .create();
  }

  /**
   * A kubeconfig file that is this service account.
   *
   * @param adminKubeconfig says where the API server is
   */
  public Path kubeconfig(Path adminKubeconfig, KubernetesClient admin) {
    Config config = Config.fromKubeconfig(adminKubeconfig.toFile());
    try {
      Path directory = Repository.scratch("kubeconfig");
      Path authority = directory.resolve("ca.crt");
      Files.write(authority, authorityOf(config));
      Path file = directory.resolve("kubeconfig");
      Files.writeString(
          file,
          """
          apiVersion: v1
          kind: Config
          clusters:
          - name: tests
            cluster: {server: "%s", certificate-authority: "%s"}
          users:
          - name: account
            user: {token: "%s"}
          contexts:
          - name: tests
            context: {cluster: tests, user: account, namespace: "%s"}
          current-context: tests
          """
              .formatted(config.getMasterUrl(), authority, token(admin), namespace));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] authorityOf(Config config) throws IOException {
    return config.getCaCertData() != null
        ? Base64.getDecoder().decode(config.getCaCertData())
        : Files.readAllBytes(Path.of(config.getCaCertFile()));
  }
}
