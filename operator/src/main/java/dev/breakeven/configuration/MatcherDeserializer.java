package dev.breakeven.configuration;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * Reads what a label is held to: a value, a value with {@code !=}, {@code =~} or {@code !~} before
 * it, or a list of values of which it has one.
 */
final class MatcherDeserializer extends StdDeserializer<String> {

  private static final long serialVersionUID = 1L;
  private static final Pattern REGEX_SPECIAL = Pattern.compile("[\\\\.+*?()|\\[\\]{}^$]");

  MatcherDeserializer() {
    super(String.class);
  }

  @Override
  public String deserialize(JsonParser json, DeserializationContext context) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      return checked(json, context, json.getValueAsString(""));
    }
    List<String> values = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      values.add(json.getValueAsString(""));
    }
    return "=~"
        + values.stream()
            .map(
                v ->
                    REGEX_SPECIAL
                        .matcher(v)
                        .replaceAll(c -> Matcher.quoteReplacement("\\" + c.group())))
            .collect(Collectors.joining("|"));
  }

  private static String checked(JsonParser json, DeserializationContext context, String matcher)
      throws IOException {
    if (matcher.startsWith("=~") || matcher.startsWith("!~")) {
      try {
        Pattern.compile(matcher.substring(2));
      } catch (PatternSyntaxException e) {
        return (String)
            context.handleWeirdStringValue(
                String.class, matcher, "is no regular expression (%s)", json.currentName());
      }
    }
    return matcher;
  }
}
