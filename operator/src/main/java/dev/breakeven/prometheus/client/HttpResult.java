package dev.breakeven.prometheus.client;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** What came back over a {@link Transport}, before anyone has looked into it. */
public sealed interface HttpResult {

  /**
   * The server answered.
   *
   * @param status HTTP status
   * @param body read once, closed by the reader; its reads fail with {@link AnswerTooLate} or
   *     {@link AnswerTooLarge} past what the source allows
   */
  record Answered(int status, InputStream body) implements HttpResult {}

  /** Nothing came back that could be an answer. */
  record Failed(SourceFailure failure) implements HttpResult {}

  /** The time allowed for an answer has passed. */
  final class AnswerTooLate extends IOException {
    private static final long serialVersionUID = 1L;

    AnswerTooLate(Duration allowed) {
      super("no whole answer within " + allowed.toSeconds() + " s");
    }
  }

  /** The bytes allowed for an answer have been read, and there are more. */
  final class AnswerTooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    AnswerTooLarge(long allowed) {
      super("the answer is larger than " + allowed + " bytes");
    }
  }
}
