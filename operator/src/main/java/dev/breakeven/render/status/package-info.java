/** Renders advice as the status of a CostPolicy. */
@NullMarked
package dev.breakeven.render.status;

import org.jspecify.annotations.NullMarked;
