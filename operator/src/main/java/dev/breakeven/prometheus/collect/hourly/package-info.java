/** What is read once an hour, or once for all targets: lengths, prices, names of other series. */
@NullMarked
package dev.breakeven.prometheus.collect.hourly;

import org.jspecify.annotations.NullMarked;
