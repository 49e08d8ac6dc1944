package dev.breakeven.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The question: should this model's tokens run on our GPUs or on an API, and on how many GPUs? And,
 * in its status, the answer.
 */
@Group(CostPolicy.GROUP)
@Version(CostPolicy.VERSION)
@Plural("costpolicies")
@ShortNames("cpol")
@SchemaCustomizer(
    value = SchemaAddition.class,
    input =
        """
        {"description": "CostPolicy asks whether the tokens of one model belong on own GPUs or on \
        an API, and how many replicas to keep; its status answers, in money, all day long.",
         "required": ["spec"],
         "properties": {
           "spec": {"description":
             "What is asked: the model, what serves it, what it costs here and there."},
           "status": {"description":
             "The answer. Figures are decimals in the unit that their name ends in, amounts in \
        cost.currency; what is not known is left out, and a message says why."}}}
        """)
@AdditionalPrinterColumn(
    name = "Verdict",
    jsonPath = ".status.advice.verdict",
    getDescription = "SelfHost, Hybrid, API or Inconclusive.")
@AdditionalPrinterColumn(
    name = "Advice",
    jsonPath = ".status.advice.shortMessage",
    getDescription = "What to do with the replicas.")
@AdditionalPrinterColumn(
    name = "Saving/Mo",
    jsonPath = ".status.advice.monthlySaving",
    getDescription = "What following the advice saves a month.")
@AdditionalPrinterColumn(
    name = "Util%",
    jsonPath = ".status.observed.utilizationPercent",
    getDescription = "Served load of the replicas held over the window, percent.")
@AdditionalPrinterColumn(
    name = "Breakeven%",
    jsonPath = ".status.breakeven.utilizationPercent",
    getDescription = "Utilisation from which on own GPUs cost no more than the API, percent.")
@AdditionalPrinterColumn(
    name = "Ours/M",
    jsonPath = ".status.cost.windowPerMillion",
    getDescription = "What 1,000,000 tokens of the window cost with what runs now.")
@AdditionalPrinterColumn(
    name = "API/M",
    jsonPath = ".status.cost.windowApiPerMillion",
    getDescription = "What the API would charge for them, per 1,000,000.")
@AdditionalPrinterColumn(
    name = "As-Of",
    jsonPath = ".status.observed.to",
    type = AdditionalPrinterColumn.Type.DATE,
    getDescription = "How old the newest traffic is that the answer is from.")
@AdditionalPrinterColumn(
    name = "Model",
    jsonPath = ".spec.model",
    priority = 1,
    getDescription = "The model asked about.")
@AdditionalPrinterColumn(
    name = "Currency",
    jsonPath = ".spec.currency",
    priority = 1,
    getDescription = "Currency of every amount.")
@AdditionalPrinterColumn(
    name = "Confidence",
    jsonPath = ".status.advice.confidence",
    priority = 1,
    getDescription = "How far the verdict can be relied on.")
@AdditionalPrinterColumn(
    name = "Scenario",
    jsonPath = ".status.scenario.kind",
    priority = 1,
    getDescription = "Which kind of workload this is.")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    priority = 1,
    getDescription = "Whether the answer is up to date.")
@AdditionalPrinterColumn(
    name = "Conclusive",
    jsonPath = ".status.conditions[?(@.type==\"Conclusive\")].status",
    priority = 1,
    getDescription = "Whether there is a verdict.")
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Conclusive\")].reason",
    priority = 1,
    getDescription = "Why there is, or is not.")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    priority = 1,
    type = AdditionalPrinterColumn.Type.DATE,
    getDescription = "Since when the policy exists.")
public class CostPolicy extends CustomResource<CostPolicySpec, CostPolicyStatus>
    implements Namespaced {

  /** API group of every resource here. */
  public static final String GROUP = "breakeven.dev";

  /** Version of every resource here. */
  public static final String VERSION = "v1alpha1";

  /** Under which name the API server records what the operator wrote. */
  public static final String FIELD_MANAGER = "breakeven";

  private transient Set<String> othersStatusFields = Set.of();

  /**
   * Its metadata, but for who last wrote which field: of no interest here, and more than half of
   * what a policy weighs in an operator that holds thousands.
   */
  @Override
  public void setMetadata(ObjectMeta metadata) {
    othersStatusFields = StatusOwnership.ofOthers(metadata.getManagedFields());
    metadata.setManagedFields(List.of());
    super.setMetadata(metadata);
  }

  /**
   * Which top-level fields of the status somebody else wrote after the operator last did, as the
   * API server recorded it when this policy was read; empty where nobody did.
   */
  @JsonIgnore
  public Set<String> othersStatusFields() {
    return othersStatusFields;
  }

  @Override
  protected @Nullable CostPolicySpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable CostPolicyStatus initStatus() {
    return null;
  }
}
