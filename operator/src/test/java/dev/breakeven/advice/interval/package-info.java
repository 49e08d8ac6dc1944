@NullMarked
package dev.breakeven.advice.interval;

import org.jspecify.annotations.NullMarked;
