package dev.breakeven.cli.evaluation;

import dev.breakeven.advice.Issue;
import dev.breakeven.render.words.Remedies;
import dev.breakeven.render.words.Words;
import org.jspecify.annotations.Nullable;

/**
 * An issue in words.
 *
 * @param remedy what to do about it; null where there is nothing that needs doing
 */
public record PolicyIssue(String reason, String message, @Nullable String remedy) {

  public static PolicyIssue of(Issue issue) {
    return new PolicyIssue(
        issue.reason().label(), Words.of(issue), Remedies.of(issue).orElse(null));
  }

  /** The reason and what it means here, as one line. */
  public String line() {
    return reason + ": " + message;
  }
}
