package dev.breakeven.render.status;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.Feasibility;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Scaling;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.advice.Verdict;
import dev.breakeven.reason.Message;
import dev.breakeven.terms.ResolvedTerms;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that a status says in sentences, as reasons and parameters. Whether a status reads
 * differently is decided on these; the sentences are never looked at.
 */
record StatusMessages(List<Message> messages) {

  StatusMessages {
    messages = List.copyOf(messages);
  }

  /** What the status of a policy that was answered says. */
  static StatusMessages of(Advice advice, ResolvedTerms terms) {
    List<Message> messages = new ArrayList<>();
    if (advice.review().scaling() == Scaling.AUTOMATIC
        || advice.decision().verdict() == Verdict.INCONCLUSIVE) {
      messages.add(advice.decision().message());
    } // else the reason says what the review came to, and stands until the next
    messages.add(advice.recommendation().message());
    advice.issues().forEach(issue -> messages.add(issue.message()));
    for (Alternative alternative : advice.comparison().alternatives()) {
      if (alternative.feasibility() instanceof Feasibility.Infeasible infeasible) {
        messages.add(infeasible.message());
      }
    }
    if (advice.basis().scenario() instanceof Estimate.Found<ScenarioFinding> found) {
      messages.add(found.value().message());
    }
    advice.comparison().constraints().forEach(constraint -> messages.add(constraint.message()));
    for (Estimate<?> estimate :
        List.of(
            advice.basis().scenario(),
            advice.costs().breakeven(),
            advice.costs().lastHour(),
            advice.trackRecord().proof(),
            advice.basis().observed().tokens().demand(),
            advice.basis().observed().replicas().utilizationPercent())) {
      if (estimate instanceof Estimate.NotFound<?> missing) {
        messages.add(missing.why().message());
      }
    }
    for (ResolvedTerms.ResolvedWorkload workload : terms.workloads()) {
      if (workload.message() != null) {
        messages.add(workload.message());
      }
    }
    return new StatusMessages(messages);
  }

  /** What the status of a policy that was not answered says. */
  static StatusMessages of(List<Issue> issues) {
    return new StatusMessages(issues.stream().map(Issue::message).toList());
  }

  /** A hash of reasons and names; figures do not change it. */
  String hash() {
    byte[] digest =
        sha256()
            .digest(
                messages.stream()
                    .map(Message::form)
                    .toList()
                    .toString()
                    .getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(ByteBuffer.wrap(digest).getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
