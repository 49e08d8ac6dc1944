package dev.breakeven.cluster;

/** Reads workloads as they stand. */
public interface WorkloadStates {

  /** The workload now; never throws, a workload that cannot be read says why. */
  WorkloadState of(WorkloadReference reference);

  /** Reads all of them anew, in case changes were missed. */
  default void renew() {}
}
