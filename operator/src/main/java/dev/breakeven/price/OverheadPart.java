package dev.breakeven.price;

/**
 * A monthly cost of serving models oneself that is neither a GPU nor a token: engineering, on-call,
 * model updates. Paid for the whole month once anything is self-hosted.
 *
 * @param name as the policy calls it
 * @param perMonth money per month of 730 h
 */
public record OverheadPart(String name, Money perMonth) {}
