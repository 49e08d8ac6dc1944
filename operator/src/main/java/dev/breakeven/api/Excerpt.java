package dev.breakeven.api;

/** What somebody wrote, as far as it helps to find it: a line about a wrong value stays a line. */
public final class Excerpt {

  /** Enough for every choice and number there is. */
  private static final int MOST_CHARS = 80;

  private Excerpt() {}

  /** The beginning of what was written, or all of it. */
  public static String of(String written) {
    String line = written.length() <= MOST_CHARS ? written : written.substring(0, MOST_CHARS) + "…";
    return line.replaceAll("\\p{Cntrl}", " ");
  }
}
