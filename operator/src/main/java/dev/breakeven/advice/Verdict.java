package dev.breakeven.advice;

/** Own GPUs or API, by the allocated cost of the window. */
public enum Verdict {
  /** Serve on own GPUs; less than 1 % of the tokens burst. */
  SELF_HOST("SelfHost"),
  /** Own GPUs for the baseline, an API for what is above it. */
  HYBRID("Hybrid"),
  /** Send everything to the API. */
  API("API"),
  /** Not enough is known to say; the reason says what is missing. */
  INCONCLUSIVE("Inconclusive");

  private final String label;

  Verdict(String label) {
    this.label = label;
  }

  /** As it stands in a status. */
  public String label() {
    return label;
  }
}
