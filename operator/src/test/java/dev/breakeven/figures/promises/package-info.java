/** What the pieces of the advice reach on recorded traffic; run by hand. */
@NullMarked
package dev.breakeven.figures.promises;

import org.jspecify.annotations.NullMarked;
