package dev.breakeven.pricelist;

import java.util.List;

/** What was read from price lists: the offers that are taken, and everything else with a reason. */
public final class ImportedPrices {

  private final String currency;
  private final int entries;
  private final int leftOut;
  private final List<PriceEntry> offers;
  private final List<RefusedEntry> refused;

  ImportedPrices(
      String currency,
      int entries,
      int leftOut,
      List<PriceEntry> offers,
      List<RefusedEntry> refused) {
    this.currency = currency;
    this.entries = entries;
    this.leftOut = leftOut;
    this.offers = List.copyOf(offers);
    this.refused = List.copyOf(refused);
  }

  /** The currency of every price. */
  public String currency() {
    return currency;
  }

  /** How many entries the lists have. */
  public int entries() {
    return entries;
  }

  /** How many of them the filter does not want. */
  public int leftOut() {
    return leftOut;
  }

  /** How many are taken. */
  public int taken() {
    return offers.size();
  }

  /** What was refused: whole entries, and parts of entries that are taken. */
  public List<RefusedEntry> refused() {
    return refused;
  }

  List<PriceEntry> offers() {
    return offers;
  }
}
