package dev.breakeven.advice;

/**
 * Where self-hosting and the API cost the same for this traffic.
 *
 * @param replicas the size it is worked out at: what runs now, else the best plan's
 * @param utilization breakeven utilisation at that size
 * @param reachableMaxPercent the most that headroom and redundancy leave, percent of all GPUs held
 * @param reachableForShapePercent the most that this shape of traffic lets be used, percent
 * @param breakevenTokensPerSecond at that size, tokens/s of the mean mix, mean over the window
 * @param servedTokensPerSecond what that size serves now, mean over the window
 * @param capacityTokensPerSecond the most that size may serve, tokens/s of the mean mix
 * @param firstVolume the least volume of this very shape at which self-hosting costs no more
 * @param alwaysVolume the volume of this very shape from which on it never costs more
 */
public record Breakeven(
    int replicas,
    Utilization utilization,
    double reachableMaxPercent,
    double reachableForShapePercent,
    double breakevenTokensPerSecond,
    double servedTokensPerSecond,
    double capacityTokensPerSecond,
    Volume firstVolume,
    Volume alwaysVolume) {

  /** Breakeven utilisation, percent of all GPUs held. */
  public sealed interface Utilization {
    double percent();

    /** Utilization at this size can reach it. */
    record Reachable(double percent) implements Utilization {}

    /**
     * It is above what headroom and redundancy leave: at this size self-hosting never breaks even.
     */
    record Unreachable(double percent) implements Utilization {}
  }

  /** A volume of traffic of the window's shape. */
  public sealed interface Volume {
    /**
     * At this volume.
     *
     * @param multipleOfNow of the window's traffic
     * @param tokensPerMonth all tokens
     */
    record At(double multipleOfNow, double tokensPerMonth) implements Volume {}

    /**
     * No volume of this shape up to the largest one looked at.
     *
     * @param upToMultiple the largest multiple looked at
     */
    record Never(double upToMultiple) implements Volume {}
  }
}
