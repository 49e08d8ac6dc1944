package dev.breakeven.advice;

import dev.breakeven.reason.Message;

/**
 * Which kind of workload this is, and the figures that say so.
 *
 * @param scenario the kind
 * @param message which rule applied, with the figures and the thresholds they met
 * @param peakToMean highest step's load ÷ mean load (spikiness)
 * @param steadinessPercent share of the load that lies below the load of nine steps of ten
 * @param dayToDayVariation standard deviation ÷ mean of the days' tokens
 */
public record ScenarioFinding(
    Scenario scenario,
    Message message,
    double peakToMean,
    double steadinessPercent,
    Estimate<Double> dayToDayVariation) {

  /** Kinds of workload. */
  public enum Scenario {
    LOW_OR_UNPREDICTABLE("LowOrUnpredictable"),
    EARLY_PRODUCT("EarlyProduct"),
    HIGH_AND_STEADY("HighAndSteady"),
    STRICT_DATA_CONTROL("StrictDataControl"),
    CUSTOM_MODEL("CustomModel"),
    /** None of the others: enough traffic, neither steady nor wild. */
    MIXED("Mixed");

    private final String label;

    Scenario(String label) {
      this.label = label;
    }

    /** As it stands in a status. */
    public String label() {
      return label;
    }
  }
}
