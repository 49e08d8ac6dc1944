/**
 * Everything PromQL: sources, engine profiles, queries, and which series belong to which workload.
 * {@link Cycle} is the way in; nothing in this room throws for what a source answers or does not.
 */
@NullMarked
package dev.breakeven.prometheus;

import org.jspecify.annotations.NullMarked;
