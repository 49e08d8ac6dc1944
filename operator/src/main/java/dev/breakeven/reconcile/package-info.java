/** From resources and observations to a status that is written only when a person would care. */
@NullMarked
package dev.breakeven.reconcile;

import org.jspecify.annotations.NullMarked;
