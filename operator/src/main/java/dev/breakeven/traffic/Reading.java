package dev.breakeven.traffic;

/** One figure of one step: measured, or absent for a reason. */
public sealed interface Reading {

  /** A figure that was measured; its unit is that of its {@link Series}. */
  record Measured(double value) implements Reading {}

  /** A figure that is not there. */
  record Absent(Absence reason) implements Reading {}
}
