package dev.breakeven.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
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

  private EngineArguments() {}

  /** Requests at once, of the first container that says so. */
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
