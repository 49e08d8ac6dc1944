package dev.breakeven.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** What GPUs and APIs cost, shared by many policies and owned by whoever owns the money. */
@Group(CostPolicy.GROUP)
@Version(CostPolicy.VERSION)
@Plural("ratecards")
@ShortNames("rcard")
@SchemaCustomizer(
    value = SchemaAddition.class,
    input =
        """
        {"description": "RateCard lists what GPUs cost by product and purchase, and what APIs \
        charge by model, with the day and place each price was read.",
         "required": ["spec"],
         "properties": {"spec": {"description": "What GPUs and APIs cost."}}}
        """)
@AdditionalPrinterColumn(
    name = "Currency",
    jsonPath = ".spec.currency",
    getDescription = "Currency of every price on the card.")
@AdditionalPrinterColumn(
    name = "Namespaces",
    jsonPath = ".spec.allowedNamespaces",
    getDescription = "Namespaces whose policies may use the card; * is every one.")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE,
    getDescription = "Since when the card exists.")
public class RateCard extends CustomResource<RateCardSpec, Void> {

  @Override
  protected @Nullable RateCardSpec initSpec() {
    return null;
  }
}
