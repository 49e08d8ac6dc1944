/** The pods of a chunk: which there were, whose they are, and when they can be trusted. */
@NullMarked
package dev.breakeven.prometheus.collect.pod;

import org.jspecify.annotations.NullMarked;
