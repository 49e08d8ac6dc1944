/** Following the load online: what to hold in each step, decided from the steps before it. */
@NullMarked
package dev.breakeven.advice.plan;

import org.jspecify.annotations.NullMarked;
