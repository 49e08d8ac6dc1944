package dev.breakeven.operator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What the operators of this process log from now on. */
final class OperatorLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
  private final Logger ours;

  OperatorLog() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    ours = context.getLogger("dev.breakeven");
    ours.setLevel(Boolean.getBoolean("breakeven.faults.debug") ? Level.DEBUG : Level.INFO);
    setContext(context);
    start();
    ours.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent line) {
    lines.add(line);
  }

  void clear() {
    lines.clear();
  }

  @Override
  public void close() {
    ours.detachAppender(this);
  }

  List<String> traces() {
    return lines.stream()
        .filter(line -> line.getLevel().isGreaterOrEqual(Level.INFO))
        .filter(line -> line.getThrowableProxy() != null)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  /** Outages that began more often than they ended, but for the one that may be open. */
  List<String> saidAgain() {
    Map<String, Long> open = new HashMap<>();
    List<String> again = new ArrayList<>();
    for (ILoggingEvent line : lines) {
      String text = line.getFormattedMessage();
      if (line.getLoggerName().endsWith("OutageLog") && text.contains(": ")) {
        String subject = text.substring(0, text.indexOf(": "));
        if (text.contains(": works again after ")) {
          open.keySet().removeIf(said -> said.startsWith(subject + ": "));
        } else if (open.merge(text, 1L, Long::sum) > 1) {
          again.add(text);
        }
      }
    }
    return again;
  }

  List<String> saying(String words) {
    return lines.stream()
        .filter(line -> line.getLevel().isGreaterOrEqual(Level.INFO))
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.contains(words))
        .toList();
  }
}
