package dev.breakeven.advice;

/** What request-length histograms show of long requests. */
public sealed interface LengthTail {
  /**
   * From histograms over the window.
   *
   * @param p95InputTokens prompt length that 95 % of requests stay below
   * @param p95OutputTokens generated length that 95 % of requests stay below
   */
  record Measured(double p95InputTokens, double p95OutputTokens) implements LengthTail {}

  /** No histogram. */
  record Unmeasured() implements LengthTail {}
}
