/** Which pods belong to which workload, and what a policy may learn. */
@NullMarked
package dev.breakeven.prometheus.attribution;

import org.jspecify.annotations.NullMarked;
