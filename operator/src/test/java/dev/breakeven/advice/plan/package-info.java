@NullMarked
package dev.breakeven.advice.plan;

import org.jspecify.annotations.NullMarked;
