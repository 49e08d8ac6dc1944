/** Evaluates policies for a command, from files or from a cluster, as the operator does. */
@NullMarked
package dev.breakeven.cli.evaluation;

import org.jspecify.annotations.NullMarked;
