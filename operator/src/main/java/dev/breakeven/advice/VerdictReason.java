package dev.breakeven.advice;

import dev.breakeven.reason.Reason;

/** Why a verdict is what it is, where no issue says so. */
public enum VerdictReason implements Reason {
  API_MODELS_NEEDED("APIModelsNeeded"),
  API_TOO_SLOW("APITooSlow"),
  CHEAPER_AS_IT_RUNS("CheaperAsItRuns"),
  SCALED_ALREADY("ScaledAlready"),
  CHEAPEST("Cheapest"),
  CONSTRAINTS_CONTRADICT("ConstraintsContradict"),
  CUSTOM_WEIGHTS("CustomWeights"),
  DATA_MUST_STAY("DataMustStay"),
  NOTHING_SERVES_EVERYTHING("NothingServesEverything"),
  NOTHING_TO_REVIEW("NothingToReview"),
  PEAK_MUST_BE_SERVED("PeakMustBeServed"),
  REPLICA_BOUNDS("ReplicaBounds"),
  REDUNDANT_REPLICAS("RedundantReplicas"),
  REVIEW_NOT_DUE("ReviewNotDue"),
  SAVING_TOO_SMALL("SavingTooSmall"),
  TOO_EARLY_TO_START("TooEarlyToStart");

  private final String label;

  VerdictReason(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }
}
