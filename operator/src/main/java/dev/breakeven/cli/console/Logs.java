package dev.breakeven.cli.console;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.breakeven.configuration.OperatorConfiguration.LogFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the program logs, always to standard error. A command that answers and ends logs warnings
 * only ({@code logback.xml}); the operator logs what it does, one line an event.
 */
public final class Logs {

  /** Line ends inside a message or a trace are folded: one event is one line, whoever wrote it. */
  private static final String ONE_LINE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger{0} %replace(%msg){'\\s*[\\r"
          + "\\n"
          + "]+\\s*', ' | '}%replace( %ex{0}){'\\s*[\\r"
          + "\\n"
          + "]+\\s*', ' | '}%nopex%n";

  private Logs() {}

  /** From now on, what the operator logs, in that format. */
  public static void ofTheOperator(LogFormat format) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    context.reset();
    Encoder<ILoggingEvent> encoder = format == LogFormat.json ? json(context) : text(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ShortAppender();
    console.setContext(context);
    console.setName("console");
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console);
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
    context.getLogger("dev.breakeven").setLevel(Level.INFO);
    // Informers, watches and the SDK warn of each attempt; the operator reports what begins and
    // what ends.
    LIBRARIES.forEach(library -> context.getLogger(library).setLevel(Level.ERROR));
  }

  private static final List<String> LIBRARIES =
      List.of("io.fabric8.kubernetes.client", "io.javaoperatorsdk", "io.vertx", "io.netty");

  /**
   * A network that fails is a sentence: no line of our code could be at fault. An error that only a
   * library knows of is a warning without its trace, once in a while however often it is met.
   */
  private static final class ShortAppender extends ConsoleAppender<ILoggingEvent> {

    private static final Duration SAID_AGAIN_AFTER = Duration.ofMinutes(10);
    private static final int MOST_REMEMBERED = 200;

    private final Map<String, Instant> said = new ConcurrentHashMap<>();

    @Override
    protected void append(ILoggingEvent event) {
      if (LIBRARIES.stream().anyMatch(library -> event.getLoggerName().startsWith(library))) {
        ofLibrary(event).ifPresent(super::append);
      } else {
        super.append(shortened(event));
      }
    }

    private Optional<ILoggingEvent> ofLibrary(ILoggingEvent event) {
      Instant last = said.get(event.getMessage());
      if (last != null && last.plus(SAID_AGAIN_AFTER).isAfter(event.getInstant())) {
        return Optional.empty();
      }
      if (said.size() < MOST_REMEMBERED) {
        said.put(event.getMessage(), event.getInstant());
      }
      if (!(LoggerFactory.getLogger(event.getLoggerName())
          instanceof ch.qos.logback.classic.Logger logger)) {
        return Optional.of(event);
      }
      String why =
          event.getThrowableProxy() instanceof ThrowableProxy thrown
              ? ": " + Failure.sentence(thrown.getThrowable())
              : "";
      return Optional.of(said(event, logger, Level.WARN, event.getFormattedMessage() + why));
    }

    private static LoggingEvent said(
        ILoggingEvent event, ch.qos.logback.classic.Logger logger, Level level, String message) {
      LoggingEvent said =
          new LoggingEvent(Logs.class.getName(), logger, level, message, null, null);
      said.setInstant(event.getInstant());
      said.setThreadName(event.getThreadName());
      return said;
    }

    private static ILoggingEvent shortened(ILoggingEvent event) {
      if (!(event.getThrowableProxy() instanceof ThrowableProxy thrown)
          || !(LoggerFactory.getLogger(event.getLoggerName())
              instanceof ch.qos.logback.classic.Logger logger)) {
        return event;
      }
      return Failure.outside(thrown.getThrowable())
          .<ILoggingEvent>map(
              why ->
                  said(event, logger, event.getLevel(), event.getFormattedMessage() + ": " + why))
          .orElse(event);
    }
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(ONE_LINE);
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonLines encoder = new JsonLines();
    encoder.setContext(context);
    return encoder;
  }
}
