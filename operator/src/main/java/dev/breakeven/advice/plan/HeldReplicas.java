package dev.breakeven.advice.plan;

/**
 * Replicas held step by step: what is wanted, but never fewer than were added within the last hold.
 * Adding is never held back; a replica given up ends at once, one added is ready a lead later.
 */
final class HeldReplicas {

  private final int[] added; // by step, over one hold
  private final int[] recent; // held, over one lead and the present step
  private int addedWithinHold;
  private int held;
  private int step;

  /**
   * None held.
   *
   * @param holdSteps at least 1
   * @param leadSteps at least 0
   */
  HeldReplicas(int holdSteps, int leadSteps) {
    added = new int[holdSteps];
    recent = new int[leadSteps + 1];
  }

  /** Begins the next step with this many wanted; answers how many are held in it. */
  int begin(int wanted) {
    int slot = step % added.length;
    addedWithinHold -= added[slot];
    added[slot] = 0;
    int next = Math.max(wanted, addedWithinHold);
    if (next > held) {
      added[slot] = next - held;
      addedWithinHold += next - held;
    }
    held = next;
    recent[step % recent.length] = held;
    step++;
    return held;
  }

  /** Held in the present step. */
  int held() {
    return held;
  }

  /** Of those, held for a whole lead: the fewest held since. */
  int ready() {
    int fewest = held;
    for (int replicas : recent) {
      fewest = Math.min(fewest, replicas);
    }
    return fewest;
  }
}
