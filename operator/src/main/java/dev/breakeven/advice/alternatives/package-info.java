/**
 * The ways to serve the traffic, their monthly bills, their savings, and what a constraint costs.
 */
@NullMarked
package dev.breakeven.advice.alternatives;

import org.jspecify.annotations.NullMarked;
