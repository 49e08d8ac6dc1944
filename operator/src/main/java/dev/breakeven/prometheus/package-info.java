/**
 * Collects traffic from Prometheus-compatible servers. MetricsCollector is the way in; the packages
 * below this one are internal.
 */
@NullMarked
package dev.breakeven.prometheus;

import org.jspecify.annotations.NullMarked;
