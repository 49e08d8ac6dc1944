/** Reads the newest steps of every target, and the missing past in chunks. */
@NullMarked
package dev.breakeven.prometheus.collect;

import org.jspecify.annotations.NullMarked;
