package dev.breakeven.prometheus.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PromQlTest {

  @Test
  void aValueCannotLeaveItsQuotes() {
    assertThat(PromQl.is("model", "x\"} or vector(1) #"))
        .isEqualTo("model=\"x\\\"} or vector(1) #\"");
    assertThat(PromQl.is("model", "a\\")).isEqualTo("model=\"a\\\\\"");
    assertThat(PromQl.is("model", "a\nb")).isEqualTo("model=\"a\\nb\"");
  }

  @Test
  void aNameInARegularExpressionMatchesItselfAlone() {
    assertThat(PromQl.isOneOf("namespace", List.of("b.c", "a", "a")))
        .isEqualTo("namespace=~\"a|b\\\\.c\"");
    assertThat(PromQl.isOneOf("namespace", List.of("a.*"))).isEqualTo("namespace=\"a.*\"");
    assertThat(PromQl.isNoneOf("instance", List.of("10.0.0.1:8000")))
        .isEqualTo("instance!~\"10\\\\.0\\\\.0\\\\.1:8000\"");
  }

  @Test
  void matchersStandInOrder() {
    assertThat(PromQl.allOf(Map.of("b", "2", "a", "1"))).containsExactly("a=\"1\"", "b=\"2\"");
  }

  @Property
  void aLiteralExpressionMatchesItsTextAndNothingLonger(@ForAll String text) {
    Pattern pattern = Pattern.compile(PromQl.literalRegex(text), Pattern.DOTALL);
    assertThat(pattern.matcher(text).matches()).isTrue();
    assertThat(pattern.matcher(text + "x").matches()).isFalse();
  }
}
