package dev.breakeven.pricelist;

/**
 * What was not taken from a price list.
 *
 * @param file the list
 * @param entry the entry's name there
 * @param reason why
 * @param detail the value that was found, as far as there is one; else empty
 */
public record RefusedEntry(String file, String entry, RefusalReason reason, String detail) {}
