package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.history.StoredHistory;
import java.util.Collection;
import java.util.OptionalLong;

/**
 * A source whose clock is not ours stores samples under other times than we ask for: what seems the
 * newest step is none, or has not ended.
 */
final class ClockCheck {

  private static final long DIFFERS_FROM_SECONDS = 60;

  private ClockCheck() {}

  /** Tells each target how the source's clock stands to ours, and takes back what no longer is. */
  static void remark(Source source, Collection<TargetState> targets) {
    OptionalLong ahead = source.transport().clockAheadSeconds();
    long apart = Math.abs(ahead.orElse(0));
    boolean isWrong = apart > StoredHistory.STEP_SECONDS;
    String message =
        "the clock of source %s is %d s %s ours"
            .formatted(source.name(), apart, ahead.orElse(0) > 0 ? "ahead of" : "behind");
    for (TargetState target : targets) {
      target.remark(
          Note.Reason.CLOCK_DIFFERS, apart > DIFFERS_FROM_SECONDS && !isWrong ? message : "");
      target.remark(
          Note.Reason.CLOCK_WRONG,
          isWrong ? message + ", more than a step: what it calls now is not now" : "");
    }
  }
}
