package dev.breakeven.advice;

import dev.breakeven.reason.Reason;

/** Why an action is advised. */
public enum ActionReason implements Reason {
  API_COSTS_LESS("APICostsLess"),
  API_MODELS_NEEDED("APIModelsNeeded"),
  BURSTING_COSTS_LESS("BurstingCostsLess"),
  BURSTING_COSTS_LESS_NOW("BurstingCostsLessNow"),
  CAPACITY_NEEDED("CapacityNeeded"),
  SCALED_ALREADY("ScaledAlready"),
  HEADROOM_USED("HeadroomUsed"),
  LAST_REPLICA_DOES_NOT_PAY("LastReplicaDoesNotPay"),
  LOAD_FALLS("LoadFalls"),
  LOAD_RISES("LoadRises"),
  NEXT_REPLICA_PAYS("NextReplicaPays"),
  NOTHING_PAYS_NOW("NothingPaysNow"),
  NOTHING_TO_RUN("NothingToRun"),
  REPLICA_BOUNDS("ReplicaBounds"),
  RIGHT_SIZE("RightSize"),
  SELF_HOSTING_PAYS("SelfHostingPays"),
  UNDECIDED("Undecided");

  private final String label;

  ActionReason(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }
}
