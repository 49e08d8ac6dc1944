/** Engine and gateway profiles, and every PromQL query that the operator asks. */
@NullMarked
package dev.breakeven.prometheus.query;

import org.jspecify.annotations.NullMarked;
