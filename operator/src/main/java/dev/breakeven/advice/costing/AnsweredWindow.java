package dev.breakeven.advice.costing;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.price.Tariff;
import dev.breakeven.traffic.TrafficHistory;
import java.util.stream.IntStream;

/** The very part of the past that an answer is made from, for those who show it beside it. */
public final class AnsweredWindow {

  private final ObservationWindow window;

  private AnsweredWindow(ObservationWindow window) {
    this.window = window;
  }

  /** The window of a question. */
  public static AnsweredWindow of(AdvisorInput input) {
    return new AnsweredWindow(ObservationWindow.of(input));
  }

  /** Its steps, from the first known one on; possibly none. */
  public TrafficHistory history() {
    return window.history();
  }

  /** Replicas' worth of work in each known step, in time order. */
  public double[] loads(Capacity capacity) {
    TrafficHistory history = window.history();
    PricedLoad load =
        PricedLoad.of(history, capacity, Tariff.FREE, TrafficSummary.of(history).lengths());
    return IntStream.range(0, load.steps()).mapToDouble(load::replicasAt).toArray();
  }
}
