package dev.breakeven.catalogue;

import java.util.Locale;

/** In what numbers a served model multiplies, which is what its full throughput depends on. */
enum WeightPrecision {
  /**
   * 16 bits. Weights alone in 4 bits (AWQ, GPTQ, GGUF, bitsandbytes) are multiplied in 16 bits too,
   * and a full batch is bound by that.
   */
  SIXTEEN_BIT,
  /** FP8, or INT8 weights and activations. */
  EIGHT_BIT,
  /** NVFP4 and MXFP4. */
  FOUR_BIT,
  /** As its publisher released it: a name without a suffix. */
  AS_RELEASED;

  /** The precision that the catalogue's tool names. */
  static WeightPrecision ofTool(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.contains("fp4")) {
      return FOUR_BIT;
    }
    return lower.contains("fp8") ? EIGHT_BIT : SIXTEEN_BIT;
  }
}
