@NullMarked
package dev.breakeven.metrics;

import org.jspecify.annotations.NullMarked;
