/** Readers of what load-testing tools write. */
@NullMarked
package dev.breakeven.benchmark;

import org.jspecify.annotations.NullMarked;
