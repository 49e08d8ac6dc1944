/** Renders a status as text for a terminal. */
@NullMarked
package dev.breakeven.render.text;

import org.jspecify.annotations.NullMarked;
