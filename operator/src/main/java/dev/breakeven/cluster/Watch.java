package dev.breakeven.cluster;

import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An informer that goes on trying for as long as it lives, says why it does not have its resources
 * yet, and keeps of each only what is asked of it.
 *
 * @param <T> the resource
 * @param <V> what is kept of it
 */
final class Watch<T extends HasMetadata, V> implements AutoCloseable {

  /** Resources in one answer: the API server and this process both hold only that many at once. */
  private static final long PAGE = 500;

  private static final Set<Integer> REFUSALS =
      Set.of(
          HttpURLConnection.HTTP_UNAUTHORIZED,
          HttpURLConnection.HTTP_FORBIDDEN,
          HttpURLConnection.HTTP_NOT_FOUND);

  private final Informable<T> resources;
  private final TrimmedStore<T, V> store;
  private volatile SharedIndexInformer<T> informer;
  private @Nullable SharedIndexInformer<T> next;
  private boolean closed;
  private volatile Message lastFailure = Message.of(Cause.STILL_BEING_READ);

  /** Whether it was answered that it may not be read: then waiting does not help. */
  private volatile boolean refused;

  private Watch(Informable<T> resources, TrimmedStore<T, V> store) {
    this.resources = resources;
    this.store = store;
    this.informer = informer();
  }

  private SharedIndexInformer<T> informer() {
    SharedIndexInformer<T> made =
        resources.withLimit(PAGE).runnableInformer(0).removeNamespaceIndex().itemStore(store);
    made.exceptionHandler((started, failure) -> failed(failure));
    return made;
  }

  /** Whether everything there was at the start has been read. */
  sealed interface NotSynced {
    /** It has. */
    record Synced() implements NotSynced {}

    /** It has not, for this reason. */
    record Because(Message message) implements NotSynced {}
  }

  /** Starts to list and to watch; returns at once. */
  static <T extends HasMetadata, V> Watch<T, V> start(
      Informable<T> resources, TrimmedStore<T, V> store) {
    Watch<T, V> watch = new Watch<>(resources, store);
    watch.informer.start();
    return watch;
  }

  /**
   * Lists and watches anew into the same store, beside the informer that there is until it has
   * listed everything: whatever the old one missed, or still shows though it is gone, is put right.
   */
  synchronized void renew() {
    if (closed) {
      return;
    }
    if (next != null) {
      // The last renewal has not listed everything: it goes on being tried.
      return;
    }
    SharedIndexInformer<T> begun = informer();
    next = begun;
    var unused =
        begun
            .start()
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    replaceBy(begun);
                  } else {
                    abandon(begun);
                  }
                });
  }

  private synchronized void replaceBy(SharedIndexInformer<T> begun) {
    next = null;
    if (closed) {
      begun.close();
      return;
    }
    SharedIndexInformer<T> before = informer;
    informer = begun;
    before.close();
  }

  private synchronized void abandon(SharedIndexInformer<T> begun) {
    next = null;
    begun.close();
  }

  /** For ever tried again: an outage of the API server is no reason to end. */
  private boolean failed(Throwable failure) {
    lastFailure = why(failure);
    refused = REFUSALS.contains(ApiFailure.code(failure));
    return true;
  }

  /** Why a request failed, for a status: no more than its reader may know. */
  static Message why(Throwable failure) {
    int code = ApiFailure.code(failure);
    return switch (code) {
      case HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_UNAUTHORIZED ->
          Message.of(Cause.NO_PERMISSION, name(Integer.toString(code)));
      case HttpURLConnection.HTTP_NOT_FOUND -> Message.of(Cause.KIND_NOT_SERVED);
      case 0 -> Message.of(Cause.API_SERVER_DOES_NOT_ANSWER);
      default -> Message.of(Cause.API_SERVER_REFUSES, name(Integer.toString(code)));
    };
  }

  TrimmedStore<T, V> store() {
    return store;
  }

  NotSynced notSynced() {
    return informer.hasSynced() ? new NotSynced.Synced() : new NotSynced.Because(lastFailure);
  }

  /** Waits until a time of {@link System#nanoTime}, or until everything is read or forbidden. */
  void awaitSync(long deadlineNanos) {
    while (!informer.hasSynced()
        && !refused
        && deadlineNanos - System.nanoTime() > 0
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** What an informer needs of a resource. */
  static GenericKubernetesResource stub(GenericKubernetesResource resource) {
    GenericKubernetesResource stub = new GenericKubernetesResource();
    stub.setApiVersion(resource.getApiVersion());
    stub.setKind(resource.getKind());
    stub.setMetadata(stub(resource.getMetadata()));
    return stub;
  }

  private static ObjectMeta stub(ObjectMeta metadata) {
    return new ObjectMetaBuilder()
        .withNamespace(metadata.getNamespace())
        .withName(metadata.getName())
        .withUid(metadata.getUid())
        .withResourceVersion(metadata.getResourceVersion())
        .withAnnotations(Map.of())
        .withLabels(Map.of())
        .build();
  }

  @Override
  public synchronized void close() {
    closed = true;
    informer.close();
    if (next != null) {
      next.close();
    }
  }
}
