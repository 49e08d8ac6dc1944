/** {@code traffic}: request logs into traffic by step. */
@NullMarked
package dev.breakeven.cli.traffic;

import org.jspecify.annotations.NullMarked;
