package dev.breakeven.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OutageLogTest {

  private final OutageLog outages =
      new OutageLog(Clock.fixed(Instant.parse("2026-11-25T10:00:00Z"), ZoneOffset.UTC));
  private final Logger logger = (Logger) LoggerFactory.getLogger(OutageLog.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  private @Nullable Level before;

  @BeforeEach
  void listen() {
    before = logger.getLevel();
    logger.setLevel(Level.INFO);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void end() {
    logger.detachAppender(lines);
    logger.setLevel(before);
  }

  private List<String> said() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void whatFailsAgainAndAgainIsALineWhenItBeginsAndOneWhenItEnds() {
    outages.failed("list", "HTTP 503");
    outages.failed("list", "HTTP 503");
    outages.ended("list");
    outages.ended("list");

    assertThat(said())
        .containsExactly(
            "list: HTTP 503", "list: works again after 0 s; it had failed 2 times: HTTP 503");
  }

  @Test
  void reasonsThatTakeTurnsAreALineEach() {
    for (int i = 0; i < 50; i++) {
      outages.failed("list", i % 2 == 0 ? "HTTP 503" : "no answer");
    }

    assertThat(said()).containsExactly("list: HTTP 503", "list: no answer");
    assertThat(outages.reason("list")).contains("no answer");
  }

  @Test
  void reasonsThatAreNeverTheSameAreSaidAFewTimes() {
    for (int i = 0; i < 1_000; i++) {
      outages.failed("list", "HTTP " + i);
    }

    assertThat(said()).hasSize(10);
  }

  @Test
  void whatFailsOnceMoreAfterItWorkedIsSaidAgain() {
    outages.failed("list", "HTTP 503");
    outages.ended("list");
    outages.failed("list", "HTTP 503");

    assertThat(said()).hasSize(3).last().isEqualTo("list: HTTP 503");
  }
}
