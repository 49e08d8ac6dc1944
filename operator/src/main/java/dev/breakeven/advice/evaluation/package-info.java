/** From the input to the advice: the advisor, and the steps of its one pure call. */
@NullMarked
package dev.breakeven.advice.evaluation;

import org.jspecify.annotations.NullMarked;
