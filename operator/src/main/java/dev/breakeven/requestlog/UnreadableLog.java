package dev.breakeven.requestlog;

/** A log that cannot be read as it is; its message is one line, which may name an option. */
public final class UnreadableLog extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  UnreadableLog(String message) {
    super(message);
  }
}
