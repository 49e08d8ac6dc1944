package dev.breakeven.render.words;

import dev.breakeven.advice.Issue;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/** The one thing to do about an issue. */
public final class Remedies {

  private static final Map<String, String> BY_NAME = read();

  private Remedies() {}

  /** What to do; empty where there is nothing that needs doing. */
  public static Optional<String> of(Issue issue) {
    return Optional.ofNullable(BY_NAME.get(issue.reason() + "." + issue.message().cause()))
        .or(() -> of(issue.reason()));
  }

  /** What to do about any issue of this reason. */
  public static Optional<String> of(Issue.Reason reason) {
    return Optional.ofNullable(BY_NAME.get(reason.name()));
  }

  private static Map<String, String> read() {
    Properties properties = new Properties();
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(Remedies.class.getResourceAsStream("remedies.properties")),
            StandardCharsets.UTF_8)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> remedies = new TreeMap<>();
    properties.stringPropertyNames().forEach(n -> remedies.put(n, properties.getProperty(n)));
    return remedies;
  }
}
