/**
 * What the operator shows to Prometheus: each policy's latest answer, and how the operator itself
 * fares. The only room that knows the Prometheus client library.
 */
@NullMarked
package dev.breakeven.metrics;

import org.jspecify.annotations.NullMarked;
