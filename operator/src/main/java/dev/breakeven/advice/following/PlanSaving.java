package dev.breakeven.advice.following;

/** What a plan has saved against the API over the window that ends now, people included. */
final class PlanSaving {

  private final int window;
  private final double peoplePerStep;
  private final SavingSums sums = new SavingSums(0);
  private int heldUntil; // the last known step in which any was held has ended by then

  /**
   * @param window steps that are looked back on
   * @param peoplePerStep money for people in one step, paid for the window once anything is held
   */
  PlanSaving(int window, double peoplePerStep) {
    this.window = window;
    this.peoplePerStep = peoplePerStep;
  }

  /** A step ended in which so many were held and saved so much, people apart. */
  void add(int held, double saved) {
    sums.add(saved);
    if (held > 0) {
      heldUntil = sums.steps();
    }
  }

  /** A step ended of which nothing is known: it saves and costs nothing. */
  void addUnknown() {
    sums.addUnknown();
  }

  /** Whether anything was saved. */
  boolean isAny() {
    boolean isHeld = heldUntil > Math.max(0, sums.steps() - window);
    return sums.savedOver(window) > (isHeld ? peoplePerStep * sums.knownOver(window) : 0);
  }
}
