/** The chart: what it renders, what an API server makes of it, and whether its pages are true. */
@NullMarked
package dev.breakeven.chart;

import org.jspecify.annotations.NullMarked;
