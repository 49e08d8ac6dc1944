/** Evaluates a policy: the input, the answer, and the advisor that turns one into the other. */
@NullMarked
package dev.breakeven.advice;

import org.jspecify.annotations.NullMarked;
