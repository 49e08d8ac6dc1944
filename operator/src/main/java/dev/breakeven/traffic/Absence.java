package dev.breakeven.traffic;

/** Why a figure is not there. An absent figure is never a zero and never a guess. */
public enum Absence {
  /** No series of that name for that model and workload. */
  NO_SERIES,
  /** The series exists, but nothing was scraped in this step. */
  GAP,
  /** The source answered NaN or an infinity. */
  NOT_A_NUMBER,
  /** The source could not be asked, or did not answer in time. */
  SOURCE_UNAVAILABLE,
  /** The source answered with a warning that part of its data was away. */
  PARTIAL_ANSWER,
  /** The engine profile has no metric for it, or no source for it is configured. */
  NOT_MEASURED
}
