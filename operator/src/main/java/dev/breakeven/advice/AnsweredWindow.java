package dev.breakeven.advice;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.price.Tariff;
import dev.breakeven.traffic.TrafficHistory;
import java.util.stream.IntStream;

/** The very part of the past that an answer is made from, for those who show it beside it. */
public final class AnsweredWindow {

  private final SeenWindow window;

  private AnsweredWindow(SeenWindow window) {
    this.window = window;
  }

  /** The window of a question. */
  public static AnsweredWindow of(Question question) {
    return new AnsweredWindow(SeenWindow.of(question));
  }

  /** Its steps, from the first known one on; possibly none. */
  public TrafficHistory history() {
    return window.history();
  }

  /** Replicas' worth of work in each known step, in time order. */
  public double[] loads(Capacity capacity) {
    TrafficHistory history = window.history();
    PricedLoad load =
        PricedLoad.of(history, capacity, Tariff.FREE, SeenTraffic.of(history).lengths());
    return IntStream.range(0, load.steps()).mapToDouble(load::replicasAt).toArray();
  }
}
