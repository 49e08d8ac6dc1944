package dev.breakeven.requestlog;

/**
 * One row of a log, understood: a request, or all requests of a bucket of time.
 *
 * @param workload whose traffic it is
 * @param start seconds since 1970, UTC
 * @param end not before {@code start}; the same where only one time is known
 * @param input prompt tokens, cached ones included
 * @param cached of those, found in a cache; NaN where the log does not say
 * @param output generated tokens
 * @param requests how many; NaN where a row sums up requests and does not say how many
 */
record LoggedRequest(
    String workload,
    double start,
    double end,
    double input,
    double cached,
    double output,
    double requests) {}
