package dev.breakeven.render.words;

import static dev.breakeven.reason.Parameter.amount;
import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.clauses;
import static dev.breakeven.reason.Parameter.count;
import static dev.breakeven.reason.Parameter.day;
import static dev.breakeven.reason.Parameter.decimal;
import static dev.breakeven.reason.Parameter.hours;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.names;
import static dev.breakeven.reason.Parameter.percent;
import static dev.breakeven.reason.Parameter.replicas;
import static dev.breakeven.reason.Parameter.time;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.NamedSentence;
import dev.breakeven.reason.Parameter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WordsTest {

  private static final Currency USD = Currency.getInstance("USD");

  /** First words that are names and keep their capital. */
  private static final Pattern NAME =
      Pattern.compile("(RateCard|CostPolicy|OpenCost('s)?|GPUs) .*");

  /** Every constant of every enum that names sentences. */
  private static final List<NamedSentence> NAMED = namedSentences();

  private static List<NamedSentence> namedSentences() {
    String interfaceName = NamedSentence.class.getName().replace('.', '/');
    URI classes =
        URI.create(
            NamedSentence.class.getProtectionDomain().getCodeSource().getLocation().toString());
    try (Stream<Path> files = Files.walk(Path.of(classes))) {
      // To import all classes takes seconds: first, those that know the interface.
      Set<Path> candidates =
          files
              .filter(file -> file.toString().endsWith(".class"))
              .filter(file -> contains(file, interfaceName))
              .collect(Collectors.toSet());
      return new ClassFileImporter()
          .importPaths(candidates).stream()
              .filter(type -> type.isEnum() && type.isAssignableTo(NamedSentence.class))
              .sorted(Comparator.comparing(JavaClass::getName))
              .flatMap(type -> Stream.of(type.reflect().getEnumConstants()))
              .map(NamedSentence.class::cast)
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean contains(Path file, String name) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<NamedSentence> named() {
    return NAMED;
  }

  @Test
  void everySentenceThatIsNamedHasWordsAndAllWordsAreOfOneSentence() throws IOException {
    assertThat(sentences().stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(NAMED.stream().map(NamedSentence::name).toList());
  }

  @Test
  void noSentenceHasWordsTwice() throws IOException {
    try (Reader in = file()) {
      StringBuilder text = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        text.append((char) c);
      }
      assertThat(text.toString().lines().filter(line -> line.contains(" = ")))
          .hasSize(NAMED.size());
    }
  }

  @ParameterizedTest
  @MethodSource("named")
  void aSentenceIsAClauseThatCanFollowAColon(NamedSentence named) {
    String sentence = Words.sentence(named);
    assertThat(sentence)
        .isEqualTo(sentence.strip())
        .isNotEmpty()
        .doesNotEndWith(".")
        .doesNotContain("  ");
    assertThat(
            sentence.startsWith("{")
                || Character.isLowerCase(sentence.charAt(0))
                || NAME.matcher(sentence).matches())
        .as(sentence)
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("named")
  void theParametersOfASentenceAreNumberedFromZeroWithoutAGap(NamedSentence named) {
    Set<Integer> numbers =
        Pattern.compile("\\{(\\d+)}")
            .matcher(Words.sentence(named))
            .results()
            .map((MatchResult place) -> Integer.valueOf(place.group(1)))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(numbers)
        .containsExactlyElementsOf(IntStream.range(0, numbers.size()).boxed().toList());
    // Every brace belongs to a number of one digit, which is what is replaced.
    assertThat(Words.sentence(named).replaceAll("\\{\\d}", "")).doesNotContain("{", "}");
  }

  @Test
  void aSentenceWithoutParametersIsSaidAsItStands() {
    assertThat(Words.of(Message.of(Cause.NOTHING_RAN))).isEqualTo("nothing ran");
  }

  @Test
  void bothEndsOfAnIntervalAreRoundedAlike() {
    assertThat(
            Words.of(
                Message.of(Cause.SAVING_DEPENDS_ON_DAYS, Parameter.between(-34.75, 4_646.2, USD))))
        .contains("between -35 and 4,646 USD a month");
    assertThat(
            Words.of(Message.of(Cause.SAVING_DEPENDS_ON_DAYS, Parameter.between(-3.5, 12.25, USD))))
        .contains("between -3.50 and 12.25 USD a month");
  }

  @Test
  void ofManyNamesTheFirstAreSaidAndTheRestCounted() {
    List<String> nodes = List.of("gpu-a", "gpu-b", "gpu-c");
    assertThat(Words.of(Message.of(Cause.OPENCOST_PRICE_ZERO, Parameter.firstOf(nodes, 2))))
        .endsWith("gpu-a, gpu-b and 1 more");
    assertThat(Words.of(Message.of(Cause.OPENCOST_PRICE_ZERO, Parameter.firstOf(nodes, 3))))
        .endsWith("gpu-a, gpu-b, gpu-c");
  }

  @Test
  void whatAnotherProgramSaidIsQuotedAndTwoQuotesOfOneKindSayTheSame() {
    Message one =
        Message.of(Cause.QUERY_FAILS, Parameter.name("up"), Parameter.quote("TIMEOUT", "30.1 s"));
    Message two =
        Message.of(Cause.QUERY_FAILS, Parameter.name("up"), Parameter.quote("TIMEOUT", "31.7 s"));
    assertThat(Words.of(one)).isEqualTo("up: 30.1 s");
    assertThat(one.form()).isEqualTo(two.form());
  }

  @Test
  void eachParameterStandsInItsPlace() {
    assertThat(
            Words.of(
                Message.of(
                    Cause.OFFER_OLD,
                    name("fast"),
                    day(LocalDate.parse("2026-08-01")),
                    count(1_100),
                    count(90))))
        .isEqualTo(
            "the prices of offer fast were read on 2026-08-01, 1,100 days ago; the policy allows 90"
                + " days");
  }

  @Test
  void aParameterIsRoundedAsItsKindIs() {
    assertThat(said(percent(50.46))).isEqualTo("50.5 %");
    assertThat(said(amount(1_234.5, USD))).isEqualTo("1,235 USD");
    assertThat(said(amount(12.5, USD))).isEqualTo("12.50 USD");
    assertThat(said(new Parameter.UnitPrice(new BigDecimal("0.075"), USD))).startsWith("0.075");
    assertThat(said(replicas(1))).isEqualTo("1 replica");
    assertThat(said(replicas(1_000))).isEqualTo("1,000 replicas");
    assertThat(said(decimal(16.46, 1))).isEqualTo("16.5");
    // Short of a day it does not read as one.
    assertThat(said(hours(Duration.ofMinutes(1_439)))).isEqualTo("23.9");
    assertThat(said(time(Instant.parse("2026-11-08T00:00:00Z")))).isEqualTo("2026-11-08T00:00:00Z");
    assertThat(said(names(List.of("a", "b")))).isEqualTo("a, b");
  }

  @Test
  void aMessageWithinAMessageIsAClauseOfIt() {
    assertThat(
            Words.of(
                Message.of(
                    Cause.POLICY_CHANGED,
                    clause(Message.of(VerdictRules.Sentence.SAVES_NOTHING, name("APIOnly"))))))
        .isEqualTo("the policy or its prices changed; APIOnly would save nothing");
  }

  @Test
  void severalMessagesAreSaidInTheirOrderAndEachOnce() {
    Message first = Message.of(Cause.NOTHING_RAN);
    Message second = Message.of(Cause.NO_STEP_KNOWN);
    String both = "nothing ran; no step of the window is known";
    assertThat(Words.of(List.of(first, second, first))).isEqualTo(both);
    assertThat(said(clauses(List.of(first, second)))).isEqualTo(both);
  }

  @Test
  void whatAnotherProgramWroteIsSaidAsItIs() {
    assertThat(Words.of(Message.quoted("costs $5 {0} \\n"))).isEqualTo("costs $5 {0} \\n");
    assertThat(Words.of(new Issue(Reason.SOURCE_UNAVAILABLE, Message.quoted("no route to host"))))
        .isEqualTo("no route to host");
  }

  private static String said(Parameter parameter) {
    return Words.of(Message.of(Cause.ALL_OF, parameter));
  }

  private static Properties sentences() throws IOException {
    Properties sentences = new Properties();
    try (Reader in = file()) {
      sentences.load(in);
    }
    return sentences;
  }

  private static Reader file() {
    return new InputStreamReader(
        WordsTest.class.getResourceAsStream("sentences.properties"), StandardCharsets.UTF_8);
  }
}
