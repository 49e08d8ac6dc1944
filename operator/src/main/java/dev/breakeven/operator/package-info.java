/** Reconciles CostPolicies: watches, evaluates, and writes statuses and events. */
@NullMarked
package dev.breakeven.operator;

import org.jspecify.annotations.NullMarked;
