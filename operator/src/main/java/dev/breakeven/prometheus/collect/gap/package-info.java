/** Finds steps in which pods were scraped too seldom, and what was counted in them. */
@NullMarked
package dev.breakeven.prometheus.collect.gap;

import org.jspecify.annotations.NullMarked;
