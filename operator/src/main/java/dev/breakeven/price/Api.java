package dev.breakeven.price;

import dev.breakeven.reason.Message;

/** The API that could serve the same tokens, or why there is none. */
public sealed interface Api {

  /** This offer. */
  record Offered(Offer offer) implements Api {}

  /**
   * No offer can be had.
   *
   * @param why the reason
   * @param message what to say of it, with the names a person needs
   */
  record NoOffer(Why why, Message message) implements Api {}

  /** Why there is no offer. */
  enum Why {
    /** The policy names none and the rate card has none for the model. */
    NOT_ON_CARD,
    /** The policy names an offer that is no longer on the card. */
    GONE_FROM_CARD,
    /** The rate card does not exist or this namespace may not use it; both read the same. */
    CARD_UNAVAILABLE,
    /** The offer has no input or no output price. */
    PRICE_MISSING,
    /** The offer is in a currency that is not the policy's. */
    CURRENCY_MISMATCH
  }
}
