package dev.breakeven.traffic;

/**
 * Token rates, tokens/s, by what a price list and a GPU tell apart.
 *
 * @param uncachedInput prompt tokens that had to be computed (x)
 * @param cachedInput prompt tokens found in the prefix cache (h)
 * @param output generated tokens (y)
 */
public record TokenRates(double uncachedInput, double cachedInput, double output) {

  public static final TokenRates ZERO = new TokenRates(0, 0, 0);

  /** All tokens, tokens/s. */
  public double total() {
    return uncachedInput + cachedInput + output;
  }

  public TokenRates plus(TokenRates more) {
    return new TokenRates(
        uncachedInput + more.uncachedInput, cachedInput + more.cachedInput, output + more.output);
  }

  public TokenRates times(double factor) {
    return new TokenRates(uncachedInput * factor, cachedInput * factor, output * factor);
  }
}
