package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.Collection;
import java.util.Optional;
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
    Message message =
        Message.of(
            isWrong ? Cause.CLOCK_APART_BY_A_STEP : Cause.CLOCK_APART,
            Parameter.name(source.name()),
            Parameter.count(apart));
    for (TargetState target : targets) {
      target.remark(
          Note.Reason.CLOCK_DIFFERS,
          Optional.of(message).filter(m -> apart > DIFFERS_FROM_SECONDS && !isWrong));
      target.remark(Note.Reason.CLOCK_WRONG, Optional.of(message).filter(m -> isWrong));
    }
  }
}
