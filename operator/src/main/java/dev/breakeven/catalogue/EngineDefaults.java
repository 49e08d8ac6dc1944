package dev.breakeven.catalogue;

import dev.breakeven.capacity.ConcurrencyLimit;
import java.util.Set;

/** What an engine does where its arguments say nothing. */
public final class EngineDefaults {

  /** Chips with 70 GiB and more that are no A100. */
  private static final Set<String> LARGE =
      Set.of("h100", "h200", "h800", "h20", "b100", "b200", "b300", "gb200", "gb300");

  private EngineDefaults() {}

  /**
   * Requests that vLLM takes at once on that GPU, which stands for other engines too: they have no
   * lower default of their own.
   *
   * @param gpuProduct what a node label calls the GPU; an unknown one is taken for a small one
   */
  public static ConcurrencyLimit concurrencyLimit(String gpuProduct) {
    boolean large = LARGE.contains(GpuProducts.chipOf(gpuProduct));
    return ConcurrencyLimit.vllmDefault(large ? 80 : 24, false);
  }
}
