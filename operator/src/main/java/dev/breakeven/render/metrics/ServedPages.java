package dev.breakeven.render.metrics;

/**
 * Pages that the monitoring port serves under {@code /report/}, each to those who may read it. Must
 * be safe for use by several threads.
 */
@FunctionalInterface
public interface ServedPages {

  /** What becomes of a request. */
  sealed interface Reply {

    /**
     * The page.
     *
     * @param mediaType what it is, such as {@code text/html}; UTF-8
     */
    record Page(String mediaType, String text) implements Reply {}

    /** There is no such page, or none yet. */
    record Missing(String why) implements Reply {}

    /** The caller may not see it. */
    record Refused(ScrapeAccess.Decision why) implements Reply {}
  }

  /**
   * Answers a request.
   *
   * @param page its name below {@code /report/}; empty for the page of all policies
   * @param bearerToken as it was sent; empty if none was
   */
  Reply of(String page, String bearerToken);
}
