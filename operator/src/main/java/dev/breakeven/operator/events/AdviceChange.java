package dev.breakeven.operator.events;

import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.render.status.StatusTime;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The last change of the advice in a status, as an event reports it. It is read from the status and
 * not noted when it happens, so that it is reported after a crash too; its identity names its
 * event, so that an event that is recorded twice is one.
 *
 * @param reason of the event: {@code VerdictChanged} or {@code AdviceChanged}
 * @param at when the advice changed
 * @param identity the same for the same change, other for every other of the same policy
 * @param message a sentence for people
 */
record AdviceChange(String reason, Instant at, String identity, String message) {

  private static final String VERDICT = "VerdictChanged";
  private static final String ADVICE = "AdviceChanged";

  /**
   * The last change; empty where the status gives no advice, or does not say since when. A first
   * answer is no change.
   */
  static Optional<AdviceChange> of(CostPolicyStatus status) {
    return last(status).filter(change -> !isFirst(status, change));
  }

  private static boolean isFirst(CostPolicyStatus status, AdviceChange change) {
    return status.recentChanges().stream()
        .noneMatch(made -> StatusTime.read(made.at()).filter(change.at()::equals).isPresent());
  }

  private static Optional<AdviceChange> last(CostPolicyStatus status) {
    CostPolicyStatus.Advice advice = status.advice();
    String verdict = advice == null ? null : advice.verdict();
    if (advice == null || verdict == null) {
      return Optional.empty();
    }
    Optional<Instant> verdictSince = StatusTime.read(advice.since());
    Optional<Instant> replicasSince = StatusTime.read(advice.replicasSince());
    if (replicasSince.isPresent()
        && verdictSince.isPresent()
        && replicasSince.get().isAfter(verdictSince.get())) {
      return Optional.of(
          new AdviceChange(
              ADVICE,
              replicasSince.get(),
              verdict
                  + "/"
                  + replicasSince.get()
                  + "/"
                  + advice.replicasAdvised()
                  + nth(status, replicasSince.get()),
              String.valueOf(advice.summary())));
    }
    return verdictSince.map(
        since ->
            new AdviceChange(
                VERDICT,
                since,
                verdict + "/" + since + nth(status, since),
                from(status, verdict, since) + advice.summary()));
  }

  /**
   * Which of the changes of that time it is: advice is dated by the end of a step, and an edited
   * policy may change it several times in one. Where there were more than are kept, the policy's
   * generation tells them apart.
   */
  private static String nth(CostPolicyStatus status, Instant at) {
    long changes =
        status.recentChanges().stream()
            .filter(change -> StatusTime.read(change.at()).filter(at::equals).isPresent())
            .count();
    return changes < PreviousDecision.Change.KEPT
        ? "/" + changes
        : "/" + changes + "/" + status.observedGeneration();
  }

  /** "SelfHost to ", where the status says from which verdict. */
  private static String from(CostPolicyStatus status, String verdict, Instant since) {
    return status.recentChanges().stream()
        .filter(change -> verdict.equals(change.to()) && !Objects.equals(change.from(), verdict))
        .filter(change -> StatusTime.read(change.at()).filter(at -> at.equals(since)).isPresent())
        .map(change -> change.from() + " to ")
        .findFirst()
        .orElse("");
  }
}
