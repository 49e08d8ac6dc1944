package dev.breakeven.render.metrics;

/** Who may read {@code /metrics}. Must be safe for use by several threads. */
@FunctionalInterface
public interface ScrapeAccess {

  /** Everybody who reaches the port. */
  ScrapeAccess EVERYBODY = bearerToken -> Decision.ALLOWED;

  /** What becomes of a request. */
  enum Decision {
    ALLOWED,
    /** Nobody knows who asks. */
    UNAUTHENTICATED,
    /** It is known who asks, and that he may not. */
    FORBIDDEN,
    /** It cannot be found out now. */
    UNDECIDED
  }

  /**
   * Decides.
   *
   * @param bearerToken as it was sent; empty where none was
   */
  Decision of(String bearerToken);
}
