package dev.breakeven.cli.input;

import dev.breakeven.traffic.TimeSpan;
import java.time.Duration;

/** Options whose value is a duration, such as {@code 10m}. */
public final class DurationOption {

  private DurationOption() {}

  /**
   * The duration an option gives.
   *
   * @throws IllegalArgumentException with the option's name if it is none
   */
  public static Duration parse(String option, String text) {
    try {
      return TimeSpan.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }
}
