/** What was asked of a model, step by step: tokens, requests, and what is not known of them. */
@NullMarked
package dev.breakeven.traffic;

import org.jspecify.annotations.NullMarked;
