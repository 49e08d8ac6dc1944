package dev.breakeven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The core gives typed reasons; what is said to people stands in {@code sentences.properties}. */
class CoreSentencesTest {

  private static final Path ROOT = Path.of("src/main/java/dev/breakeven");

  private static final String LITERAL = "\"(?:[^\"\\\\\n]|\\\\.)*\"";
  private static final Pattern LITERALS = Pattern.compile(LITERAL);

  /** Comments, and literals so that a comment's sign within one is none. */
  private static final Pattern COMMENTS = Pattern.compile(LITERAL + "|/\\*(?s:.*?)\\*/|//[^\n]*");

  /** What is thrown is said to programmers. */
  private static final Pattern EXCEPTIONS =
      Pattern.compile("Exception\\((?:" + LITERAL + "|[^;\"])*;");

  private static final Pattern SENTENCE = Pattern.compile("\\b[a-z]+ [a-z]+ [a-z]+\\b");

  /** What names a series in a message of the cause SERIES_NOT_MEASURED. */
  private static final String NAME_OF_A_SERIES = "\"replicas that ran\"";

  @ParameterizedTest
  @ValueSource(strings = {"traffic", "price", "capacity", "advice", "reason"})
  void theCoreHoldsNoSentence(String of) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(of))) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(sources).isNotEmpty();
      assertThat(sources)
          .allSatisfy(
              file ->
                  assertThat(sentences(read(file)))
                      .filteredOn(literal -> !literal.equals(NAME_OF_A_SERIES))
                      .as(file.toString())
                      .isEmpty());
    }
  }

  @Test
  void aSentenceIsFoundWhereverItIsBrokenAndNoneInACommentOrAnException() {
    assertThat(sentences("say(\"no traffic\"\n    + \" is known\");"))
        .containsExactly("\"no traffic is known\"");
    assertThat(sentences("/** no \"traffic that is known\" */ // no \"traffic is known\""))
        .isEmpty();
    assertThat(sentences("throw new IllegalArgumentException(\"no traffic is known; \" + x);"))
        .isEmpty();
    assertThat(sentences("of(\"https://prices.example.com\"); say(\"no traffic is known\");"))
        .containsExactly("\"no traffic is known\"");
  }

  private static List<String> sentences(String source) {
    String code =
        COMMENTS
            .matcher(source)
            .replaceAll(
                found ->
                    found.group().startsWith("/") ? "" : Matcher.quoteReplacement(found.group()))
            .replaceAll("\"\\s*\\+\\s*\"", "");
    return LITERALS
        .matcher(EXCEPTIONS.matcher(code).replaceAll(""))
        .results()
        .map(found -> found.group())
        .filter(literal -> SENTENCE.matcher(literal).find())
        .toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
