package dev.breakeven.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.breakeven.configuration.OperatorConfiguration.LogFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the program logs, always to standard error. A command that answers and ends logs warnings
 * only ({@code logback.xml}); the operator logs what it does, one line an event.
 */
final class Logs {

  /** Line ends inside a message or a trace are folded: one event is one line, whoever wrote it. */
  private static final String ONE_LINE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger{0} %replace(%msg){'\\s*[\\r"
          + "\\n"
          + "]+\\s*', ' | '}%replace( %ex{0}){'\\s*[\\r"
          + "\\n"
          + "]+\\s*', ' | '}%nopex%n";

  private Logs() {}

  /** From now on, what the operator logs, in that format. */
  static void ofTheOperator(LogFormat format) {
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
    // Informers, watches and the SDK report each attempt with its trace; the operator reports what
    // begins and what ends.
    for (String library :
        List.of(
            "io.fabric8.kubernetes.client.informers",
            "io.fabric8.kubernetes.client.dsl.internal",
            "io.fabric8.kubernetes.client.http",
            "io.fabric8.kubernetes.client.utils",
            "io.javaoperatorsdk")) {
      context.getLogger(library).setLevel(Level.OFF);
    }
    // It warns of our own resources' version at every start: nothing that anybody could act on.
    context
        .getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils")
        .setLevel(Level.ERROR);
  }

  /** A network that fails is a sentence: no line of our code could be at fault. */
  private static final class ShortAppender extends ConsoleAppender<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      super.append(shortened(event));
    }

    private static ILoggingEvent shortened(ILoggingEvent event) {
      if (!(event.getThrowableProxy() instanceof ThrowableProxy thrown)
          || !(LoggerFactory.getLogger(event.getLoggerName())
              instanceof ch.qos.logback.classic.Logger logger)) {
        return event;
      }
      return Failure.outside(thrown.getThrowable())
          .<ILoggingEvent>map(
              why -> {
                LoggingEvent said =
                    new LoggingEvent(
                        Logs.class.getName(),
                        logger,
                        event.getLevel(),
                        event.getFormattedMessage() + ": " + why,
                        null,
                        null);
                said.setInstant(event.getInstant());
                said.setThreadName(event.getThreadName());
                return said;
              })
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
