package dev.breakeven.testing;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Says at the end of a run which tests were left out, and why: a green build must not hide it. */
public final class LeftOut implements TestExecutionListener {

  private final Map<String, String> reasonByTest = new ConcurrentSkipListMap<>();

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    reasonByTest.put(test.getLegacyReportingName(), reason);
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (reasonByTest.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder("\n!! LEFT OUT, so this run does not show all:\n");
    reasonByTest.forEach((test, reason) -> text.append("!!   " + test + ": " + reason + "\n"));
    System.out.print(text);
  }
}
