package dev.breakeven.reason;

/**
 * Which sentence a message is: a constant of an enum, whose words are in {@code
 * render/words/sentences.properties} under its name. Rules name theirs beside themselves; what
 * several rooms say is a {@link Cause}.
 */
public interface NamedSentence {

  /** Of the constant; no two sentences have the same. */
  String name();
}
