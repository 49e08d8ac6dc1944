package dev.breakeven.render.html;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.AdvisorInput;

/**
 * One policy of a report: what was asked and what was answered.
 *
 * @param namespace the policy's namespace
 * @param name the policy's name
 * @param input what the answer was made from; its traffic is what the report plots
 * @param advice the answer
 */
public record ReportedPolicy(String namespace, String name, AdvisorInput input, Advice advice) {

  /** As people write it: {@code namespace/name}. */
  String title() {
    return namespace + "/" + name;
  }
}
