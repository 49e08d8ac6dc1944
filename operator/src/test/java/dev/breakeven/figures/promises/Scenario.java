package dev.breakeven.figures.promises;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;

/** Prices and capacity that all workloads of a file are judged with. Money an hour, tokens/s. */
record Scenario(
    String name,
    double replicaHour,
    double inputCapacity,
    double outputCapacity,
    double targetUtilization,
    double overheadPerMonth,
    double inputPerMillion,
    double outputPerMillion) {

  static final int MOST_REPLICAS = 500;

  static Scenario read(Path json) throws IOException {
    JsonNode s = new ObjectMapper().readTree(json.toFile());
    return new Scenario(
        json.getFileName().toString().replace(".json", ""),
        s.get("replica_hourly").asDouble(),
        s.get("input_capacity").asDouble(),
        s.get("output_capacity").asDouble(),
        s.get("target_utilization").asDouble(),
        s.get("overhead_monthly").asDouble(),
        s.get("input_per_million").asDouble(),
        s.get("output_per_million").asDouble());
  }

  double peopleHour() {
    return overheadPerMonth / 730;
  }

  /** Replicas' worth of work. */
  double load(double inputTokensPerSecond, double outputTokensPerSecond) {
    return inputTokensPerSecond / inputCapacity + outputTokensPerSecond / outputCapacity;
  }

  /** Money a second at the API. */
  double apiPerSecond(double inputTokensPerSecond, double outputTokensPerSecond) {
    return (inputTokensPerSecond * inputPerMillion + outputTokensPerSecond * outputPerMillion)
        / 1e6;
  }
}
