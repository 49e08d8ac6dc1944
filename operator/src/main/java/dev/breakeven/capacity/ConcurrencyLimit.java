package dev.breakeven.capacity;

/**
 * How many requests a replica runs at once at most.
 *
 * @param requests requests, at least 1
 * @param reason what keeps it from running more
 */
public record ConcurrencyLimit(double requests, Reason reason) {

  /** What limits the batch first. */
  public enum Reason {
    /** {@code --max-num-seqs} or its like, as the pod's arguments say. */
    STATED,
    /** What the engine does where nothing is stated. */
    ENGINE_DEFAULT,
    /** The KV cache would be full. */
    KV_CACHE,
    /** The latency target would be missed. */
    LATENCY
  }

  /**
   * @throws IllegalArgumentException if no request fits
   */
  public ConcurrencyLimit {
    if (!(requests >= 1)) {
      throw new IllegalArgumentException("a replica runs at least 1 request, not " + requests);
    }
  }

  /** {@code --max-num-seqs} of the pod's arguments. */
  public static ConcurrencyLimit stated(double maxNumSeqs) {
    return new ConcurrencyLimit(maxNumSeqs, Reason.STATED);
  }

  /**
   * What vLLM's API server takes where nothing is stated: 1,024 on a GPU with 70 GiB and more that
   * is no A100, else 256 (vllm/engine/arg_utils.py, {@code get_batch_defaults}).
   */
  public static ConcurrencyLimit vllmDefault(double gpuMemoryGibibytes, boolean isA100) {
    return new ConcurrencyLimit(
        gpuMemoryGibibytes >= 70 && !isA100 ? 1024 : 256, Reason.ENGINE_DEFAULT);
  }

  /** The lower of the two. */
  public ConcurrencyLimit and(ConcurrencyLimit other) {
    return other.requests < requests ? other : this;
  }
}
