/** Evaluates one policy, and what several policies share: committed GPUs and workloads. */
@NullMarked
package dev.breakeven.operator.evaluation;

import org.jspecify.annotations.NullMarked;
