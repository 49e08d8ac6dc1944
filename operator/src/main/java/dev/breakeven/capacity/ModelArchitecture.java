package dev.breakeven.capacity;

/**
 * How a model spends its weights on a token, which decides how residence time grows with
 * concurrency: a larger batch of a mixture of experts wakes more experts, so it slows down early
 * and less and less; a dense model reads all its weights whatever the batch.
 */
public enum ModelArchitecture {
  DENSE,
  MIXTURE_OF_EXPERTS,
  /** Not known; both are thought possible. */
  UNKNOWN
}
