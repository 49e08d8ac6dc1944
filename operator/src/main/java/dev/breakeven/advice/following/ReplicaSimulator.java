package dev.breakeven.advice.following;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Simulates the replicas of several plans, step by step: what a plan wants, but never fewer than it
 * added within the last hold. Adding is never held back; a replica that is given up ends at once,
 * one that is added is ready a lead later.
 *
 * <p>Most plans want the same as before in most steps, so only changes are worked out.
 */
final class ReplicaSimulator {

  private final int[][] added; // by step, over one hold in turn, and plan
  private final int[][] recent; // held, by step, over a lead and this step in turn, and plan
  private final int[] wanted;
  private final int[] addedWithinHold;
  private final int[] changedAt;
  private final int[] held;
  private final int[] ready;
  private final int[] unsettled; // 1 while something is left of the last change, else 0
  private final int[] moving; // the plans of which something is to be worked out
  private boolean isAnyUnsettled;
  private boolean isAnyWantNew;
  private int step;
  private int nextAdded;
  private int nextRecent;

  /**
   * None held by any plan.
   *
   * @param holdSteps at least 1
   * @param leadSteps at least 0
   */
  ReplicaSimulator(int plans, int holdSteps, int leadSteps) {
    added = new int[holdSteps][plans];
    recent = new int[leadSteps + 1][plans];
    wanted = new int[plans];
    addedWithinHold = new int[plans];
    changedAt = new int[plans];
    held = new int[plans];
    ready = new int[plans];
    unsettled = new int[plans];
    moving = new int[plans];
  }

  /** What a plan wants from the next step on, until it wants something else. */
  void want(int plan, int replicas) {
    isAnyWantNew |= wanted[plan] != replicas;
    wanted[plan] = replicas;
  }

  /** A plan begins with replicas that have loaded before its first step, in which it holds them. */
  void startWith(int plan, int replicas) {
    for (int[] then : recent) {
      then[plan] = replicas;
    }
    want(plan, replicas);
  }

  /**
   * Begins the next step.
   *
   * @return whether any plan may hold other replicas than before, or have others ready
   */
  boolean begin() {
    boolean isAnyMoving = isAnyWantNew || isAnyUnsettled;
    if (isAnyMoving) {
      beginMoving();
    }
    step++;
    nextAdded = nextAdded + 1 < added.length ? nextAdded + 1 : 0;
    nextRecent = nextRecent + 1 < recent.length ? nextRecent + 1 : 0;
    return isAnyMoving;
  }

  private void beginMoving() {
    int count = 0;
    for (int plan = 0; plan < wanted.length; plan++) {
      int more = wanted[plan] - held[plan]; // counted without a branch, which would be misguessed
      moving[count] = plan;
      count += ((more | -more) >>> 31) | unsettled[plan];
    }
    isAnyWantNew = false;
    isAnyUnsettled = false;
    int[] addedNow = added[nextAdded];
    int[] heldNow = recent[nextRecent];
    for (int i = 0; i < count; i++) {
      begin(moving[i], addedNow, heldNow);
    }
  }

  private void begin(int plan, int[] addedNow, int[] heldNow) {
    int kept = addedWithinHold[plan] - addedNow[plan];
    int more = Math.max(wanted[plan], kept) - held[plan];
    addedNow[plan] = Math.max(0, more);
    addedWithinHold[plan] = kept + addedNow[plan];
    held[plan] += more;
    heldNow[plan] = held[plan];
    int fewest = held[plan];
    for (int[] then : recent) {
      fewest = Math.min(fewest, then[plan]);
    }
    ready[plan] = fewest;
    if (more != 0) {
      changedAt[plan] = step;
    }
    boolean isSettled = addedWithinHold[plan] == 0 && step - changedAt[plan] >= recent.length - 1;
    unsettled[plan] = isSettled ? 0 : 1;
    isAnyUnsettled |= !isSettled;
  }

  /** All that the steps to come depend on, now that one has ended. */
  RunLengthInts state() {
    return RunLengthInts.of(rows().flatMapToInt(Arrays::stream).toArray());
  }

  /** Goes on from where as many plans with the same hold and lead stood after so many steps. */
  void goOn(int steps, RunLengthInts standing) {
    int[] all = standing.all();
    int from = 0;
    for (int[] row : rows().toList()) {
      System.arraycopy(all, from, row, 0, row.length);
      from += row.length;
    }
    isAnyUnsettled = true; // as far as is known
    step = steps;
    nextAdded = steps % added.length;
    nextRecent = steps % recent.length;
  }

  private Stream<int[]> rows() {
    return Stream.of(
            Arrays.stream(added),
            Arrays.stream(recent),
            Stream.of(wanted, addedWithinHold, changedAt, held, ready, unsettled))
        .flatMap(rows -> rows);
  }

  /** Held by a plan in the present step. */
  int held(int plan) {
    return held[plan];
  }

  /** Replicas that have finished loading: the fewest held during the last lead time. */
  int ready(int plan) {
    return ready[plan];
  }
}
