/** Tests of the pages that people read: their links, their length, and what they quote. */
@NullMarked
package dev.breakeven.pages;

import org.jspecify.annotations.NullMarked;
