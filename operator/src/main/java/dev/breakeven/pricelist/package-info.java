/**
 * Price lists that other projects publish, read into offers for a rate card. What cannot be a price
 * is refused with a reason.
 */
@NullMarked
package dev.breakeven.pricelist;

import org.jspecify.annotations.NullMarked;
