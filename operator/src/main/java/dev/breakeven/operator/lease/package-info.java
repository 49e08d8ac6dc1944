/** Leader election. */
@NullMarked
package dev.breakeven.operator.lease;

import org.jspecify.annotations.NullMarked;
