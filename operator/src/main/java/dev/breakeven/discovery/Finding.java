package dev.breakeven.discovery;

import java.util.List;

/**
 * Something a reader of a discovered policy must know.
 *
 * @param kind what it is
 * @param details names that its sentence needs, in the sentence's order
 */
public record Finding(Kind kind, List<String> details) {

  public Finding {
    details = List.copyOf(details);
  }

  static Finding of(Kind kind, String... details) {
    return new Finding(kind, List.of(details));
  }

  /** Kinds of finding. */
  public enum Kind {
    /** No series of the engine: engine, source. */
    NO_SERIES,
    /** The model's name is the engine's own word for it: name. */
    MODEL_NAME_IS_LOCAL,
    /** Nothing names the model: workload. */
    MODEL_UNKNOWN,
    /** The workload serves another model too, for which no policy is written: workload, model. */
    OTHER_MODEL,
    /** One container's GPUs are another model's: container, GPUs. */
    OTHER_CONTAINER,
    /** Made by a controller, which may make it anew under another name: kind, name. */
    MADE_BY,
    /** No node is known that a pod was on: workload. */
    NODE_UNKNOWN,
    /** Nodes without a label that names the GPU: workload, nodes. */
    PRODUCT_UNKNOWN,
    /** Nodes with different GPUs: workload, products. */
    PRODUCTS_DIFFER,
    /** How the GPUs are paid for is on no label: workload, product. */
    PURCHASE_UNKNOWN,
    /** The only price on the card is for this purchase: product, purchase, card. */
    PURCHASE_FROM_CARD,
    /** No price for this GPU on the card: product, purchase, card. */
    GPU_PRICE_MISSING,
    /** No offer for the model on the card: model, card. */
    OFFER_MISSING,
    /** The operator does not watch this kind: API version, kind. */
    KIND_NOT_WATCHED,
    /** The source is not told that it holds a gateway's counters: source, gateway. */
    GATEWAY_NOT_CONFIGURED,
    /** The gateway's counters are not shared with the namespace: source, namespace. */
    GATEWAY_NOT_SHARED,
    /** Only a gateway serves it, so nothing says which GPU would: model. */
    GPU_TO_BE_CHOSEN,
    /** There part of the time only: percent of the week. */
    PART_OF_THE_TIME,
    /** Labels of these jobs are not trusted, for there is no {@code up} of them: source, jobs. */
    JOBS_NOT_TRUSTED,
    /** A policy answers for the workload: workload, policy. */
    HAS_POLICY,
    /** Series whose pod belongs to no workload that is there: pod, model. */
    POD_WITHOUT_WORKLOAD
  }
}
