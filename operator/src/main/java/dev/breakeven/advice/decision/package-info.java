/** Issues, scenario, verdict, action, and the hysteresis that keeps them steady. */
@NullMarked
package dev.breakeven.advice.decision;

import org.jspecify.annotations.NullMarked;
