/** Writes statuses, and remembers what was written. */
@NullMarked
package dev.breakeven.operator.status;

import org.jspecify.annotations.NullMarked;
