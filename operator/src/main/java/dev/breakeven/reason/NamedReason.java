package dev.breakeven.reason;

/** A named reason, one word in CamelCase as it stands in a status. A name keeps its meaning. */
public interface NamedReason {

  /** As it stands in a status. */
  String label();
}
