package dev.breakeven.advice;

import dev.breakeven.capacity.ServingConditions;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Api;
import java.util.Currency;

/**
 * What a policy and its prices say.
 *
 * @param model the model that is served
 * @param currency of every amount
 * @param planning window, hold, lead and what a change of verdict needs
 * @param selfHost what own GPUs cost and allow
 * @param api the offer, or why there is none
 * @param constraints what cost cannot decide
 * @param capacity what the policy says one replica sustains
 * @param serving what is published for the model and its GPUs, and within which limits they serve
 */
public record Terms(
    String model,
    Currency currency,
    Planning planning,
    SelfHostTerms selfHost,
    Api api,
    Constraints constraints,
    StatedCapacity capacity,
    ServingConditions serving) {

  /** A copy with other terms of own GPUs. */
  public Terms with(SelfHostTerms other) {
    return new Terms(model, currency, planning, other, api, constraints, capacity, serving);
  }
}
