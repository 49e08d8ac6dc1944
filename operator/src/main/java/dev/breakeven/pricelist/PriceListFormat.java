package dev.breakeven.pricelist;

/** How a price list is written. */
public enum PriceListFormat {
  /**
   * LiteLLM's {@code model_prices_and_context_window.json}: one object, keyed by model, prices in
   * USD per token.
   */
  LITELLM,
  /**
   * The data of pydantic/genai-prices: a list of providers with their models ({@code data.json}) or
   * one provider ({@code providers/NAME.yml}), prices in USD per 1,000,000 tokens.
   */
  GENAI_PRICES,
  /** CSV with a header; see {@link PriceCsv}. */
  CSV
}
