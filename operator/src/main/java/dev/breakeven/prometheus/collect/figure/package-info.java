/** Reads the figures of a chunk, and adds them up by target. */
@NullMarked
package dev.breakeven.prometheus.collect.figure;

import org.jspecify.annotations.NullMarked;
