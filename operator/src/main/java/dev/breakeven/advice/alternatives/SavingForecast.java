package dev.breakeven.advice.alternatives;

import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.interval.ErrorTerm;
import dev.breakeven.advice.interval.SavingAtScale;
import dev.breakeven.advice.interval.SavingInterval;
import dev.breakeven.advice.interval.SavingStatement;
import dev.breakeven.advice.review.LoadPast;
import dev.breakeven.advice.review.LoadPast.LoadSpan;
import java.util.ArrayList;
import java.util.List;

/**
 * What one way saves over going on as now in the next seven days, as an interval, scaled to a
 * month. The load of the window is taken at several levels, so that at its own the saving is the
 * difference of the bills; a way that follows the load costs in proportion to it, people apart.
 */
public final class SavingForecast {

  private static final long DAY_SECONDS = 86_400;
  private static final int WEEK_DAYS = 7;
  private static final int RECENT_DAYS = 3;
  private static final double HOURS_PER_DAY = 24;

  private final Candidates candidates;
  private final ReplicaCostModel terms;
  private final LoadPast past;
  private final Candidate way;
  private final Candidate present;
  private final long now;

  private SavingForecast(Candidates candidates, Candidate way, Candidate present, long now) {
    this.candidates = candidates;
    this.terms = candidates.terms();
    this.past = candidates.review().past();
    this.way = way;
    this.present = present;
    this.now = now;
  }

  /**
   * What can be said of the saving.
   *
   * @param present going on as now
   * @param now end of the last step, seconds UTC
   * @param errors of the capacity and of prices, money a month
   */
  public static SavingStatement of(
      Candidates candidates, Candidate way, Candidate present, long now, List<ErrorTerm> errors) {
    return new SavingForecast(candidates, way, present, now).statement(errors);
  }

  private SavingStatement statement(List<ErrorTerm> errors) {
    if (way.kind() == present.kind()) {
      return new SavingStatement.Stated(0, 0, 0);
    }
    return SavingInterval.of(
        new SavingInterval.Basis(
            over(windowStart()),
            over(Math.max(windowStart(), now - RECENT_DAYS * DAY_SECONDS)),
            savingByDay(),
            present.total() * candidates.load().toMonth(),
            past.dailyLoad(now),
            past.hours() / HOURS_PER_DAY,
            errors));
  }

  private long windowStart() {
    PricedLoad window = candidates.load();
    return window.steps() == 0 ? now : window.startOf(0);
  }

  /** The saving since then, had the load been a multiple of what it was. */
  private SavingAtScale over(long from) {
    return scale -> saving(from, now, scale);
  }

  private List<Double> savingByDay() {
    List<Double> savings = new ArrayList<>();
    for (int day = WEEK_DAYS; day > 0; day--) {
      long from = now - day * DAY_SECONDS;
      if (past.between(from, from + DAY_SECONDS).hours() > 0) {
        savings.add(saving(from, from + DAY_SECONDS, 1));
      }
    }
    return savings;
  }

  private double saving(long from, long to, double scale) {
    LoadSpan span = past.between(from, to, scale);
    if (!(span.hours() > 0)) {
      return 0;
    }
    double asNow =
        present.isScaled()
            ? followed(present, span, scale, from, to)
            : present(span, scale, from, to);
    double saved = asNow - cost(span, scale, from, to);
    return saved * ReplicaCostModel.HOURS_PER_MONTH / span.hours();
  }

  /** Going on as now: what runs, people, what goes to the API now and what would not fit. */
  private double present(LoadSpan span, double scale, long from, long to) {
    LoadSpan asItWas = past.between(from, to);
    double api = asItWas.apiGoingOn(present.next());
    double full = terms.sizeOf(present.next());
    double tooMuch = span.overflowAbove(full) - scale * asItWas.overflowAbove(full);
    return span.held(present.next()) + toApi(scale * api + Math.max(0, tooMuch));
  }

  private double cost(LoadSpan span, double scale, long from, long to) {
    if (way.plan() instanceof ReplicaPlan.Fixed) {
      return span.held(way.next()) + toApi(span.overflowAbove(terms.usable(way.next())));
    }
    return followed(way, span, scale, from, to);
  }

  private double followed(Candidate scaled, LoadSpan span, double scale, long from, long to) {
    double people = scaled.isSelfHosted() ? span.people() : 0;
    return people + scale * (planned(scaled, from, to, span.hours()) - people);
  }

  /** What it cost over a span of the window, scaled to the span's hours. */
  private double planned(Candidate scaled, long from, long to, double hours) {
    PricedLoad load = candidates.load();
    int start = load.firstFrom(from);
    PricedLoad part = load.slice(start, load.firstFrom(to));
    return part.steps() == 0
        ? scaled.total() * hours / load.hours()
        : scaled.over(part, start, terms, candidates.overflow()).total() * hours / part.hours();
  }

  private double toApi(double money) {
    return candidates.mayBurst() || present.cost().api() > 0 || way.next() == 0 ? money : 0;
  }
}
