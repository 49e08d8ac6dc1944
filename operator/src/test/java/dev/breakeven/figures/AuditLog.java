package dev.breakeven.figures;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What an API server was asked by one user, from its own audit log. */
record AuditLog(Path file) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> WRITES =
      Set.of("create", "update", "patch", "delete", "deletecollection");

  /** One request that was answered. */
  record Request(Instant at, String verb, String what) {
    boolean isWrite() {
      return WRITES.contains(verb);
    }
  }

  /** A policy that logs who asked for what, of one user alone. */
  static String policyFor(String user) {
    return """
    apiVersion: audit.k8s.io/v1
    kind: Policy
    omitStages: [RequestReceived, ResponseStarted]
    rules:
    - {level: Metadata, users: ["%s"]}
    - {level: None}
    """
        .formatted(user);
  }

  /** Everything asked between two times. */
  List<Request> between(Instant from, Instant to) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(AuditLog::request)
          .filter(r -> !r.at.isBefore(from) && r.at.isBefore(to))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Request request(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      JsonNode object = event.path("objectRef");
      return new Request(
          Instant.parse(event.path("requestReceivedTimestamp").asText()),
          event.path("verb").asText(),
          "%s/%s %s"
              .formatted(
                  object.path("resource").asText(),
                  object.path("subresource").asText(),
                  object.path("name").asText()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
