@NullMarked
package dev.breakeven.advice.damping;

import org.jspecify.annotations.NullMarked;
