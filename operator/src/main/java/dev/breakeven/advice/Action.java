package dev.breakeven.advice;

/** Scale or burst: the next thing to do with replicas. */
public enum Action {
  /** Nothing runs and nothing should. */
  NONE("None"),
  /** Keep what runs. */
  HOLD("Hold"),
  /** Add replicas to those that run. */
  SCALE_UP("ScaleUp"),
  /** Give up replicas, keep at least one. */
  SCALE_DOWN("ScaleDown"),
  /** Keep what runs and send the part above it to the API: another replica would cost more. */
  BURST("Burst"),
  /** Nothing runs; start. */
  START_SELF_HOSTING("StartSelfHosting"),
  /** Give up every replica. */
  STOP_SELF_HOSTING("StopSelfHosting");

  private final String label;

  Action(String label) {
    this.label = label;
  }

  /** As it stands in a status. */
  public String label() {
    return label;
  }
}
