/**
 * What speaks for the advice: the past replayed as if it had been followed, and predictions scored.
 */
@NullMarked
package dev.breakeven.advice.proof;

import org.jspecify.annotations.NullMarked;
