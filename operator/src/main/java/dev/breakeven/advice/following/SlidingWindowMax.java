package dev.breakeven.advice.following;

import java.util.Arrays;

/** The highest value of the last steps, one window of them; 0 while there is none. */
final class SlidingWindowMax {

  private final int window;
  private double[] peaks = new double[16]; // falling, from first to before end
  private int[] peakSteps = new int[16];
  private int first;
  private int end;
  private int steps;

  SlidingWindowMax(int window) {
    this.window = window;
  }

  /** A step ended with this value; 0 where it is unknown, which is below every known one. */
  void add(double value) {
    while (end > first && peaks[end - 1] <= value) {
      end--;
    }
    if (value > 0) { // what is there where nothing is known need not be remembered
      makeRoom();
      peaks[end] = value;
      peakSteps[end++] = steps;
    }
    steps++;
    while (end > first && peakSteps[first] < steps - window) {
      first++;
    }
  }

  private void makeRoom() {
    if (end < peaks.length) {
      return;
    }
    int room = Math.max(peaks.length, 2 * (end - first));
    peaks = Arrays.copyOf(Arrays.copyOfRange(peaks, first, end), room);
    peakSteps = Arrays.copyOf(Arrays.copyOfRange(peakSteps, first, end), room);
    end -= first;
    first = 0;
  }

  double value() {
    return end > first ? peaks[first] : 0;
  }
}
