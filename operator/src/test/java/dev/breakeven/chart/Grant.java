package dev.breakeven.chart;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One thing that a role lets its holder do.
 *
 * @param namespace where; {@link #EVERYWHERE} for all of the cluster
 * @param name of the one object; empty for every one
 */
record Grant(String namespace, String verb, String group, String resource, String name) {

  static final String EVERYWHERE = "*";

  /** Everything that roles bound to this service account let it do. */
  static Set<Grant> of(KubernetesClient client, String namespace, String serviceAccount) {
    Set<Grant> grants = new LinkedHashSet<>();
    client.rbac().roleBindings().inAnyNamespace().list().getItems().stream()
        .filter(binding -> names(binding.getSubjects(), namespace, serviceAccount))
        .forEach(
            binding -> {
              String within = binding.getMetadata().getNamespace();
              client
                  .rbac()
                  .roles()
                  .inNamespace(within)
                  .withName(binding.getRoleRef().getName())
                  .get()
                  .getRules()
                  .forEach(rule -> grants.addAll(of(rule, within)));
            });
    client.rbac().clusterRoleBindings().list().getItems().stream()
        .filter(binding -> names(binding.getSubjects(), namespace, serviceAccount))
        .forEach(
            binding ->
                client
                    .rbac()
                    .clusterRoles()
                    .withName(binding.getRoleRef().getName())
                    .get()
                    .getRules()
                    .forEach(rule -> grants.addAll(of(rule, EVERYWHERE))));
    return grants;
  }

  private static boolean names(List<Subject> subjects, String namespace, String serviceAccount) {
    return subjects != null
        && subjects.stream()
            .anyMatch(
                s ->
                    "ServiceAccount".equals(s.getKind())
                        && namespace.equals(s.getNamespace())
                        && serviceAccount.equals(s.getName()));
  }

  private static List<Grant> of(PolicyRule rule, String within) {
    List<Grant> grants = new ArrayList<>();
    List<String> names = rule.getResourceNames().isEmpty() ? List.of("") : rule.getResourceNames();
    for (String group : rule.getApiGroups()) {
      for (String resource : rule.getResources()) {
        for (String verb : rule.getVerbs()) {
          names.forEach(name -> grants.add(new Grant(within, verb, group, resource, name)));
        }
      }
    }
    return grants;
  }

  /** Whether it lets this request through. */
  boolean allows(ApiCall call) {
    return verb.equals(call.verb())
        && group.equals(call.group())
        && resource.equals(call.resource())
        && (namespace.equals(EVERYWHERE) || namespace.equals(call.namespace()))
        && (name.isEmpty() || name.equals(call.name()));
  }
}
