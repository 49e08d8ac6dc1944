package dev.breakeven.prometheus;

/** Lengths that 95 % of the last day's requests stayed below. */
public sealed interface LengthTails {

  /**
   * From the engine's histograms.
   *
   * @param p95InputTokens prompt length, tokens
   * @param p95OutputTokens generated length, tokens
   */
  record Measured(double p95InputTokens, double p95OutputTokens) implements LengthTails {}

  /** No histogram of both. */
  record Unmeasured() implements LengthTails {}
}
