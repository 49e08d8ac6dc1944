/** The answer: costing, breakeven, plans, constraints, verdict and recommendation. */
@NullMarked
package dev.breakeven.advice;

import org.jspecify.annotations.NullMarked;
