package dev.breakeven.reason;

import java.util.List;

/**
 * What a sentence says, before it is put into words.
 *
 * @param cause which sentence
 * @param parameters its numbers and names, in the order in which the sentence numbers them
 */
public record Message(Cause cause, List<Parameter> parameters) {

  public Message {
    parameters = List.copyOf(parameters);
  }

  public static Message of(Cause cause, Parameter... parameters) {
    return new Message(cause, List.of(parameters));
  }

  /** A sentence that was written down earlier, or that another program wrote. */
  public static Message quoted(String text) {
    return of(Cause.QUOTED, Parameter.name(text));
  }

  /**
   * The message without its figures: two messages of one form say the same about the same things,
   * with other numbers.
   */
  public Message form() {
    return new Message(
        cause,
        parameters.stream()
            .filter(
                p ->
                    p instanceof Parameter.Name
                        || p instanceof Parameter.Names
                        || p instanceof Parameter.FirstOf
                        || p instanceof Parameter.Quote
                        || p instanceof Parameter.Replicas
                        || p instanceof Parameter.Clause
                        || p instanceof Parameter.Clauses)
            .map(
                p -> {
                  if (p instanceof Parameter.Quote quote) {
                    return Parameter.name(quote.kind());
                  }
                  if (p instanceof Parameter.Clause clause) {
                    return Parameter.clause(clause.value().form());
                  }
                  return p instanceof Parameter.Clauses clauses
                      ? Parameter.clauses(clauses.values().stream().map(Message::form).toList())
                      : p;
                })
            .toList());
  }
}
