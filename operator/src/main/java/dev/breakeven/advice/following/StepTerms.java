package dev.breakeven.advice.following;

import dev.breakeven.advice.Planning;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.time.Duration;
import java.util.Arrays;

/**
 * Terms and times in steps.
 *
 * @param replicaPerStep money for one more replica in one step, beyond the reserved ones
 * @param overheadPerStep money for people in one step, once anything is held
 * @param holdSteps shortest time that an added replica is kept, at least 1
 * @param leadSteps from paying for a replica to its serving
 * @param windowSteps of the policy's window, at least 1
 * @param stepSeconds length of a step, seconds
 */
record StepTerms(
    double replicaPerStep,
    double overheadPerStep,
    int holdSteps,
    int leadSteps,
    int windowSteps,
    int stepSeconds) {

  static StepTerms of(ReplicaCostModel terms, Planning planning, int stepSeconds) {
    double stepHours = stepSeconds / 3600.0;
    return new StepTerms(
        terms.replicaHour() * stepHours,
        terms.overheadPerMonth() / ReplicaCostModel.HOURS_PER_MONTH * stepHours,
        planning.holdSteps(stepSeconds),
        planning.leadSteps(stepSeconds),
        planning.windowSteps(stepSeconds),
        stepSeconds);
  }

  /** Steps of a day, at least 1. */
  int stepsPerDay() {
    return (int) Math.max(1, Math.round(Duration.ofDays(1).toSeconds() / (double) stepSeconds));
  }

  /** These minutes as rising, distinct numbers of whole steps. */
  int[] spans(int... minutes) {
    return Arrays.stream(minutes)
        .map(m -> (int) Math.max(1, Math.round(m * 60.0 / stepSeconds)))
        .distinct()
        .toArray();
  }
}
