package dev.breakeven.reason;

import java.util.List;
import java.util.Optional;

/**
 * What a sentence says, before it is put into words.
 *
 * @param cause which sentence
 * @param parameters its numbers and names, in the order in which the sentence numbers them
 */
public record Message(NamedSentence cause, List<Parameter> parameters) {

  public Message {
    parameters = List.copyOf(parameters);
  }

  public static Message of(NamedSentence cause, Parameter... parameters) {
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
        cause, parameters.stream().map(Parameter::form).flatMap(Optional::stream).toList());
  }
}
