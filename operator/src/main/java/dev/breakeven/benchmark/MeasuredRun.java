package dev.breakeven.benchmark;

import dev.breakeven.capacity.BenchmarkPoint;

/**
 * One run of a load test.
 *
 * @param point mean lengths of the requests that were served, and how many a second
 * @param failedShare failed ÷ all finished requests, 0 to 1
 * @param remark tool, file and settings, for the reader: one line
 */
public record MeasuredRun(BenchmarkPoint point, double failedShare, String remark) {}
