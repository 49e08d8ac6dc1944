/** What is asked about a policy, and the advice that answers it. */
@NullMarked
package dev.breakeven.advice;

import org.jspecify.annotations.NullMarked;
