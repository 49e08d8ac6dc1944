package dev.breakeven.cli.advise;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.breakeven.cli.evaluation.PolicyIssue;
import dev.breakeven.price.Money;
import dev.breakeven.render.words.Phrases;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An answer, number by number: what it is, how it is worked out, and from what.
 *
 * @param summary the answer in a sentence; null where there is none
 * @param sections the numbers; none where nothing could be evaluated
 */
record Explanation(
    String namespace,
    String name,
    @Nullable String summary,
    List<Section> sections,
    List<PolicyIssue> issues) {

  private static final int NAME_WIDTH = 26;

  Explanation {
    sections = List.copyOf(sections);
    issues = List.copyOf(issues);
  }

  /**
   * Numbers that belong together.
   *
   * @param key its name in JSON
   */
  record Section(String key, String title, List<Fact> facts) {}

  /**
   * One number, or a name.
   *
   * @param key its name in JSON
   * @param label its name in text
   * @param value for a program; null where it is not known
   * @param unit of the value; null where it has none
   * @param text the value with its unit, for a person
   * @param formula how it is worked out; null where it is as stated
   * @param promql the query that read it; null where it was not read, or not by a query
   * @param missing why it is not known; null where it is
   */
  record Fact(
      @JsonIgnore String key,
      @JsonIgnore String label,
      @Nullable Object value,
      @Nullable String unit,
      @JsonIgnore String text,
      @Nullable String formula,
      @Nullable String promql,
      @Nullable String missing) {

    /** What is known. */
    static Fact of(String key, String label, Object value, @Nullable String unit, String text) {
      return new Fact(key, label, value, unit, text, null, null, null);
    }

    /** What is not known, and why. */
    static Fact unknown(String key, String label, String why) {
      return new Fact(key, label, null, null, "not known: " + why, null, null, why);
    }

    /** What is said of something in words only. */
    static Fact words(String key, String label, String words) {
      return of(key, label, words, null, words);
    }

    static Fact number(String key, String label, double value, int decimals, String unit) {
      return of(key, label, value, unit, Phrases.decimal(value, decimals) + " " + unit);
    }

    /** A share, and of what. */
    static Fact percent(String key, String label, double value, String of) {
      return of(key, label, value, "%", Phrases.percent(value) + of);
    }

    /** A price, as a list has it. */
    static Fact price(String key, String label, Money price) {
      String listed = price.listed();
      String currency = price.currency().getCurrencyCode();
      return of(key, label, listed, currency, listed + " " + currency);
    }

    /** An amount of money; JSON has it to the cent. */
    static Fact money(String key, String label, Money money, String more) {
      return of(
          key,
          label,
          cents(money),
          money.currency().getCurrencyCode(),
          Phrases.money(money) + more);
    }

    /** The same with what stands behind the value. */
    Fact said(String more) {
      return new Fact(key, label, value, unit, text + more, formula, promql, missing);
    }

    Fact by(String how) {
      return new Fact(key, label, value, unit, text, how, promql, missing);
    }

    Fact readBy(@Nullable String query) {
      return new Fact(key, label, value, unit, text, formula, query, missing);
    }
  }

  static String cents(Money money) {
    return Money.rounded(money.value(), 2, money.currency()).amount().toPlainString();
  }

  /** As JSON and YAML have it: sections and facts by their keys. */
  @JsonValue
  Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("namespace", namespace);
    tree.put("name", name);
    tree.put("summary", summary);
    for (Section section : sections) {
      Map<String, Fact> facts = new LinkedHashMap<>();
      section.facts().forEach(fact -> facts.put(fact.key(), fact));
      tree.put(section.key(), facts);
    }
    tree.put("issues", issues);
    return tree;
  }

  String text() {
    List<String> lines = new ArrayList<>();
    lines.add("policy %s/%s".formatted(namespace, name));
    lines.add(summary == null ? "no answer" : summary);
    for (Section section : sections) {
      lines.add("");
      lines.add(section.title());
      section.facts().forEach(fact -> lines(fact, lines));
    }
    if (!sections.isEmpty()) {
      lines.add("");
      lines.add("What is assumed or missing");
    }
    issues.forEach(issue -> lines.add("  " + issue.line()));
    return lines.stream().map(Explanation::oneLine).collect(Collectors.joining());
  }

  private static void lines(Fact fact, List<String> lines) {
    int gap = Math.max(1, NAME_WIDTH - fact.label().length());
    lines.add("  " + fact.label() + " ".repeat(gap) + fact.text());
    if (fact.formula() != null) {
      lines.add("    formula  " + fact.formula());
    }
    if (fact.promql() != null) {
      lines.add("    PromQL   " + fact.promql());
    }
  }

  private static String oneLine(String text) {
    return text.lines().collect(Collectors.joining(" ")).stripTrailing() + "\n";
  }
}
