/** Sends the queries of a cycle and of a chunk, within what a source allows. */
@NullMarked
package dev.breakeven.prometheus.collect.request;

import org.jspecify.annotations.NullMarked;
