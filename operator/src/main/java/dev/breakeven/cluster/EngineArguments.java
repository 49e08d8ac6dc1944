package dev.breakeven.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the arguments of a pod's containers say of the engine that they start. */
final class EngineArguments {

  /**
   * How engines call the requests that they take at once: vLLM, SGLang, TensorRT-LLM, TGI and
   * LMDeploy, llama.cpp.
   */
  private static final Pattern AT_ONCE =
      Pattern.compile(
          "(?:^|\\s)(?:--max[-_]num[-_]seqs|--max-running-requests|--max[-_]batch[-_]size"
              + "|--max-concurrent-requests|--parallel)(?:=|\\s+)[\"']?([1-9][0-9]{0,6})(?![0-9])");

  private static final Set<String> MODEL_OPTIONS =
      Set.of("--model", "--model-path", "--model-id", "--model_id", "--hf-repo", "-hf", "-m");

  private static final String SERVED_AS = "--served-model-name";

  private static final List<String> MODEL_VARIABLES =
      List.of("MODEL_ID", "HF_MODEL_ID", "MODEL", "MODEL_NAME", "HF_MODEL", "NIM_MODEL_NAME");

  private EngineArguments() {}

  /** The name under which a container shows its model, as far as its arguments say it. */
  static Optional<String> label(List<String> words, Map<String, String> environment) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.startsWith(SERVED_AS + "=")) {
        return Optional.of(word.substring(SERVED_AS.length() + 1));
      }
      if (word.equals(SERVED_AS) && i + 1 < words.size()) {
        return Optional.of(words.get(i + 1));
      }
    }
    return model(words, environment);
  }

  /**
   * The model in a container's arguments or environment.
   *
   * @param words command and arguments, each word for itself
   * @param environment variables with a plain value
   */
  static Optional<String> model(List<String> words, Map<String, String> environment) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int equals = word.indexOf('=');
      if (equals > 0 && MODEL_OPTIONS.contains(word.substring(0, equals))) {
        return Optional.of(word.substring(equals + 1));
      }
      // python3 -m MODULE
      boolean isOfPython = i > 0 && words.get(i - 1).matches("(.*/)?python[\\d.]*");
      if (MODEL_OPTIONS.contains(word) && !isOfPython && i + 1 < words.size()) {
        return Optional.of(words.get(i + 1));
      }
      // vllm serve MODEL
      if (word.equals("serve") && i + 1 < words.size() && !words.get(i + 1).startsWith("-")) {
        return Optional.of(words.get(i + 1));
      }
    }
    return MODEL_VARIABLES.stream()
        .map(name -> environment.getOrDefault(name, ""))
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  /** The limit on concurrent requests, from the first container that sets one. */
  static OptionalInt requestsAtOnce(Map<String, Object> podSpec) {
    for (Map<String, Object> container : JsonTree.maps(podSpec.get("containers"))) {
      List<String> words = new ArrayList<>();
      for (String part : List.of("command", "args")) {
        if (container.get(part) instanceof List<?> list) {
          list.forEach(word -> words.add(String.valueOf(word)));
        }
      }
      Matcher found = AT_ONCE.matcher(String.join(" ", words));
      if (found.find()) {
        return OptionalInt.of(Integer.parseInt(found.group(1)));
      }
    }
    return OptionalInt.empty();
  }
}
