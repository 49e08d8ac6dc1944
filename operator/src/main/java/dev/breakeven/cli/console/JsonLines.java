package dev.breakeven.cli.console;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.slf4j.event.KeyValuePair;

/**
 * A log line as one JSON object: {@code timestamp} (RFC 3339, UTC), {@code level}, {@code logger},
 * {@code message}, and beside them what the line is about: {@code policy}, {@code source}, {@code
 * reason}. An exception is its type and message; its stack trace is there at DEBUG only.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] NOTHING = new byte[0];
  private static final int MAX_CAUSES = 4;

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ObjectNode line = JSON.createObjectNode();
    line.put("timestamp", event.getInstant().toString());
    line.put("level", event.getLevel().toString());
    line.put("logger", event.getLoggerName());
    line.put("message", event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair field : event.getKeyValuePairs()) {
        line.put(field.key, String.valueOf(field.value));
      }
    }
    if (event.getThrowableProxy() != null) {
      line.set(
          "error",
          error(event.getThrowableProxy(), Level.DEBUG.isGreaterOrEqual(event.getLevel()), 0));
    }
    try {
      return (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }

  private static ObjectNode error(IThrowableProxy thrown, boolean withTrace, int depth) {
    ObjectNode error = JSON.createObjectNode();
    error.put("type", thrown.getClassName());
    error.put("message", thrown.getMessage());
    if (withTrace) {
      ArrayNode trace = error.putArray("trace");
      for (StackTraceElementProxy frame : thrown.getStackTraceElementProxyArray()) {
        trace.add(frame.getSTEAsString());
      }
    }
    if (thrown.getCause() != null && depth < MAX_CAUSES) {
      error.set("cause", error(thrown.getCause(), withTrace, depth + 1));
    }
    return error;
  }
}
