package dev.breakeven.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An informer's store that keeps of each resource its name, its version, and the value read from
 * it: a cluster's workloads and nodes in full would be most of the operator's memory. It is filled
 * before the informer says that it has synced, which an event handler is not.
 *
 * @param <T> the resource
 * @param <V> what is read from it
 */
final class TrimmedStore<T extends HasMetadata, V> implements ItemStore<T> {

  private final Function<T, V> read;
  private final Function<T, T> stub;
  private final Listener listener;
  private final Map<String, Kept<T, V>> keptByKey = new ConcurrentHashMap<>();

  /**
   * Told of what changes, by the key of the resource: {@code namespace/name}, or its name where it
   * has no namespace. Called by a watching thread, which it must not hold up.
   */
  interface Listener {
    /** Nobody needs to know. */
    Listener NONE =
        new Listener() {
          @Override
          public void changed(String key) {}

          @Override
          public void gone(String key) {}
        };

    /** Its value is new, or other than before. */
    void changed(String key);

    /** It is no more. */
    void gone(String key);
  }

  /**
   * What is kept of one resource.
   *
   * @param stub its metadata, as far as an informer needs them
   */
  record Kept<T, V>(T stub, V value) {}

  /**
   * @param read the value of a resource
   * @param stub a resource with this one's name, namespace, uid and version, and nothing else
   * @param listener called for each change
   */
  TrimmedStore(Function<T, V> read, Function<T, T> stub, Listener listener) {
    this.read = read;
    this.stub = stub;
    this.listener = listener;
  }

  /** What was read from the resource of this key. */
  Optional<V> value(String key) {
    return Optional.ofNullable(keptByKey.get(key)).map(Kept::value);
  }

  /** The version of the resource of this key; empty where there is none. */
  String version(String key) {
    Kept<T, V> kept = keptByKey.get(key);
    return kept == null ? "" : kept.stub().getMetadata().getResourceVersion();
  }

  @Override
  public String getKey(T resource) {
    return Cache.metaNamespaceKeyFunc(resource);
  }

  @Override
  public @Nullable T put(String key, T resource) {
    V value = read.apply(resource);
    Kept<T, V> before = keptByKey.put(key, new Kept<>(stub.apply(resource), value));
    if (before == null || !before.value().equals(value)) {
      listener.changed(key);
    }
    return before == null ? null : before.stub();
  }

  @Override
  public @Nullable T remove(String key) {
    Kept<T, V> before = keptByKey.remove(key);
    if (before == null) {
      return null;
    }
    listener.gone(key);
    return before.stub();
  }

  @Override
  public Stream<String> keySet() {
    return keptByKey.keySet().stream();
  }

  @Override
  public Stream<T> values() {
    return keptByKey.values().stream().map(Kept::stub);
  }

  @Override
  public int size() {
    return keptByKey.size();
  }

  @Override
  public @Nullable T get(String key) {
    Kept<T, V> kept = keptByKey.get(key);
    return kept == null ? null : kept.stub();
  }

  @Override
  public boolean isFullState() {
    return false;
  }
}
