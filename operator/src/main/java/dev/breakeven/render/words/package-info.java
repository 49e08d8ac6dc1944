/** Puts messages into words: the one vocabulary of status, text, HTML, metrics and commands. */
@NullMarked
package dev.breakeven.render.words;

import org.jspecify.annotations.NullMarked;
