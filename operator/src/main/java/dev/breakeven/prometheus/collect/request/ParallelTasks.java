package dev.breakeven.prometheus.collect.request;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/** Runs work in several threads and waits for it. A failure is a value of the work. */
public final class ParallelTasks {

  private ParallelTasks() {}

  /**
   * Runs all of it and waits for all of it, interrupted or not: no two threads may read for one
   * collector at the same time.
   *
   * @return the results in the order of the work
   * @throws CompletionException if any of it threw
   */
  public static <T> List<T> all(ExecutorService workers, Collection<Supplier<T>> work) {
    List<CompletableFuture<T>> begun =
        work.stream().map(each -> CompletableFuture.supplyAsync(each, workers)).toList();
    CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new)).join();
    return begun.stream().map(CompletableFuture::join).toList();
  }
}
