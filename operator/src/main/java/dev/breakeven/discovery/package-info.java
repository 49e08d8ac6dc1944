/** From what a cluster runs and what a source counts to the policies that would ask about it. */
@NullMarked
package dev.breakeven.discovery;

import org.jspecify.annotations.NullMarked;
