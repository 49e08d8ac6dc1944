/** The container image: what is in it, and that it runs with nothing but what is in it. */
@NullMarked
package dev.breakeven.image;

import org.jspecify.annotations.NullMarked;
