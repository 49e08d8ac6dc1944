/** Polls the Prometheus servers once per cycle and wakes the policies whose observation changed. */
@NullMarked
package dev.breakeven.operator.cycle;

import org.jspecify.annotations.NullMarked;
