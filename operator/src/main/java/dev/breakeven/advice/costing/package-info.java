/**
 * What traffic and replicas cost: priced load, load-duration curve, replica cost model, breakeven.
 */
@NullMarked
package dev.breakeven.advice.costing;

import org.jspecify.annotations.NullMarked;
