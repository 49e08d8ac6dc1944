/** Talks HTTP to a Prometheus-compatible server and parses its responses as a stream. */
@NullMarked
package dev.breakeven.prometheus.client;

import org.jspecify.annotations.NullMarked;
