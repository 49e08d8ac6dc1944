package dev.breakeven.advice;

/**
 * What cost cannot decide.
 *
 * @param dataMustStay prompts may not leave: no API, no burst
 * @param customWeights weights that no API offers: no API, no burst
 * @param apiTooSlow no API meets the latency this traffic needs: no API, no burst
 * @param apiModelsNeeded the product needs models that only an API has: no self-hosting
 * @param stage how far the product is
 */
public record Constraints(
    boolean dataMustStay,
    boolean customWeights,
    boolean apiTooSlow,
    boolean apiModelsNeeded,
    Stage stage) {

  /** No constraint: an established product for which cost alone decides. */
  public static final Constraints NONE =
      new Constraints(false, false, false, false, Stage.ESTABLISHED);

  /** Whether tokens may go to an API at all. */
  public boolean allowApi() {
    return !dataMustStay && !customWeights && !apiTooSlow;
  }

  /** How far the product is. */
  public enum Stage {
    /** Trying out; traffic says little about next month. */
    PROTOTYPE("Prototype"),
    /** Users, and a product that still changes its shape. */
    EARLY("Early"),
    /** Traffic is what it will be. */
    ESTABLISHED("Established");

    private final String label;

    Stage(String label) {
      this.label = label;
    }

    /** As it stands in a policy. */
    public String label() {
      return label;
    }
  }
}
