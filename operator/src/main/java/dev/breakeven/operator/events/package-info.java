/** Kubernetes events, one for each change of the advice. */
@NullMarked
package dev.breakeven.operator.events;

import org.jspecify.annotations.NullMarked;
