package dev.breakeven.operator;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.operator.status.StatusCache;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An informer's store of policies without their statuses, which are most of what thousands of
 * policies weigh; {@link StatusCache} holds those. For one informer only: an informer removes from
 * its store whatever it has not listed itself.
 */
final class TrimmedPolicies implements ItemStore<CostPolicy> {

  private final Map<String, CostPolicy> byKey = new ConcurrentHashMap<>();

  @Override
  public String getKey(CostPolicy policy) {
    return Cache.metaNamespaceKeyFunc(policy);
  }

  @Override
  public @Nullable CostPolicy put(String key, CostPolicy policy) {
    CostPolicy trimmed = new CostPolicy();
    trimmed.setMetadata(policy.getMetadata());
    trimmed.setSpec(policy.getSpec());
    return byKey.put(key, trimmed);
  }

  @Override
  public @Nullable CostPolicy remove(String key) {
    return byKey.remove(key);
  }

  @Override
  public Stream<String> keySet() {
    return byKey.keySet().stream();
  }

  @Override
  public Stream<CostPolicy> values() {
    return byKey.values().stream();
  }

  @Override
  public int size() {
    return byKey.size();
  }

  @Override
  public @Nullable CostPolicy get(String key) {
    return byKey.get(key);
  }

  @Override
  public boolean isFullState() {
    return false;
  }
}
