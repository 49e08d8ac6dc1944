package dev.breakeven.advice.evaluation;

import dev.breakeven.advice.costing.ObservationWindow;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.price.Tariff;
import dev.breakeven.traffic.TrafficHistory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The past at every capacity that is asked about, each worked out once. */
final class PastByCapacity {
  /** The window, and the past before it, at a capacity. */
  record Spans(List<Planner.Span> earlier, Planner.Span charged) {}

  private final ObservationWindow window;
  private final Function<RequestLengths, Tariff> tariffs;
  private final RequestLengths usual;
  private final Map<Capacity, Spans> known = new LinkedHashMap<>();

  PastByCapacity(
      ObservationWindow window, Function<RequestLengths, Tariff> tariffs, RequestLengths usual) {
    this.window = window;
    this.tariffs = tariffs;
    this.usual = usual;
  }

  Spans at(Capacity capacity) {
    if (!known.containsKey(capacity)) {
      known.put(
          capacity,
          known.values().stream()
              .findFirst()
              .map(
                  other ->
                      new Spans(
                          other.earlier().stream().map(span -> at(capacity, span)).toList(),
                          at(capacity, other.charged())))
              .orElseGet(
                  () ->
                      new Spans(
                          window.before().stream().map(past -> priced(past, capacity)).toList(),
                          priced(window.history(), capacity))));
    }
    return known.get(capacity);
  }

  /** The past as loads at another capacity, for a replay. */
  Planner.Loads loads(Capacity capacity) {
    Spans at = at(capacity);
    return new Planner.Loads(
        at.earlier().stream().map(Planner.Span::load).toList(), at.charged().load());
  }

  private static Planner.Span at(Capacity capacity, Planner.Span other) {
    return new Planner.Span(other.history(), other.load().at(capacity));
  }

  private Planner.Span priced(TrafficHistory history, Capacity capacity) {
    return new Planner.Span(history, PricedLoad.of(history, capacity, tariffs, usual));
  }
}
