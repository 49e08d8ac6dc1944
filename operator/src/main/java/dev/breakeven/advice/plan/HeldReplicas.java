package dev.breakeven.advice.plan;

/**
 * Replicas held step by step: what is wanted, but never fewer than were added within the last hold.
 * Adding is never held back; a replica given up ends at once, one added is ready a lead later.
 */
final class HeldReplicas {

  private final int[] added; // by step, over one hold in turn
  private final int[] recent; // held, over one lead and the present step in turn
  private int nextAdded;
  private int nextRecent;
  private int addedWithinHold;
  private int held;
  private int ready;

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
    int more = Math.max(wanted, addedWithinHold - added[nextAdded]) - held;
    addedWithinHold += Math.max(0, more) - added[nextAdded];
    added[nextAdded] = Math.max(0, more);
    held += more;
    recent[nextRecent] = held;
    ready = held;
    for (int replicas : recent) {
      ready = Math.min(ready, replicas);
    }
    nextAdded = nextAdded + 1 < added.length ? nextAdded + 1 : 0;
    nextRecent = nextRecent + 1 < recent.length ? nextRecent + 1 : 0;
    return held;
  }

  /** Held in the present step. */
  int held() {
    return held;
  }

  /** Of those, held for a whole lead: the fewest held since. */
  int ready() {
    return ready;
  }
}
