package dev.breakeven.render.html;

import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.Feasibility;
import dev.breakeven.advice.Alternative.MonthlyBill;
import dev.breakeven.price.Money;
import dev.breakeven.render.words.Words;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a month costs each way: one stacked bar for each alternative and the same as a table.
 *
 * @param bars one for each alternative, in the advice's order
 * @param legend the parts that occur in any bar
 * @param lines the table, one line for each part, then totals
 * @param notes what each line is
 */
record AlternativeCosts(
    List<Bar> bars, List<LegendEntry> legend, List<BillLine> lines, List<LineNote> notes) {

  /**
   * One alternative as a bar.
   *
   * @param sub its name in the status, and its replicas
   * @param why empty, or why it cannot be chosen
   */
  record Bar(
      String name,
      String sub,
      String total,
      List<String> tags,
      boolean feasible,
      List<Obstacle> why,
      List<Segment> segments,
      String spoken) {}

  /** Why an alternative cannot be chosen. */
  record Obstacle(String reason, String message, String unserved) {}

  /** A part of a bar; {@code x} and {@code width} in percent of the longest bar. */
  record Segment(String part, String x, String width, String title) {}

  record LegendEntry(String part, String name) {}

  /** A line of the table, one cell for each alternative. */
  record BillLine(String name, boolean total, List<String> cells) {}

  record LineNote(String name, String what) {}

  private static final int PEOPLE_COLOURS = 3;

  /** A part of a bill: its colour, its name, what it is, and how much of it a bill holds. */
  private record Part(String style, String name, String what, Function<MonthlyBill, Money> of) {}

  /**
   * @param advised the alternative that the advice follows, if it follows one
   * @param loadIsKnown whether a capacity says which GPU hours carried load
   */
  static AlternativeCosts of(
      List<Alternative> alternatives, Optional<Alternative> advised, boolean loadIsKnown) {
    List<Part> parts =
        Stream.concat(
                loadIsKnown ? gpuParts() : Stream.of(ALL_GPUS), otherParts(alternatives).stream())
            .filter(
                p ->
                    alternatives.stream()
                        .anyMatch(a -> p.of().apply(a.bill()).amount().signum() != 0))
            .toList();
    double longest =
        alternatives.stream().mapToDouble(a -> a.bill().total().value()).max().orElse(0);
    List<Bar> bars = new ArrayList<>();
    boolean cheapestShown = false;
    for (Alternative a : alternatives) {
      boolean cheapest = a.isFeasible() && !cheapestShown;
      cheapestShown |= cheapest;
      bars.add(bar(a, parts, longest, tags(cheapest, advised.stream().anyMatch(a::equals))));
    }
    return new AlternativeCosts(
        bars,
        parts.stream().map(p -> new LegendEntry(p.style(), p.name())).toList(),
        lines(alternatives, parts),
        notes(parts));
  }

  private static final Part ALL_GPUS =
      new Part(
          "part-busy",
          "GPUs",
          "All GPU hours; what one replica sustains is not known, nor how many carried load.",
          MonthlyBill::gpus);

  private static Stream<Part> gpuParts() {
    return Stream.of(
        new Part("part-busy", "Busy GPUs", "GPU hours that carried load.", MonthlyBill::busy),
        new Part(
            "part-headroom",
            "Headroom",
            "GPU hours kept free on each serving replica, as the policy asks.",
            MonthlyBill::headroom),
        new Part(
            "part-redundancy",
            "Redundancy",
            "Spare replicas that carry no load, as the policy asks.",
            MonthlyBill::redundancy),
        new Part(
            "part-idle",
            "Idle GPUs",
            "GPU hours that could have carried load and had none.",
            MonthlyBill::idle),
        new Part(
            "part-reservation",
            "Unused reservation",
            "Reserved GPUs that nothing ran on; they are paid all the same.",
            MonthlyBill::unusedReservation));
  }

  private static List<Part> otherParts(List<Alternative> alternatives) {
    List<Part> parts = new ArrayList<>();
    int colour = 0;
    for (String name : overheadNames(alternatives)) {
      parts.add(
          new Part(
              "part-people-" + colour++ % PEOPLE_COLOURS,
              overheadTitle(name),
              "Monthly overhead as the policy states it; paid for the whole month once anything is"
                  + " self-hosted.",
              bill -> overhead(bill, name)));
    }
    parts.add(
        new Part(
            "part-api-input",
            "API input",
            "Uncached prompt tokens on the API, at its input price.",
            MonthlyBill::apiInput));
    parts.add(
        new Part(
            "part-api-cached",
            "API cached input",
            "Prompt tokens found in the API's cache, at its cached price.",
            MonthlyBill::apiCachedInput));
    parts.add(
        new Part(
            "part-api-output",
            "API output",
            "Generated tokens on the API, at its output price.",
            MonthlyBill::apiOutput));
    return parts;
  }

  private static Set<String> overheadNames(List<Alternative> alternatives) {
    Set<String> names = new LinkedHashSet<>();
    for (Alternative a : alternatives) {
      a.bill().overhead().forEach(line -> names.add(line.name()));
    }
    return names;
  }

  private static Money overhead(MonthlyBill bill, String name) {
    Money sum = Money.zero(bill.busy().currency());
    for (Alternative.Line line : bill.overhead()) {
      if (line.name().equals(name)) {
        sum = sum.plus(line.perMonth());
      }
    }
    return sum;
  }

  /** {@code onCall} is a field's name; people read {@code On Call}. */
  static String overheadTitle(String name) {
    String words = name.replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    return words.isEmpty() ? name : Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private static List<String> tags(boolean cheapest, boolean advised) {
    List<String> tags = new ArrayList<>();
    if (advised) {
      tags.add("advised");
    }
    if (cheapest) {
      tags.add("cheapest that serves everything");
    }
    return tags;
  }

  private static Bar bar(Alternative a, List<Part> parts, double longest, List<String> tags) {
    List<Segment> segments = new ArrayList<>();
    StringBuilder spoken =
        new StringBuilder(Wording.of(a.kind()))
            .append(": ")
            .append(HtmlFormat.money(a.bill().total()))
            .append(" per month");
    double x = 0;
    for (Part p : parts) {
      Money amount = p.of().apply(a.bill());
      double width = longest > 0 ? Math.max(0, 100 * amount.value() / longest) : 0;
      if (width > 0) {
        String title = p.name() + ": " + HtmlFormat.money(amount) + " per month";
        segments.add(new Segment(p.style(), share(x), share(width), title));
        spoken.append("; ").append(p.name()).append(' ').append(HtmlFormat.money(amount));
        x += width;
      }
    }
    return new Bar(
        Wording.of(a.kind()),
        a.kind().label() + ", " + Wording.of(a.replicas()),
        HtmlFormat.money(a.bill().total()) + " / month",
        tags,
        a.isFeasible(),
        obstacles(a.feasibility()),
        segments,
        spoken.toString());
  }

  private static String share(double percent) {
    return String.format(Locale.ROOT, "%.3f", percent);
  }

  private static List<Obstacle> obstacles(Feasibility feasibility) {
    if (feasibility instanceof Feasibility.Infeasible infeasible) {
      return List.of(
          new Obstacle(
              infeasible.reason().label(),
              HtmlFormat.sentence(Words.of(infeasible.message())),
              infeasible.unservedTokensPerMonth() > 0
                  ? HtmlFormat.count(infeasible.unservedTokensPerMonth())
                      + " tokens a month would be left unserved."
                  : ""));
    }
    return List.of();
  }

  private static List<BillLine> lines(List<Alternative> alternatives, List<Part> parts) {
    List<BillLine> lines = new ArrayList<>();
    lines.add(new BillLine("Replicas", false, cells(alternatives, a -> Wording.of(a.replicas()))));
    for (Part p : parts) {
      lines.add(
          new BillLine(
              p.name(),
              false,
              cells(alternatives, a -> HtmlFormat.toTheCent(p.of().apply(a.bill())))));
    }
    lines.add(
        new BillLine(
            "Total", true, cells(alternatives, a -> HtmlFormat.toTheCent(a.bill().total()))));
    lines.add(
        new BillLine(
            "Without what is sunk",
            false,
            cells(alternatives, a -> HtmlFormat.toTheCent(a.withoutSunk()))));
    lines.add(
        new BillLine("Bursts to the API", false, cells(alternatives, a -> Wording.of(a.burst()))));
    lines.add(
        new BillLine(
            "Serves everything", false, cells(alternatives, a -> a.isFeasible() ? "yes" : "no")));
    return lines;
  }

  private static List<String> cells(
      List<Alternative> alternatives, Function<Alternative, String> cell) {
    return alternatives.stream().map(cell).toList();
  }

  private static List<LineNote> notes(List<Part> parts) {
    List<LineNote> notes = new ArrayList<>();
    parts.forEach(p -> notes.add(new LineNote(p.name() + ":", p.what())));
    notes.add(
        new LineNote(
            "Without what is sunk:",
            "the total less reserved GPUs that are paid either way; the question to ask when the"
                + " reservation comes up for renewal."));
    return notes;
  }
}
