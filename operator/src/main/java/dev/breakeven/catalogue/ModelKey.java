package dev.breakeven.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a model's name says of how fast it is: its architecture and size, and its precision. Who
 * packed it, what it was tuned for and when do not matter.
 *
 * @param base lower-case words of the name, without owner, precision, date and purpose
 * @param precision what the name says
 */
record ModelKey(List<String> base, WeightPrecision precision) {

  /** Models that are of one architecture and size, whatever the name. */
  private static final Map<String, String> SAME_ARCHITECTURE =
      Map.ofEntries(
          Map.entry("llama-3-8b", "llama-3.1-8b"),
          Map.entry("llama-3-70b", "llama-3.3-70b"),
          Map.entry("llama-3.1-70b", "llama-3.3-70b"),
          Map.entry("deepseek-r1-distill-llama-8b", "llama-3.1-8b"),
          Map.entry("deepseek-r1-distill-llama-70b", "llama-3.3-70b"),
          Map.entry("deepseek-r1", "deepseek-v3"),
          Map.entry("deepseek-v3.1", "deepseek-v3"),
          Map.entry("deepseek-v3.1-terminus", "deepseek-v3"),
          Map.entry("qwen3-coder-30b-a3b", "qwen3-30b-a3b"));

  /** Words that say for what a model was tuned, or how it is packed, and not how big it is. */
  private static final Set<String> NO_MATTER =
      Set.of(
          "instruct",
          "chat",
          "it",
          "base",
          "thinking",
          "hf",
          "pt",
          "quantized",
          "quantised",
          "dynamic",
          "static",
          "block",
          "kv",
          "bnb",
          "unsloth",
          "ud",
          "gguf",
          "awq",
          "gptq",
          "exl2",
          "eetq",
          "marlin",
          "mlx",
          "autoround",
          "abliterated",
          "latest",
          "bf16",
          "fp16",
          "f16",
          "float16",
          "bfloat16",
          "g128",
          "128g",
          "sym",
          "asym",
          "text",
          "only",
          "preview");

  private static final Set<String> EIGHT_BIT = Set.of("fp8", "w8a8", "f8", "float8", "int8");
  private static final Set<String> FOUR_BIT =
      Set.of("nvfp4", "fp4", "mxfp4", "nvfp4a16", "mxfp4a16");
  private static final Set<String> SIXTEEN_BIT =
      Set.of(
          "awq",
          "gptq",
          "int4",
          "4bit",
          "8bit",
          "w4a16",
          "w8a16",
          "gguf",
          "bnb",
          "exl2",
          "eetq",
          "mlx",
          "autoround",
          "bf16",
          "fp16",
          "f16",
          "float16",
          "bfloat16");

  /** GGUF's own: Q4_K_M, IQ3_XXS, Q8_0. */
  private static final Pattern GGUF = Pattern.compile("i?q[1-8](_[a-z0-9]+)*");

  private static final Pattern DATE_OR_REVISION = Pattern.compile("\\d{4}|\\d{6}|\\d{8}|v0\\.\\d");

  ModelKey {
    base = List.copyOf(base);
  }

  /** Reads a hub's id, a path, or what an engine serves it as. */
  static ModelKey of(String name) {
    String[] path = name.strip().replaceFirst("/+$", "").split("/", -1);
    String last = path[path.length - 1];
    // A file of a hub's cache: models--meta-llama--Llama-3.3-70B-Instruct/snapshots/<hash>.
    for (String part : path) {
      if (part.startsWith("models--")) {
        last = part.substring(part.lastIndexOf("--") + 2);
      }
    }
    String words = last.toLowerCase(Locale.ROOT);
    int tag = words.indexOf(':');
    if (tag > 0) {
      // Ollama's and llama.cpp's way to name a size or a quantisation.
      words = words.replace(':', '-');
    }
    words = words.replaceFirst("\\.(gguf|bin|safetensors)$", "");
    WeightPrecision precision = WeightPrecision.AS_RELEASED;
    List<String> base = new ArrayList<>();
    for (String word :
        words.split("[-\\s]+|\\.(?=[a-z])|_(?=(fp|int|w\\d|awq|gptq|instruct|chat|it\\b))", -1)) {
      if (FOUR_BIT.contains(word)) {
        precision = WeightPrecision.FOUR_BIT;
      } else if (EIGHT_BIT.contains(word)) {
        // "GPTQ-Int8" and "8-bit" are weights alone.
        precision =
            precision == WeightPrecision.SIXTEEN_BIT ? precision : WeightPrecision.EIGHT_BIT;
      } else if (SIXTEEN_BIT.contains(word) || GGUF.matcher(word).matches()) {
        precision =
            precision == WeightPrecision.AS_RELEASED ? WeightPrecision.SIXTEEN_BIT : precision;
      }
      boolean matters =
          !word.isEmpty()
              && !NO_MATTER.contains(word)
              && !FOUR_BIT.contains(word)
              && !EIGHT_BIT.contains(word)
              && !SIXTEEN_BIT.contains(word)
              && !GGUF.matcher(word).matches()
              && !DATE_OR_REVISION.matcher(word).matches();
      if (matters) {
        base.add(word);
      }
    }
    if (!base.isEmpty() && base.get(0).equals("meta")) {
      base.remove(0);
    }
    String joined = String.join("-", base).replaceFirst("^llama-?(?=\\d)", "llama-");
    return new ModelKey(
        List.of(SAME_ARCHITECTURE.getOrDefault(joined, joined).split("-", -1)), precision);
  }

  /** Whether both are of one architecture and size; a tune may put its own name before it. */
  boolean isSameModel(ModelKey listed) {
    int extra = base.size() - listed.base.size();
    return extra >= 0 && base.subList(extra, base.size()).equals(listed.base);
  }

  /**
   * Whether what is served is multiplied as what is listed.
   *
   * @param listed the listed model's name
   * @param tool the precision it was published at
   */
  boolean isSamePrecision(ModelKey listed, WeightPrecision tool) {
    return precision == listed.precision || precision == tool;
  }

  /** Words that both names have. */
  int wordsInCommon(ModelKey other) {
    return (int) base.stream().filter(other.base::contains).count();
  }
}
