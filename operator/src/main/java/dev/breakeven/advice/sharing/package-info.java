/** How policies share GPUs that are committed for all of them. */
@NullMarked
package dev.breakeven.advice.sharing;

import org.jspecify.annotations.NullMarked;
