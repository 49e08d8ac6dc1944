package dev.breakeven.configuration;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Where a server listens.
 *
 * @param host name or address
 * @param port 0 to 65535; 0 takes a free one
 */
public record ListenAddress(String host, int port) {

  private static final int LAST_PORT = 65_535;

  /**
   * @param text {@code HOST:PORT}
   * @throws IllegalArgumentException if it is not that
   */
  @JsonCreator
  public static ListenAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon > 0 && port >= 0 && port <= LAST_PORT) {
        return new ListenAddress(text.substring(0, colon), port);
      }
    } catch (NumberFormatException e) {
      // Refused below with the same words as every other wrong address.
    }
    throw new IllegalArgumentException("listen: \"" + text + "\" is not HOST:PORT");
  }

  @JsonValue
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
