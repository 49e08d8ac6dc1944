/**
 * {@code prices import} and {@code prices diff}: rate cards from price lists, and what a change
 * means.
 */
@NullMarked
package dev.breakeven.cli.prices;

import org.jspecify.annotations.NullMarked;
