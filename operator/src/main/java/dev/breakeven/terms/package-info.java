/** From a policy, its rate card and its workloads to the terms of the evaluation. */
@NullMarked
package dev.breakeven.terms;

import org.jspecify.annotations.NullMarked;
