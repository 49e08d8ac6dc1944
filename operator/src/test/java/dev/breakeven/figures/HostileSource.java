package dev.breakeven.figures;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.breakeven.testing.Repository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A source that answers with more than anybody can hold, while the operator has the memory that the
 * chart gives it: it must live, and name the source's fault.
 */
@Command(name = "hostile", description = "Answers of a gigabyte, in the chart's memory.")
final class HostileSource implements Callable<Integer> {

  private static final int MEBIBYTE = 1 << 20;
  private static final int PATIENCE_SECONDS = 120;
  private static final String HEAD = "{\"status\":\"success\",\"data\":{\"result\":[";

  @Option(
      names = "--java-options",
      paramLabel = "OPTIONS",
      description = "Of the operator's JVM; default those of the image, in 512 MiB.")
  String javaOptions =
      "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms56m -XX:MaxNewSize=24m"
          + " -XX:MinHeapFreeRatio=15 -XX:MaxHeapFreeRatio=25 -XX:MaxRAMPercentage=60"
          + " -XX:MaxRAM=512m -XX:+ExitOnOutOfMemoryError";

  @Option(names = "--seconds", description = "How long it answers so, each way; default 60.")
  int seconds = 60;

  private enum Way {
    NOTHING,
    GIGABYTE_OF_SERIES,
    GIGABYTE_OF_ONE_STRING,
    GZIP_BOMB,
    LABELS_OF_A_MEGABYTE,
    TWO_HUNDRED_THOUSAND_SERIES,
    GIGABYTE_OF_POINTS
  }

  private volatile Way way = Way.NOTHING;
  private final AtomicInteger asked = new AtomicInteger();

  @Override
  public Integer call() throws Exception {
    byte[] bomb = bomb();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(exchange, bomb));
    server.setExecutor(
        Executors.newCachedThreadPool(
            work -> {
              Thread daemon = new Thread(work, "hostile");
              daemon.setDaemon(true);
              return daemon;
            }));
    server.start();
    Path configuration =
        Files.writeString(
            Repository.scratch("hostile").resolve("breakeven.yaml"),
            "sources: {default: {url: \"http://127.0.0.1:%d\"}}\n"
                .formatted(server.getAddress().getPort()));
    try (Stage stage = new Stage();
        Statuses statuses = new Statuses(stage.client());
        OperatorProcess operator =
            new OperatorProcess(
                OperatorProcess.Program.LAUNCHER,
                stage.operatorKubeconfig(),
                configuration,
                "5s",
                javaOptions)) {
      stage.namespace("team");
      stage.create(List.of(Workloads.deployment("team", "chat", 1)));
      stage.applyPolicies(List.of(Workloads.policy("team", "chat", "0.60", "2.40")));
      statuses.await(1, p -> p.getStatus() != null, PATIENCE_SECONDS);
      for (Way each : Way.values()) {
        way = each;
        int before = asked.get();
        LockSupport.parkNanos(Duration.ofSeconds(seconds).toNanos());
        operator.mustRun();
        Figure.measured(
            each + ", resident memory at its highest until then",
            operator.highestResidentMebibytes(),
            "MiB",
            512);
        Figure.measured(
            each + ", requests a minute", (asked.get() - before) * 60.0 / seconds, "", 312);
        Figure.doing(
            "it says: %s",
            statuses.all().stream().map(p -> Statuses.condition(p, "SourceAnswers")).toList());
      }
      Figure.measured("lines of stack traces", (double) operator.linesOfTraces(), "", 0);
      way = Way.NOTHING;
      // A condition that holds is not among those of the short status.
      statuses.await(
          1, p -> !Statuses.condition(p, "SourceAnswers").startsWith("False/"), PATIENCE_SECONDS);
      Figure.doing("answered again once the source is as it should be");
    } finally {
      server.stop(0);
    }
    return 0;
  }

  private void answer(HttpExchange exchange, byte[] bomb) throws IOException {
    asked.incrementAndGet();
    String form =
        URLDecoder.decode(
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
            StandardCharsets.UTF_8);
    boolean isClock = form.contains("query=vector(time())");
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    boolean isBomb = way == Way.GZIP_BOMB && !isClock;
    if (isBomb) {
      exchange.getResponseHeaders().add("Content-Encoding", "gzip");
    }
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      if (isClock) {
        long now = Instant.now().getEpochSecond();
        out.write(text(HEAD + "{\"metric\":{},\"value\":[" + now + ",\"" + now + "\"]}]}}"));
      } else if (isBomb) {
        out.write(bomb);
      } else {
        write(out, way);
      }
    } catch (IOException e) {
      // The operator has read enough, and hung up: that is what it is for.
      exchange.close();
    }
  }

  private static void write(OutputStream out, Way way) throws IOException {
    out.write(text(HEAD));
    long now = Instant.now().getEpochSecond() / 600 * 600;
    switch (way) {
      case GIGABYTE_OF_SERIES -> {
        for (long written = 0, i = 0; written < 1L << 30; i++) {
          byte[] series = series(i, "", now, 20);
          out.write(series);
          written += series.length;
        }
      }
      case GIGABYTE_OF_ONE_STRING -> {
        out.write(text("{\"metric\":{\"pod\":\""));
        many(out, 1024);
        out.write(text("\"},\"values\":[]},"));
      }
      case GIGABYTE_OF_POINTS -> {
        out.write(text("{\"metric\":{\"pod\":\"a\"},\"values\":["));
        byte[] points = text(("[" + now + ",\"1.5\"],").repeat(10_000));
        for (long written = 0; written < 1L << 30; written += points.length) {
          out.write(points);
        }
        out.write(text("[" + now + ",\"1\"]]},"));
      }
      case LABELS_OF_A_MEGABYTE -> {
        for (int i = 0; i < 100; i++) {
          out.write(series(i, "x".repeat(MEBIBYTE), now, 1));
        }
      }
      case TWO_HUNDRED_THOUSAND_SERIES -> {
        for (int i = 0; i < 200_000; i++) {
          out.write(series(i, "", now, 2));
        }
      }
      case NOTHING, GZIP_BOMB -> {}
    }
    out.write(text(way == Way.NOTHING ? "]}}" : "{\"metric\":{},\"values\":[]}]}}"));
  }

  private static byte[] series(long i, String label, long now, int points) {
    StringBuilder text = new StringBuilder();
    text.append("{\"metric\":{\"namespace\":\"team\",\"model_name\":\"acme/chat\",\"long\":\"")
        .append(label)
        .append("\",\"pod\":\"chat-7d4b9c6f85-")
        .append(i)
        .append("\"},\"values\":[");
    for (int k = points; k > 0; k--) {
      text.append('[').append(now - 600L * k).append(",\"1.25\"]").append(k > 1 ? "," : "");
    }
    return text(text.append("]},").toString());
  }

  private static void many(OutputStream out, int mebibytes) throws IOException {
    byte[] one = text("x".repeat(MEBIBYTE));
    for (int i = 0; i < mebibytes; i++) {
      out.write(one);
    }
  }

  private static byte[] bomb() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(text(HEAD));
      many(out, 1024);
    }
    return packed.toByteArray();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
