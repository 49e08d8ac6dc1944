package dev.breakeven.pricelist;

/** Why an entry of a price list, or a part of one, is not taken onto a rate card. */
public enum RefusalReason {
  /** It is no model that reads and writes text: images, speech, embeddings, reranking, search. */
  NOT_TEXT_GENERATION(Scope.ENTRY),
  /** It has no input price or no output price per token. */
  NO_PRICE(Scope.ENTRY),
  /** Its input or its output price is 0: free of charge for now, or not known. */
  PRICE_ZERO(Scope.ENTRY),
  /** A price is not a number of at least 0. */
  NOT_A_PRICE(Scope.ENTRY),
  /** A price is above what anybody charges; most likely it is not per token but per million. */
  ABOVE_BOUND(Scope.ENTRY),
  /** A price is below what anybody charges; most likely it is per token and not per million. */
  BELOW_BOUND(Scope.ENTRY),
  /** Input and output prices are too far apart. */
  OUT_OF_PROPORTION(Scope.ENTRY),
  /** A price is far from what the other providers of the same model charge. */
  OUTLIER(Scope.ENTRY),
  /** Cached input costs more than input. */
  CACHED_ABOVE_INPUT(Scope.ENTRY),
  /** Batch requests cost more than ordinary ones. */
  BATCH_ABOVE_ORDINARY(Scope.ENTRY),
  /** A request costs money beside its tokens, which an offer cannot say. */
  PRICE_PER_REQUEST(Scope.ENTRY),
  /** The provider has withdrawn the model. */
  WITHDRAWN(Scope.ENTRY),
  /** Its name is not one that a rate card can hold. */
  NAME_NOT_ALLOWED(Scope.ENTRY),
  /** An entry of the same name was taken before. */
  DUPLICATE(Scope.ENTRY),
  /** Taken without its cached price, which is 0: cached input then costs as input. */
  CACHED_PRICE_ZERO(Scope.PART),
  /** Taken without its cache-write price, which is below the input price. */
  CACHE_WRITE_BELOW_INPUT(Scope.PART),
  /** Taken with one output price; output that is reasoning has another. */
  REASONING_PRICE_DIFFERS(Scope.PART),
  /** Taken with the dearest prices for long prompts left out: a rate card holds four steps. */
  TOO_MANY_TIERS(Scope.PART),
  /** Taken at today's price, which ends on a day that is already known. */
  PRICE_CHANGES_LATER(Scope.PART);

  private enum Scope {
    ENTRY,
    PART
  }

  private final Scope scope;

  RefusalReason(Scope scope) {
    this.scope = scope;
  }

  /** Whether the entry is taken all the same, without the part that is refused. */
  public boolean isPart() {
    return scope == Scope.PART;
  }
}
