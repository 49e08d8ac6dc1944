/**
 * Follows the load online: experts, their weights, the fixed-cost gate, and the replay over a past.
 */
@NullMarked
package dev.breakeven.advice.following;

import org.jspecify.annotations.NullMarked;
