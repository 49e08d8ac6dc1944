/** Reasons with typed parameters, which every room may give and only renderers put into words. */
@NullMarked
package dev.breakeven.reason;

import org.jspecify.annotations.NullMarked;
