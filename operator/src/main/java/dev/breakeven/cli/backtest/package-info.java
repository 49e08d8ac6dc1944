/** {@code backtest}: what following the advice would have cost. */
@NullMarked
package dev.breakeven.cli.backtest;

import org.jspecify.annotations.NullMarked;
