/** What keeps advice from changing for little. */
@NullMarked
package dev.breakeven.advice.damping;

import org.jspecify.annotations.NullMarked;
