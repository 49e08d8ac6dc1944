package dev.breakeven.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.generator.annotation.ValidationRule;
import java.util.Currency;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CurrencyCodeTest {

  @Test
  void everyCurrencyThatIsAcceptedIsOneThatJavaKnowsToo() {
    String rule =
        Objects.requireNonNull(CurrencyCode.class.getAnnotation(ValidationRule.class)).value();
    List<String> codes =
        Pattern.compile("'([A-Z]{3})'").matcher(rule).results().map(m -> m.group(1)).toList();

    assertThat(codes).hasSizeGreaterThan(150).doesNotHaveDuplicates().contains("USD", "EUR");
    assertThat(codes).allSatisfy(code -> assertThat(Currency.getInstance(code)).isNotNull());
  }
}
