package dev.breakeven.requestlog;

/** A row that cannot be understood; the message has no file and line. */
final class UnreadableRow extends Exception {

  private static final long serialVersionUID = 1;

  UnreadableRow(String what) {
    super(what);
  }
}
