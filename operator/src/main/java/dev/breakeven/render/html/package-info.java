/** Renders advice as one self-contained HTML page. */
@NullMarked
package dev.breakeven.render.html;

import org.jspecify.annotations.NullMarked;
