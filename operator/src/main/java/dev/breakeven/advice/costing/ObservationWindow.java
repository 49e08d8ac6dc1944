package dev.breakeven.advice.costing;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Planning;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The part of the past that a verdict is made from: the policy's window, from its first known step
 * on. Steps in which nothing ran are known: nothing was served in them. But where nothing has run
 * since some step, for longer than ever between two times in which something did, and no gateway
 * saw what was asked of zero replicas, the window ends there: the last demand seen is kept. In the
 * same way it begins with the first demand where nothing had run for longer than that before it:
 * what was not there yet is a shorter history.
 *
 * @param history the steps, possibly none
 * @param knownSteps of them, with known demand
 * @param endsEarly whether the last demand seen is older than the window's end
 * @param before the rest of the past, oldest first
 */
public record ObservationWindow(
    TrafficHistory history, int knownSteps, boolean endsEarly, List<TrafficHistory> before) {

  /** Days below which no verdict is given: the hours of a day differ more than most days do. */
  public static final Duration LEAST_SPAN = Duration.ofHours(24);

  /** Of the past before a policy is given a verdict. */
  public static Duration leastSpan(Planning planning) {
    return Collections.min(List.of(planning.window(), LEAST_SPAN));
  }

  public static ObservationWindow of(AdvisorInput input) {
    TrafficHistory traffic = input.past().traffic();
    StepGrid grid = traffic.grid();
    int windowSteps =
        (int) Math.min(grid.steps(), input.planning().window().toSeconds() / grid.stepSeconds());
    int from = grid.steps() - windowSteps;
    List<TrafficHistory> before = new ArrayList<>(input.past().earlier());
    if (from > 0) {
      before.add(traffic.slice(0, from));
    }
    TrafficHistory window = traffic.slice(from, grid.steps());
    int first = firstMeasured(window);
    if (first < 0) {
      return lastSeenBefore(window, before, input.planning().window());
    }
    int end = lastMeasured(window) + 1;
    boolean nothingRanSince = nothingRan(window, end, window.grid().steps());
    int usualPause = longestPause(window, first, end);
    boolean endsEarly = nothingRanSince && window.grid().steps() - end > usualPause;
    if (!endsEarly) {
      end = window.grid().steps();
    }
    int pausedBefore = 0;
    while (pausedBefore < first && window.nothingRan(first - 1 - pausedBefore)) {
      pausedBefore++;
    }
    if (pausedBefore <= usualPause) {
      first -= pausedBefore;
    }
    TrafficHistory seen = window.slice(first, end);
    return new ObservationWindow(seen, known(seen), endsEarly, List.copyOf(before));
  }

  /** Most steps in a row in which nothing ran and nobody counted, between two that were counted. */
  private static int longestPause(TrafficHistory history, int from, int to) {
    int longest = 0;
    int pause = 0;
    for (int i = from; i < to; i++) {
      pause = history.isDemandMeasured(i) || !history.nothingRan(i) ? 0 : pause + 1;
      longest = Math.max(longest, pause);
    }
    return longest;
  }

  /** A window's length of the latest demand before a window in which nothing is known. */
  private static ObservationWindow lastSeenBefore(
      TrafficHistory window, List<TrafficHistory> before, Duration length) {
    if (nothingRan(window, 0, window.grid().steps())) {
      for (int i = before.size() - 1; i >= 0; i--) {
        TrafficHistory past = before.get(i);
        int end = lastMeasured(past) + 1;
        if (end > 0) {
          int steps = (int) Math.min(end, length.toSeconds() / past.grid().stepSeconds());
          TrafficHistory candidate = past.slice(end - steps, end);
          TrafficHistory seen = candidate.slice(firstMeasured(candidate), steps);
          return new ObservationWindow(seen, known(seen), true, List.copyOf(before.subList(0, i)));
        }
      }
    }
    int end = window.grid().steps();
    return new ObservationWindow(window.slice(end, end), 0, false, List.copyOf(before));
  }

  /** The known past as a whole, oldest first. */
  public List<TrafficHistory> everything() {
    List<TrafficHistory> all = new ArrayList<>(before);
    all.add(history);
    return all;
  }

  /** Length from the first known step on, whether all of it is known or not. */
  public Duration span() {
    return Duration.ofSeconds((long) history.grid().steps() * history.grid().stepSeconds());
  }

  /** Known steps of all steps, percent. */
  public double coveragePercent() {
    int steps = history.grid().steps();
    return steps == 0 ? 0 : 100.0 * knownSteps / steps;
  }

  public Instant from() {
    return Instant.ofEpochSecond(history.grid().startEpochSecond());
  }

  public Instant to() {
    return Instant.ofEpochSecond(history.grid().endEpochSecond());
  }

  private static int firstMeasured(TrafficHistory history) {
    for (int i = 0; i < history.grid().steps(); i++) {
      if (history.isDemandMeasured(i)) {
        return i;
      }
    }
    return -1;
  }

  private static int lastMeasured(TrafficHistory history) {
    int i = history.grid().steps() - 1;
    while (i >= 0 && !history.isDemandMeasured(i)) {
      i--;
    }
    return i;
  }

  private static int known(TrafficHistory history) {
    int known = 0;
    for (int i = 0; i < history.grid().steps(); i++) {
      known += history.isKnown(i) ? 1 : 0;
    }
    return known;
  }

  private static boolean nothingRan(TrafficHistory history, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!history.nothingRan(i)) {
        return false;
      }
    }
    return true;
  }
}
