package dev.breakeven.testing;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes history as OpenMetrics text, sample by sample, as a scrape every minute would have left
 * it. A step whose figure is NaN has no samples: nothing was scraped then.
 */
public final class OpenMetrics implements AutoCloseable {

  private final BufferedWriter out;
  private final long sampleSeconds;

  private OpenMetrics(BufferedWriter out, long sampleSeconds) {
    this.out = out;
    this.sampleSeconds = sampleSeconds;
  }

  /** Text with a sample every minute. */
  public static OpenMetrics into(Path file) {
    return into(file, Duration.ofMinutes(1));
  }

  /** Text with a sample every so often, which divides the steps of what is written. */
  public static OpenMetrics into(Path file, Duration between) {
    try {
      return new OpenMetrics(Files.newBufferedWriter(file), between.toSeconds());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A counter that starts at 0 and grows at these rates.
   *
   * @param name with its {@code _total}, where the engine has one
   * @param startSeconds when the first step starts, seconds UTC
   * @param stepSeconds length of a step
   * @param perSecond growth per second during each step
   */
  public OpenMetrics counter(
      String name,
      Map<String, String> labels,
      long startSeconds,
      int stepSeconds,
      double... perSecond) {
    String series = series(name, labels);
    double value = 0;
    for (int step = 0; step < perSecond.length; step++) {
      if (Double.isNaN(perSecond[step])) {
        continue;
      }
      long start = startSeconds + (long) step * stepSeconds;
      if (step == 0 || Double.isNaN(perSecond[step - 1])) {
        line(series, start, value);
      }
      for (long offset = sampleSeconds; offset <= stepSeconds; offset += sampleSeconds) {
        line(series, start + offset, value + perSecond[step] * offset);
      }
      value += perSecond[step] * stepSeconds;
    }
    return this;
  }

  /** A gauge that holds each value for one step; the last sample of a step is the next one's. */
  public OpenMetrics gauge(
      String name,
      Map<String, String> labels,
      long startSeconds,
      int stepSeconds,
      double... values) {
    String series = series(name, labels);
    for (int step = 0; step < values.length; step++) {
      if (Double.isNaN(values[step])) {
        continue;
      }
      long start = startSeconds + (long) step * stepSeconds;
      for (long offset = 0; offset < stepSeconds; offset += sampleSeconds) {
        line(series, start + offset, values[step]);
      }
    }
    return this;
  }

  /** One sample, of whatever value: NaN too. Samples of one series come in time order. */
  public OpenMetrics sample(String name, Map<String, String> labels, long seconds, double value) {
    line(series(name, labels), seconds, value);
    return this;
  }

  @Override
  public void close() {
    try (out) {
      out.write("# EOF\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String series(String name, Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + "\"")
            .collect(Collectors.joining(",", name + "{", "}"));
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private void line(String series, long seconds, double value) {
    try {
      out.write(series + " " + value + " " + seconds + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
