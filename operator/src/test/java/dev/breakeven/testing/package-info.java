/** What tests stand on. */
@NullMarked
package dev.breakeven.testing;

import org.jspecify.annotations.NullMarked;
