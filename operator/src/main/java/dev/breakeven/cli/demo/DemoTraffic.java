package dev.breakeven.cli.demo;

import java.time.Instant;
import java.time.ZoneOffset;

/**
 * Two shapes of the same monthly volume: steady around the clock, or all of it in two hours a day.
 * Pure functions of time, so that a demo says the same every time.
 */
enum DemoTraffic {
  /** A gentle wave over the day, ten percent up and down. */
  STEADY("steady", 2) {
    @Override
    double relativeRate(double hourOfDay) {
      return 1 + 0.1 * Math.sin(2 * Math.PI * (hourOfDay - 8) / HOURS_OF_A_DAY);
    }
  },
  /** Nothing but two hours from 09:00 UTC. */
  BURSTY("bursty", 18) {
    @Override
    double relativeRate(double hourOfDay) {
      return hourOfDay >= 9 && hourOfDay < 11 ? HOURS_OF_A_DAY / 2 : 0;
    }
  };

  private static final double HOURS_OF_A_DAY = 24;

  /** Mean prompt of a request, tokens, a third of it found in the prefix cache. */
  static final double INPUT_TOKENS = 1500;

  /** Of these, found in the prefix cache. */
  static final double CACHED_INPUT_TOKENS = 500;

  /** Mean answer of a request, tokens. */
  static final double OUTPUT_TOKENS = 500;

  /** Mean requests/s of either shape. */
  static final double MEAN_REQUESTS_PER_SECOND = 6;

  private final String workload;
  private final int replicasHeld;

  DemoTraffic(String workload, int replicasHeld) {
    this.workload = workload;
    this.replicasHeld = replicasHeld;
  }

  /** Rate at an hour of the day as a multiple of its mean over the day. */
  abstract double relativeRate(double hourOfDay);

  /** Name of the workload, which is the policy's too. */
  String workload() {
    return workload;
  }

  /** What has been running all along: sized for this shape's peak, headroom included. */
  int replicasHeld() {
    return replicasHeld;
  }

  /** Mean requests/s of the step that ends at this time. */
  double requestsPerSecond(long stepEndEpochSecond, int stepSeconds) {
    Instant middle = Instant.ofEpochSecond(stepEndEpochSecond - stepSeconds / 2);
    double hourOfDay = middle.atZone(ZoneOffset.UTC).toLocalTime().toSecondOfDay() / 3600.0;
    return MEAN_REQUESTS_PER_SECOND * relativeRate(hourOfDay);
  }
}
