/** Which series belong to which workload, and which of them may be believed. */
@NullMarked
package dev.breakeven.prometheus.attribution;

import org.jspecify.annotations.NullMarked;
