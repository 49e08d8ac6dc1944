/**
 * {@code advise}, {@code explain} and {@code whatif}: the advice for policies, why, and after a
 * change.
 */
@NullMarked
package dev.breakeven.cli.advise;

import org.jspecify.annotations.NullMarked;
