/** Stores what was read, step by step. */
@NullMarked
package dev.breakeven.prometheus.history;

import org.jspecify.annotations.NullMarked;
