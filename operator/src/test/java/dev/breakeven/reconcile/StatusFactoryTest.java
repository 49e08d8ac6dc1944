package dev.breakeven.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusFactoryTest {

  @ParameterizedTest(name = "{2} beside {1}, {0} advised: {3}")
  @CsvSource({
    "4, 2, 1, 2", // one for two stays one for two
    "3, 2, 1, 2", // and is rounded up
    "1, 2, 4, 2",
    "2, 0, 0, 2", // nothing runs yet: one for each
    "2, 0, 3, 3",
    "0, 2, 1, 0",
    "0, 0, 3, 0", // what only reads prompts is given up with what would answer them
  })
  void prefillComesInTheProportionThatItHasToDecodeNow(
      int decodeAdvised, int decodeNow, int prefillNow, int prefillAdvised) {
    assertThat(StatusFactory.prefillBeside(decodeAdvised, decodeNow, prefillNow))
        .isEqualTo(prefillAdvised);
  }
}
