package dev.breakeven.advice;

/** Who changes the number of replicas. */
public enum Scaling {
  /** A person, at each review; the number stays until the next. */
  MANUAL("Manual"),
  /** KEDA, an HPA or another controller, at each step. */
  AUTOMATIC("Automatic");

  private final String label;

  Scaling(String label) {
    this.label = label;
  }

  /** As it stands in a policy. */
  public String label() {
    return label;
  }
}
