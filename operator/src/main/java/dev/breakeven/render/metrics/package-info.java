/** Renders advice, and the state of the operator, as Prometheus metrics. */
@NullMarked
package dev.breakeven.render.metrics;

import org.jspecify.annotations.NullMarked;
