package dev.breakeven.api.manifest;

import dev.cel.common.CelValidationException;
import dev.cel.parser.CelParser;
import dev.cel.parser.CelParserFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Evaluates the rules of a CRD ({@code x-kubernetes-validations}) outside an API server. They keep
 * to what CEL itself has; Kubernetes' own functions are not known here.
 */
final class CelRules {

  // Parsed, not type-checked: the API server checked the types when it took the CRD.
  private final CelParser parser =
      CelParserFactory.standardCelParserBuilder()
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .build();
  private final CelRuntime runtime = CelRuntimeFactory.plannerRuntimeBuilder().build();
  private final Map<String, CelRuntime.Program> programs = new ConcurrentHashMap<>();

  /**
   * Whether a value keeps a rule. A rule that cannot be evaluated on it is broken, as it is for the
   * API server.
   *
   * @param self maps, lists, strings, longs, doubles and booleans
   * @throws IllegalStateException if the rule itself is no CEL
   */
  boolean keeps(String rule, Object self) {
    try {
      return Boolean.TRUE.equals(
          programs.computeIfAbsent(rule, this::compile).eval(Map.of("self", self)));
    } catch (CelEvaluationException e) {
      return false;
    }
  }

  private CelRuntime.Program compile(String rule) {
    try {
      return runtime.createProgram(parser.parse(rule).getAst());
    } catch (CelValidationException | CelEvaluationException e) {
      throw new IllegalStateException("not a rule: " + rule, e);
    }
  }
}
