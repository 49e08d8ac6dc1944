/** How far a promised saving can be relied on over the week to come. */
@NullMarked
package dev.breakeven.advice.interval;

import org.jspecify.annotations.NullMarked;
