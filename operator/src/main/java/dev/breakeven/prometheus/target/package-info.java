/** What is known of each target, and how it is observed. */
@NullMarked
package dev.breakeven.prometheus.target;

import org.jspecify.annotations.NullMarked;
