package dev.breakeven.prometheus.client;

import dev.breakeven.reason.Parameter;

/**
 * Why a source gave no answer that can be used.
 *
 * @param reason its name
 * @param message one sentence for anyone; never a credential, never what the server said
 * @param detail what the server said, for the operator's log only: questions are grouped over all
 *     policies, so its words may name other people's namespaces. One bounded line, or empty
 */
public record SourceFailure(Reason reason, String message, String detail) {

  private static final int LONGEST_DETAIL = 300;

  public SourceFailure {
    String line = detail.replaceAll("\\p{Cntrl}+", " ").strip();
    detail = line.length() > LONGEST_DETAIL ? line.substring(0, LONGEST_DETAIL) + "…" : line;
  }

  /** A failure without a message of the server. */
  public static SourceFailure of(Reason reason, String message) {
    return new SourceFailure(reason, message, "");
  }

  /** The kind of failure, as shown in messages. */
  public Parameter quoted() {
    return Parameter.quote(reason.name(), message);
  }

  /** Named reasons. */
  public enum Reason {
    /** No connection, or it broke. */
    UNREACHABLE,
    /** A credential or certificate file cannot be read. */
    CREDENTIALS_UNREADABLE,
    /** No whole answer within the time allowed. */
    TIMEOUT,
    /** The server points elsewhere; credentials do not follow. */
    REDIRECTED,
    /** 401 or 403. */
    FORBIDDEN,
    /** 429. */
    THROTTLED,
    /** Any other 4xx or 5xx without a reason in Prometheus' form. */
    HTTP_ERROR,
    /** The server refuses the query, or could not evaluate it. */
    QUERY_REFUSED,
    /** The text of the query is longer than the server takes. */
    QUERY_TOO_LONG,
    /** The query needs more samples, points or time than the server allows. */
    QUERY_TOO_LARGE,
    /** The answer passes the byte cap. */
    ANSWER_TOO_LARGE,
    /** The answer is not JSON, or not in Prometheus' form. */
    NOT_AN_ANSWER,
    /** The answer ends in its middle. */
    TRUNCATED,
    /** Not sent: this minute's requests are used up. */
    HELD_BACK
  }

  /** Whether asking for a shorter range may help. */
  public boolean isTooLarge() {
    return reason == Reason.QUERY_TOO_LARGE || reason == Reason.ANSWER_TOO_LARGE;
  }

  /** Whether a shorter form of the same query may be accepted. */
  public boolean isTooLong() {
    return reason == Reason.QUERY_TOO_LONG;
  }

  /** Whether it concerns the whole server, so that further queries are pointless for now. */
  public boolean concernsTheServer() {
    return switch (reason) {
      case UNREACHABLE,
          CREDENTIALS_UNREADABLE,
          TIMEOUT,
          REDIRECTED,
          FORBIDDEN,
          THROTTLED,
          HTTP_ERROR ->
          true;
      case QUERY_REFUSED,
          QUERY_TOO_LONG,
          QUERY_TOO_LARGE,
          ANSWER_TOO_LARGE,
          NOT_AN_ANSWER,
          TRUNCATED,
          HELD_BACK ->
          false;
    };
  }

  /** Whether any other query would fail the same way. */
  public boolean isLasting() {
    return concernsTheServer()
        && reason != Reason.TIMEOUT
        && reason != Reason.THROTTLED
        && reason != Reason.HTTP_ERROR;
  }
}
