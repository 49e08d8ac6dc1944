package dev.breakeven.terms;

import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.RateCard;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.Optional;

/** The rate card that a policy names, as far as this policy may use it. */
sealed interface RateCardLookup {

  /** It may be used. */
  record Usable(RateCardSpec spec) implements RateCardLookup {}

  /** There is none for this policy, and why. */
  record Unusable(Reason reason, Message message) implements RateCardLookup {}

  /** In {@code allowedNamespaces}: every one. */
  String ANY_NAMESPACE = "*";

  static RateCardLookup of(CostPolicy policy, Optional<RateCard> given) {
    CostPolicySpec spec = policy.getSpec();
    // Forbidden and absent give the same message, so that it does not reveal which cards exist.
    Optional<RateCard> allowed =
        given.filter(
            c ->
                c.getSpec().allowedNamespaces().contains(ANY_NAMESPACE)
                    || c.getSpec()
                        .allowedNamespaces()
                        .contains(policy.getMetadata().getNamespace()));
    if (allowed.isEmpty()) {
      return new Unusable(
          Reason.RATE_CARD_UNAVAILABLE,
          Message.of(Cause.CARD_NOT_AVAILABLE, name(spec.rateCard())));
    }
    RateCardSpec cardSpec = allowed.get().getSpec();
    if (!cardSpec.currency().equals(spec.currency())) {
      return new Unusable(
          Reason.CURRENCY_MISMATCH,
          Message.of(
              Cause.CARD_CURRENCY_DIFFERS,
              name(spec.rateCard()),
              name(cardSpec.currency()),
              name(spec.currency())));
    }
    return new Usable(cardSpec);
  }
}
