package dev.breakeven.figures;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What queries cost a Prometheus, from the log that it keeps of them. */
final class QueryLog {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private int read;

  QueryLog(Path file) {
    this.file = file;
    this.read = lines().size();
  }

  /** Shows how many queries came since the last time, and how many samples they read. */
  void shows(String until) {
    List<String> all = lines();
    long samples = 0;
    double seconds = 0;
    for (String line : all.subList(read, all.size())) {
      JsonNode stats = tree(line).path("stats");
      samples += stats.path("samples").path("totalQueryableSamples").asLong();
      seconds += stats.path("timings").path("evalTotalTime").asDouble();
    }
    Figure.measured("queries " + until, all.size() - read, "");
    Figure.measured("samples that they read, " + until, samples / 1e6, "M");
    Figure.measured("seconds that evaluating them took, " + until, seconds, "s");
    read = all.size();
  }

  private List<String> lines() {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode tree(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
