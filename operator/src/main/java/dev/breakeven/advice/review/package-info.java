/** The number of replicas that is set by hand at each review and left until the next. */
@NullMarked
package dev.breakeven.advice.review;

import org.jspecify.annotations.NullMarked;
