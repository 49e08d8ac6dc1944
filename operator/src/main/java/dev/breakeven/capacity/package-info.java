/** What one replica sustains, how we know it, and how much of it a step of traffic takes. */
@NullMarked
package dev.breakeven.capacity;

import org.jspecify.annotations.NullMarked;
