package dev.breakeven.figures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Lines of a run: what is under way, and what was measured beside what is wanted. */
final class Figure {

  private Figure() {}

  /** Says what is under way. */
  static void doing(String format, Object... with) {
    System.out.printf(
        Locale.ROOT,
        "%s  %s%n",
        LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS),
        String.format(Locale.ROOT, format, with));
  }

  /** Shows a figure, and how busy the machine was. */
  static void measured(String what, double value, String unit, double most) {
    System.out.printf(
        Locale.ROOT,
        "FIGURE %-62s %10.2f %-4s %s  (load %s)%n",
        what,
        value,
        unit,
        value <= most ? "ok, at most %.1f".formatted(most) : "MISSED, at most %.1f".formatted(most),
        load());
  }

  /** Shows a figure of which nothing is asked. */
  static void measured(String what, double value, String unit) {
    System.out.printf(
        Locale.ROOT, "FIGURE %-62s %10.2f %-4s (load %s)%n", what, value, unit, load());
  }

  private static String load() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
    } catch (IOException e) {
      return "unknown";
    }
  }
}
