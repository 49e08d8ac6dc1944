package dev.breakeven.requestlog;

/** A row that cannot be understood; the message has no file and line. */
final class BadRow extends Exception {

  private static final long serialVersionUID = 1;

  BadRow(String what) {
    super(what);
  }
}
