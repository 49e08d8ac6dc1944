package dev.breakeven.cluster;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs what fails again and again as two lines: one when it begins or fails for a reason that has
 * not been said yet, and one when it ends, with how often it failed in between. Safe for use by
 * many threads.
 */
public final class OutageLog {

  private static final Logger log = LoggerFactory.getLogger(OutageLog.class);

  /** Reasons that one outage is logged with, at most. */
  private static final int MOST_REASONS = 10;

  private final Clock clock;
  private final Map<String, Outage> outages = new ConcurrentHashMap<>();

  /**
   * One outage that has not ended.
   *
   * @param began when it failed first
   * @param times how often it has failed since
   * @param reason why it failed last
   * @param said the reasons that were logged: a proxy with several servers behind it, each ill in
   *     its own way, gives them in turn
   */
  private record Outage(Instant began, int times, String reason, Set<String> said) {

    boolean isNews(String next) {
      return !said.contains(next) && said.size() < MOST_REASONS;
    }

    Outage again(String next) {
      Set<String> all = new HashSet<>(said);
      if (all.size() < MOST_REASONS) {
        all.add(next);
      }
      return new Outage(began, times + 1, next, Set.copyOf(all));
    }
  }

  public OutageLog(Clock clock) {
    this.clock = clock;
  }

  /**
   * Something failed.
   *
   * @param subject what, the same words each time, such as {@code "list of costpolicies"}
   * @param reason why, in words without figures that change from one attempt to the next
   */
  public void failed(String subject, String reason) {
    failed(subject, reason, Map.of());
  }

  /**
   * Something failed.
   *
   * @param fields what a line for machines carries beside the words, such as {@code policy}
   */
  public void failed(String subject, String reason, Map<String, String> fields) {
    Instant now = clock.instant();
    Outage[] before = new Outage[1];
    outages.compute(
        subject,
        (key, outage) -> {
          before[0] = outage;
          return outage == null ? new Outage(now, 1, reason, Set.of(reason)) : outage.again(reason);
        });
    if (before[0] == null || before[0].isNews(reason)) {
      with(log.atWarn(), fields).addKeyValue("reason", reason).log("{}: {}", subject, reason);
    }
  }

  /** It works; nothing is logged where it did before. */
  public void ended(String subject) {
    ended(subject, Map.of());
  }

  /** It works; nothing is logged where it did before. */
  public void ended(String subject, Map<String, String> fields) {
    Outage outage = outages.remove(subject);
    if (outage != null) {
      with(log.atInfo(), fields)
          .addKeyValue("reason", "Recovered")
          .log(
              "{}: works again after {} s; it had failed {} time{}: {}",
              subject,
              Math.max(0, Duration.between(outage.began(), clock.instant()).toSeconds()),
              outage.times(),
              outage.times() == 1 ? "" : "s",
              outage.reason());
    }
  }

  /** Forgets a subject that no longer exists. */
  public void forget(String subject) {
    outages.remove(subject);
  }

  /** Why it fails; empty where it works. */
  public Optional<String> reason(String subject) {
    return Optional.ofNullable(outages.get(subject)).map(Outage::reason);
  }

  /** Everything that fails, each with its reason, in the order of their names. */
  public Map<String, String> failing() {
    Map<String, String> failing = new TreeMap<>();
    outages.forEach((subject, outage) -> failing.put(subject, outage.reason()));
    return failing;
  }

  private static LoggingEventBuilder with(LoggingEventBuilder line, Map<String, String> fields) {
    LoggingEventBuilder built = line;
    for (Map.Entry<String, String> field : new TreeMap<>(fields).entrySet()) {
      built = built.addKeyValue(field.getKey(), field.getValue());
    }
    return built;
  }
}
