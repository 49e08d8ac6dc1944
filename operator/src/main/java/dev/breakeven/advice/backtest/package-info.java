/** Replays recorded traffic, and compares forecasts with what happened. */
@NullMarked
package dev.breakeven.advice.backtest;

import org.jspecify.annotations.NullMarked;
