/** {@code operator} and {@code ready}: runs the operator, and asks whether it is ready. */
@NullMarked
package dev.breakeven.cli.operator;

import org.jspecify.annotations.NullMarked;
