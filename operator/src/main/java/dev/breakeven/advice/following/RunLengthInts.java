package dev.breakeven.advice.following;

import java.util.Arrays;

/** Whole numbers of which neighbours are mostly the same, held as runs. Immutable. */
final class RunLengthInts {

  private final int[] ends; // of each run, the index after its last
  private final int[] numbers; // of each run

  private RunLengthInts(int[] ends, int[] numbers) {
    this.ends = ends;
    this.numbers = numbers;
  }

  static RunLengthInts of(int... all) {
    int[] ends = new int[all.length];
    int[] numbers = new int[all.length];
    int runs = 0;
    for (int i = 0; i < all.length; i++) {
      if (runs == 0 || numbers[runs - 1] != all[i]) {
        numbers[runs++] = all[i];
      }
      ends[runs - 1] = i + 1;
    }
    return new RunLengthInts(Arrays.copyOf(ends, runs), Arrays.copyOf(numbers, runs));
  }

  /** How many numbers. */
  int length() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  /** All numbers in order, in an array of its own. */
  int[] all() {
    int[] all = new int[length()];
    int from = 0;
    for (int run = 0; run < ends.length; run++) {
      Arrays.fill(all, from, ends[run], numbers[run]);
      from = ends[run];
    }
    return all;
  }
}
