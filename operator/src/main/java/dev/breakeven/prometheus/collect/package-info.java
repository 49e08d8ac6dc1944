/** Reads the past in chunks and keeps it up to date. */
@NullMarked
package dev.breakeven.prometheus.collect;

import org.jspecify.annotations.NullMarked;
