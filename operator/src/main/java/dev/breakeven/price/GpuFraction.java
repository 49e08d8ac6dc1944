package dev.breakeven.price;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of one GPU that a slice is. A fraction of a GPU costs that fraction of its hour.
 *
 * @param ofOne above 0, at most 1
 */
public record GpuFraction(double ofOne) {

  /** The whole GPU. */
  public static final GpuFraction WHOLE = new GpuFraction(1);

  // What follows the memory names media and graphics engines.
  private static final Pattern MIG_PROFILE =
      Pattern.compile("(?:mig-)?([1-7])g\\.\\d+gb(?:[.+-][a-z.]+)?");

  /**
   * Refuses what is no part of one GPU.
   *
   * @throws IllegalArgumentException if it is not above 0 and at most 1
   */
  public GpuFraction {
    if (!(ofOne > 0 && ofOne <= 1)) {
      throw new IllegalArgumentException("a slice is above 0 and at most 1 of a GPU, not " + ofOne);
    }
  }

  /**
   * A MIG slice by its compute slices: {@code 3g.40gb} and {@code mig-3g.40gb} are 3 of 7. Whoever
   * cuts a GPU into a 3g and a 4g pays for all of it; whoever leaves a slice uncut pays for that
   * too, but not in this policy.
   *
   * @param computeSlices how many the GPU has
   * @throws IllegalArgumentException if it is not the name of a MIG profile of such a GPU
   */
  public static GpuFraction ofMig(String profile, int computeSlices) {
    Matcher matcher = MIG_PROFILE.matcher(profile);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a MIG profile: " + profile);
    }
    return new GpuFraction(Integer.parseInt(matcher.group(1)) / (double) computeSlices);
  }
}
