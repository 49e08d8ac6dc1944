/** How a replica's capacity is worked out from what is stated, measured or published. */
@NullMarked
package dev.breakeven.capacity.estimation;

import org.jspecify.annotations.NullMarked;
