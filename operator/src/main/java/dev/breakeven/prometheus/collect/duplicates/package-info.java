/** Counts once what is scraped by several or stored twice. */
@NullMarked
package dev.breakeven.prometheus.collect.duplicates;

import org.jspecify.annotations.NullMarked;
