/** What a policy, its rate card and its workloads come to: the terms of the question. */
@NullMarked
package dev.breakeven.terms;

import org.jspecify.annotations.NullMarked;
