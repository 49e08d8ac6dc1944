/** {@code capacity}: what one replica sustains, from benchmark results or observed steps. */
@NullMarked
package dev.breakeven.cli.capacity;

import org.jspecify.annotations.NullMarked;
