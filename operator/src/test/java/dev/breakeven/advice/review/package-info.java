@NullMarked
package dev.breakeven.advice.review;

import org.jspecify.annotations.NullMarked;
