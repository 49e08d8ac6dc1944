/** Adds up the series of a gateway, and compares them with those of engines. */
@NullMarked
package dev.breakeven.prometheus.collect.gateway;

import org.jspecify.annotations.NullMarked;
