package dev.breakeven.render.words;

import dev.breakeven.advice.Issue;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.NamedSentence;
import dev.breakeven.reason.Parameter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Puts messages into English. */
public final class Words {

  private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");
  private static final Map<String, String> SENTENCES = read();

  private Words() {}

  /** The message as a clause: lower case, no full stop. */
  public static String of(Message message) {
    Matcher place = PLACE.matcher(sentence(message.cause()));
    StringBuilder text = new StringBuilder();
    while (place.find()) {
      Parameter value = message.parameters().get(Integer.parseInt(place.group(1)));
      place.appendReplacement(text, Matcher.quoteReplacement(word(value)));
    }
    return place.appendTail(text).toString();
  }

  /** Several messages as one text, each once. */
  public static String of(List<Message> messages) {
    return messages.stream().map(Words::of).distinct().collect(Collectors.joining("; "));
  }

  /** Why there is no such figure. */
  public static String of(Issue issue) {
    return of(issue.message());
  }

  static String sentence(NamedSentence cause) {
    return Objects.requireNonNull(SENTENCES.get(cause.name()), cause::name);
  }

  private static String word(Parameter parameter) {
    if (parameter instanceof Parameter.Name name) {
      return name.value();
    }
    if (parameter instanceof Parameter.Names names) {
      return String.join(", ", names.values());
    }
    if (parameter instanceof Parameter.FirstOf first) {
      return String.join(", ", first.values())
          + (first.more() > 0 ? " and " + first.more() + " more" : "");
    }
    if (parameter instanceof Parameter.Quote quote) {
      return quote.text();
    }
    if (parameter instanceof Parameter.Amount amount) {
      return Phrases.money(amount.value(), amount.currency());
    }
    if (parameter instanceof Parameter.Between between) {
      return Phrases.between(between.low(), between.high(), between.currency());
    }
    if (parameter instanceof Parameter.UnitPrice price) {
      return new Money(price.value(), price.currency()).listed();
    }
    if (parameter instanceof Parameter.Percent percent) {
      return Phrases.percent(percent.value());
    }
    if (parameter instanceof Parameter.Count count) {
      return Phrases.whole((double) count.value());
    }
    if (parameter instanceof Parameter.Replicas replicas) {
      return Phrases.replicas(replicas.value());
    }
    if (parameter instanceof Parameter.Decimal decimal) {
      return Phrases.decimal(decimal.value(), decimal.decimals());
    }
    if (parameter instanceof Parameter.Hours hours) {
      return Phrases.hours(hours.value());
    }
    if (parameter instanceof Parameter.Days days) {
      return Phrases.days(days.value());
    }
    if (parameter instanceof Parameter.Time time) {
      return time.value().toString();
    }
    if (parameter instanceof Parameter.Day day) {
      return day.value().toString();
    }
    if (parameter instanceof Parameter.Clause clause) {
      return of(clause.value());
    }
    return of(((Parameter.Clauses) parameter).values());
  }

  private static Map<String, String> read() {
    Properties properties = new Properties();
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(Words.class.getResourceAsStream("sentences.properties")),
            StandardCharsets.UTF_8)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toUnmodifiableMap(name -> name, properties::getProperty));
  }
}
