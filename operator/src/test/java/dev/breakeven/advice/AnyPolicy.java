package dev.breakeven.advice;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.traffic.Series;
import java.time.Duration;
import java.util.Random;

/** Policies and traffic drawn at random, with every constraint that a policy can state. */
public final class AnyPolicy {

  private static final int DAY = 144;

  private final Random random;

  private AnyPolicy(int seed) {
    random = new Random(seed);
  }

  /** The same of the same seed. */
  public static SampleInput of(int seed, Scaling scaling) {
    return new AnyPolicy(seed).drawn(scaling);
  }

  private SampleInput drawn(Scaling scaling) {
    int days = 6 + random.nextInt(16);
    SampleInput input = SampleInput.about().steps(days * DAY);
    int level = 200 + random.nextInt(3_500);
    int busy = 1 + random.nextInt(DAY);
    traffic(input, level, busy);
    input.overhead("onCall", Integer.toString(random.nextInt(4) * 400));
    input.headroomPercent = random.nextBoolean() ? 20 : 0;
    if (oneIn(3)) {
      input.api = SampleInput.limited(level * 11 * 60 * (0.2 + random.nextDouble() * 1.5));
    }
    input.redundantReplicas = oneIn(3) ? 1 + random.nextInt(2) : 0;
    input.minReplicas = oneIn(3) ? 1 + random.nextInt(3) : 0;
    if (oneIn(3)) {
      input.maxReplicas = Math.max(input.minReplicas, 1 + random.nextInt(5));
    }
    int constraint = random.nextInt(6);
    input.constraints =
        new Constraints(
            constraint == 0,
            constraint == 1,
            constraint == 2,
            oneIn(12),
            oneIn(3) ? anyOf(Constraints.Stage.values()) : Constraints.Stage.ESTABLISHED);
    if (oneIn(3)) {
      replicas(input, busy);
    }
    if (oneIn(3)) {
      input.capacity =
          new StatedCapacity.Declared(Capacity.of(10_000, 1_000), 5 + 25 * random.nextDouble());
    }
    int window = anyOf(2, 3, 7, 7, 7);
    input.planning =
        new Planning(
            Duration.ofDays(window),
            Duration.ofHours(anyOf(1, 1, 6, 24)),
            Duration.ofMinutes(anyOf(0, 10, 10, 30)),
            anyOf(0, 5, 20),
            80,
            scaling,
            Duration.ofDays(random.nextBoolean() ? 1 : window));
    return input;
  }

  /** Busy for a part of the day; it may grow or shrink, pause at weekends or have gaps. */
  private void traffic(SampleInput input, int level, int busy) {
    int steps = input.grid.steps();
    double growth = oneIn(3) ? (3 * random.nextDouble() - 1) / steps : 0;
    double weekend = random.nextBoolean() ? 0.2 : 1;
    double idle = anyOf(0, 0.1, 0.3, 0.8);
    double gaps = oneIn(4) ? 0.05 : 0;
    input.outputTokens(
        i ->
            random.nextDouble() < gaps
                ? Double.NaN
                : (i % DAY < busy ? level : level * idle)
                    * (0.7 + 0.6 * random.nextDouble())
                    * Math.max(0, 1 + growth * i)
                    * (i / DAY % 7 >= 5 ? weekend : 1));
  }

  private void replicas(SampleInput input, int busy) {
    int ran = random.nextInt(5);
    int other = oneIn(3) ? random.nextInt(5) : ran;
    double[] held = new double[input.grid.steps()];
    for (int i = 0; i < held.length; i++) {
      held[i] = i % DAY < busy ? ran : other;
    }
    input.replicasHeld = Series.of(held);
  }

  private boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  private int anyOf(int... values) {
    return values[random.nextInt(values.length)];
  }

  private double anyOf(double... values) {
    return values[random.nextInt(values.length)];
  }

  private <T> T anyOf(T[] values) {
    return values[random.nextInt(values.length)];
  }
}
