package dev.breakeven.prometheus.collect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Work that several threads do, and one waits for. What can fail is a value of the work. */
public final class ParallelTasks {

  private ParallelTasks() {}

  /**
   * Does all of it.
   *
   * @return the results in the order of the work; fewer where the thread was interrupted
   * @throws IllegalStateException if any of it threw
   */
  public static <T> List<T> all(ExecutorService workers, Collection<Callable<T>> work) {
    List<T> results = new ArrayList<>();
    try {
      for (Future<T> done : workers.invokeAll(work)) {
        results.add(done.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw thrown(e);
    }
    return results;
  }

  /**
   * Waits for one piece of it.
   *
   * @throws IllegalStateException if it threw
   */
  static void await(Future<?> work) {
    try {
      work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw thrown(e);
    }
  }

  private static IllegalStateException thrown(ExecutionException e) {
    return new IllegalStateException("a task that reads a source threw an exception", e.getCause());
  }
}
