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
    /** The caller is known and not allowed. */
    FORBIDDEN,
    /** The API server could not say. */
    UNDECIDED
  }

  /**
   * Decides.
   *
   * @param bearerToken as it was sent; empty where none was
   */
  Decision of(String bearerToken);
}
