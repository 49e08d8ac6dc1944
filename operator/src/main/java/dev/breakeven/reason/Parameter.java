package dev.breakeven.reason;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Optional;

/** A value that a {@link Message} carries: a number with its unit, a name, or another message. */
public sealed interface Parameter {

  /** What is left of it where figures do not count: two of one form say the same. */
  default Optional<Parameter> form() {
    return Optional.empty();
  }

  /** Those that are no figures, and stay as they are. */
  sealed interface Fixed extends Parameter {
    @Override
    default Optional<Parameter> form() {
      return Optional.of(this);
    }
  }

  /** Something's name, as it was read: an object, a field, a product. */
  record Name(String value) implements Fixed {}

  /** Several names, in the order to list them. */
  record Names(List<String> values) implements Fixed {
    public Names {
      values = List.copyOf(values);
    }
  }

  /** The first names of many, and how many more there are. */
  record FirstOf(List<String> values, int more) implements Fixed {
    public FirstOf {
      values = List.copyOf(values);
    }
  }

  /** What another program said; of two of one kind, only the words may differ. */
  record Quote(String kind, String text) implements Parameter {
    @Override
    public Optional<Parameter> form() {
      return Optional.of(name(kind));
    }
  }

  /** Money, rounded for a sentence. */
  record Amount(BigDecimal value, Currency currency) implements Parameter {}

  /** Two amounts that a figure lies between, rounded alike. */
  record Between(BigDecimal low, BigDecimal high, Currency currency) implements Parameter {}

  /** A price as it stands in a list, with every digit. */
  record UnitPrice(BigDecimal value, Currency currency) implements Parameter {}

  /** A share, percent. */
  record Percent(double value) implements Parameter {}

  /** A number of things that are counted. */
  record Count(long value) implements Parameter {}

  /** A number of replicas. */
  record Replicas(int value) implements Fixed {}

  /** A number without a unit, to so many decimals. */
  record Decimal(double value, int decimals) implements Parameter {}

  /** A span of time, said in hours. */
  record Hours(Duration value) implements Parameter {}

  /** A span of time, said in days, or in hours where it is short. */
  record Days(Duration value) implements Parameter {}

  /** A point in time. */
  record Time(Instant value) implements Parameter {}

  /** A calendar day. */
  record Day(LocalDate value) implements Parameter {}

  /** Another message, as a clause. */
  record Clause(Message value) implements Parameter {
    @Override
    public Optional<Parameter> form() {
      return Optional.of(clause(value.form()));
    }
  }

  /** Several messages, as clauses. */
  record Clauses(List<Message> values) implements Parameter {
    public Clauses {
      values = List.copyOf(values);
    }

    @Override
    public Optional<Parameter> form() {
      return Optional.of(clauses(values.stream().map(Message::form).toList()));
    }
  }

  static Parameter name(String value) {
    return new Name(value);
  }

  static Parameter names(List<String> values) {
    return new Names(values);
  }

  /** The first names of many, and how many more there are. */
  static Parameter firstOf(Collection<String> values, int most) {
    return new FirstOf(values.stream().limit(most).toList(), Math.max(0, values.size() - most));
  }

  static Parameter quote(String kind, String text) {
    return new Quote(kind, text);
  }

  static Parameter amount(double value, Currency currency) {
    return new Amount(BigDecimal.valueOf(value), currency);
  }

  static Parameter between(double low, double high, Currency currency) {
    return new Between(BigDecimal.valueOf(low), BigDecimal.valueOf(high), currency);
  }

  static Parameter percent(double value) {
    return new Percent(value);
  }

  static Parameter count(long value) {
    return new Count(value);
  }

  static Parameter replicas(int value) {
    return new Replicas(value);
  }

  static Parameter decimal(double value, int decimals) {
    return new Decimal(value, decimals);
  }

  static Parameter hours(Duration value) {
    return new Hours(value);
  }

  static Parameter days(Duration value) {
    return new Days(value);
  }

  static Parameter time(Instant value) {
    return new Time(value);
  }

  static Parameter day(LocalDate value) {
    return new Day(value);
  }

  static Parameter clause(Message value) {
    return new Clause(value);
  }

  static Parameter clauses(List<Message> values) {
    return new Clauses(values);
  }
}
