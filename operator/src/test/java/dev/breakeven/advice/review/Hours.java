package dev.breakeven.advice.review;

import java.util.Arrays;

/** Hours of load, a replica for 1 an hour, the API at 3 for a replica's work, people at 0.5. */
final class Hours implements SpanCosts {
  private final double[] loads;
  private final double peopleHour;

  Hours(double[] loads, double peopleHour) {
    this.loads = loads;
    this.peopleHour = peopleHour;
  }

  static Hours of(double[] loads) {
    return new Hours(loads, 0.5);
  }

  static Hours of(int hours, double load) {
    double[] loads = new double[hours];
    Arrays.fill(loads, load);
    return of(loads);
  }

  Hours withPeople(double perHour) {
    return new Hours(loads, perHour);
  }

  Hours between(long from, long to) {
    int first = (int) Math.max(0, Math.min(loads.length, from / 3600));
    int end = (int) Math.max(first, Math.min(loads.length, to / 3600));
    return new Hours(Arrays.copyOfRange(loads, first, end), peopleHour);
  }

  @Override
  public double hours() {
    return loads.length;
  }

  @Override
  public double holding(int replicas) {
    return replicas * hours()
        + Arrays.stream(loads).map(load -> 3 * Math.max(0, load - replicas)).sum();
  }

  @Override
  public double people() {
    return peopleHour * hours();
  }

  @Override
  public int cheapest(int least, int most) {
    int best = least;
    for (int n = least; n <= most; n++) {
      best = holding(n) < holding(best) - 1e-9 ? n : best;
    }
    return best;
  }

  @Override
  public int neededForPeak(double times) {
    return (int) Math.ceil(times * Arrays.stream(loads).max().orElse(0) - 1e-9);
  }
}
