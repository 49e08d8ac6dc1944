package dev.breakeven.advice.costing;

import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Times of a day or a week that mostly are not known: were the peak at that time, it would be
 * missing in most days or weeks.
 */
public final class UnseenTimes {

  private UnseenTimes() {}

  /** Of the steps that fall into a slot. */
  private static final class Steps {
    private int known;
    private int all;
  }

  /**
   * The newest times, one for each slot of the period that most periods do not know.
   *
   * @param past oldest first; what comes before its first known step does not count
   * @param period after which traffic is expected to repeat
   * @param slot within which half of the steps must be known
   */
  public static List<Instant> of(List<TrafficHistory> past, Duration period, Duration slot) {
    TreeMap<Long, Steps> slots = new TreeMap<>();
    for (TrafficHistory history : past) {
      for (int i = 0; i < history.grid().steps(); i++) {
        if (!slots.isEmpty() || history.isKnown(i)) {
          Steps steps =
              slots.computeIfAbsent(history.grid().startOf(i) / slot.toSeconds(), s -> new Steps());
          steps.all++;
          steps.known += history.isKnown(i) ? 1 : 0;
        }
      }
    }
    long inAPeriod = period.dividedBy(slot);
    List<Instant> unseen = new ArrayList<>();
    for (long last : slots.keySet()) {
      if (last > slots.lastKey() - inAPeriod && isMostlyUnseen(slots, last, inAPeriod)) {
        unseen.add(Instant.ofEpochSecond(last * slot.toSeconds()));
      }
    }
    return unseen;
  }

  private static boolean isMostlyUnseen(SortedMap<Long, Steps> slots, long last, long inAPeriod) {
    int periods = 0;
    int known = 0;
    for (long slot = last; slot >= slots.firstKey(); slot -= inAPeriod) {
      Steps steps = slots.get(slot);
      if (steps != null) {
        periods++;
        known += 2 * steps.known >= steps.all ? 1 : 0;
      }
    }
    return periods > 1 && 2 * known < periods;
  }
}
