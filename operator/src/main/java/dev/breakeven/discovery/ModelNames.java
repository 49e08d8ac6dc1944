package dev.breakeven.discovery;

import dev.breakeven.cluster.ClusterInventory.Container;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the people who set an engine up wrote which model it serves. */
final class ModelNames {

  /** An engine by a part of its image's name; more particular names first. */
  private static final List<Map.Entry<String, String>> ENGINE_BY_IMAGE =
      List.of(
          Map.entry("sglang", "sglang"),
          Map.entry("text-generation-inference", "tgi"),
          Map.entry("huggingface/tgi", "tgi"),
          Map.entry("tritonserver", "triton-trtllm"),
          Map.entry("tensorrt-llm", "trtllm"),
          Map.entry("tensorrt_llm", "trtllm"),
          Map.entry("llama.cpp", "llamacpp"),
          Map.entry("lmdeploy", "lmdeploy"),
          Map.entry("nvcr.io/nim/", "nim"),
          Map.entry("ai-dynamo", "dynamo"),
          Map.entry("ray-llm", "vllm"),
          Map.entry("vllm", "vllm"));

  private ModelNames() {}

  /** The model in a storage URI, such as hf://Qwen/Qwen2.5-Coder-32B-Instruct. */
  static Optional<String> ofStorage(String uri) {
    return uri.startsWith("hf://")
        ? Optional.of(uri.substring("hf://".length()).replaceFirst(":.*$", ""))
        : Optional.empty();
  }

  /** Whether it is a name that the whole field uses, OWNER/MODEL, and no path. */
  static boolean isOfAHub(String name) {
    return name.matches("[A-Za-z0-9][\\w.-]*/[A-Za-z0-9][\\w.-]*");
  }

  /** The engine that a container's image, or its command, is of. */
  static Optional<String> engineOf(Container container) {
    String text =
        Stream.concat(Stream.of(container.image()), container.words().stream().limit(3))
            .reduce("", (all, word) -> all + " " + word)
            .toLowerCase(Locale.ROOT);
    return ENGINE_BY_IMAGE.stream()
        .filter(entry -> text.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** A name that Kubernetes takes. */
  static String kubernetesName(String model) {
    String last = model.substring(model.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    String plain = last.replaceAll("[^a-z0-9.-]+", "-").replaceAll("[.-]*([.])[.-]*", "$1");
    plain = plain.substring(0, Math.min(63, plain.length())).replaceAll("^[.-]+|[.-]+$", "");
    return plain.isEmpty() ? "model" : plain;
  }
}
