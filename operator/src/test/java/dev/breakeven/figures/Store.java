package dev.breakeven.figures;

import dev.breakeven.testing.ChildProcess;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.Loopback;
import dev.breakeven.testing.Repository;
import dev.breakeven.testing.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A server that keeps metrics, on loopback, with the history that it is given. Each holds the same
 * one: Prometheus, Thanos and Cortex as the blocks that {@code promtool} makes of it, both of
 * VictoriaMetrics as text.
 */
abstract class Store implements AutoCloseable {

  /** A history in both forms. */
  record Past(Path text, Path blocks) {}

  private final String title;
  private final Path directory;
  private final List<ChildProcess> processes = new ArrayList<>();

  private Store(String title) {
    this.title = title;
    this.directory = Repository.scratch("store");
  }

  /** Those that can be named. */
  static List<String> names() {
    return List.of("prometheus", "thanos", "victoriametrics", "victoriametrics-cluster", "cortex");
  }

  /** One that holds this past. */
  static Store holding(String name, Past past) {
    return switch (name) {
      case "prometheus" -> new Prometheus(past);
      case "thanos" -> new Thanos(past);
      case "cortex" -> new Cortex(past);
      case "victoriametrics" -> new VictoriaMetrics(past);
      case "victoriametrics-cluster" -> new VictoriaMetricsCluster(past);
      default -> throw new IllegalArgumentException(name + " is none of " + names());
    };
  }

  String title() {
    return title;
  }

  /** Below which {@code /api/v1} lies. */
  abstract String url();

  /** Takes a part of its data away, as an outage would; says what was done, or nothing. */
  String loseAPart() {
    return "";
  }

  @Override
  public void close() {
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).close();
    }
    Repository.delete(directory);
  }

  final Path directory() {
    return directory;
  }

  /** Starts a program and waits until an address answers. */
  final ChildProcess start(Tool tool, String answersAt, String... arguments) {
    ChildProcess process =
        ChildProcess.start(
            tool.program(),
            directory.resolve(tool.program() + processes.size() + ".log"),
            Map.of(),
            tool.command(arguments));
    processes.add(process);
    Loopback.await(process, () -> !Loopback.textAt(answersAt).isEmpty());
    return process;
  }

  private static void importText(String address, Path text) {
    try {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(address))
                      .POST(HttpRequest.BodyPublishers.ofFile(text))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new IllegalStateException(address + ": HTTP " + response.statusCode());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> blocksOf(Past past) {
    try (Stream<Path> blocks = Files.list(past.blocks())) {
      return blocks.filter(block -> Files.exists(block.resolve("meta.json"))).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Prometheus extends Store {
    private final LivePrometheus server;

    Prometheus(Past past) {
      super("Prometheus");
      copy(past.blocks(), directory().resolve("data"));
      server = LivePrometheus.scrapingNothing().keepingDataIn(directory().resolve("data")).start();
    }

    @Override
    String url() {
      return server.url();
    }

    @Override
    public void close() {
      server.close();
      super.close();
    }
  }

  /** A querier over a store gateway, which reads blocks that a sidecar might have uploaded. */
  private static final class Thanos extends Store {
    private final String url;
    private final ChildProcess gateway;

    Thanos(Past past) {
      super("Thanos");
      Path bucket = directory().resolve("bucket");
      for (Path block : blocksOf(past)) {
        Path copied = bucket.resolve(block.getFileName().toString());
        copy(block, copied);
        labelled(copied.resolve("meta.json"));
      }
      String objects = "type: FILESYSTEM\nconfig: {directory: %s}\n".formatted(bucket);
      int gatewayGrpc = Loopback.freePort();
      int gatewayHttp = Loopback.freePort();
      gateway =
          start(
              Tool.THANOS,
              "http://127.0.0.1:%d/-/ready".formatted(gatewayHttp),
              "store",
              "--data-dir=" + directory().resolve("gateway"),
              "--objstore.config=" + objects,
              "--consistency-delay=0s",
              "--grpc-address=127.0.0.1:" + gatewayGrpc,
              "--http-address=127.0.0.1:" + gatewayHttp);
      int http = Loopback.freePort();
      url = "http://127.0.0.1:" + http;
      start(
          Tool.THANOS,
          url + "/-/ready",
          "query",
          "--endpoint=127.0.0.1:" + gatewayGrpc,
          "--query.replica-label=replica",
          "--grpc-address=127.0.0.1:" + Loopback.freePort(),
          "--http-address=127.0.0.1:" + http);
    }

    /** With the labels that tell whose blocks they are, without which Thanos takes none. */
    private static void labelled(Path meta) {
      try {
        String text = Files.readString(meta).strip();
        Files.writeString(
            meta,
            text.substring(0, text.length() - 1)
                + ",\"thanos\":{\"labels\":{\"cluster\":\"eu-1\",\"replica\":\"a\"},"
                + "\"downsample\":{\"resolution\":0},\"source\":\"sidecar\"}}");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    String url() {
      return url;
    }

    @Override
    String loseAPart() {
      gateway.kill();
      return "its store gateway killed";
    }
  }

  private static final class VictoriaMetrics extends Store {
    private final String url;

    VictoriaMetrics(Past past) {
      super("VictoriaMetrics");
      url = "http://127.0.0.1:" + Loopback.freePort();
      start(
          Tool.VICTORIA_METRICS,
          url + "/health",
          "-storageDataPath=" + directory().resolve("data"),
          "-retentionPeriod=1y",
          "-httpListenAddr=" + url.substring("http://".length()));
      importText(url + "/api/v1/import/prometheus", past.text());
      Loopback.textAt(url + "/internal/force_flush");
    }

    @Override
    String url() {
      return url;
    }
  }

  /** Two storage nodes, each with a half of the series. */
  private static final class VictoriaMetricsCluster extends Store {
    private final String url;
    private final List<ChildProcess> storages = new ArrayList<>();

    VictoriaMetricsCluster(Past past) {
      super("VictoriaMetrics, cluster");
      List<String> inserts = new ArrayList<>();
      List<String> selects = new ArrayList<>();
      List<String> storageUrls = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        String insert = "127.0.0.1:" + Loopback.freePort();
        String select = "127.0.0.1:" + Loopback.freePort();
        String http = "127.0.0.1:" + Loopback.freePort();
        storages.add(
            start(
                Tool.VMSTORAGE,
                "http://" + http + "/health",
                "-storageDataPath=" + directory().resolve("data" + i),
                "-retentionPeriod=1y",
                "-httpListenAddr=" + http,
                "-vminsertAddr=" + insert,
                "-vmselectAddr=" + select));
        inserts.add(insert);
        selects.add(select);
        storageUrls.add("http://" + http);
      }
      String insert = "http://127.0.0.1:" + Loopback.freePort();
      start(
          Tool.VMINSERT,
          insert + "/health",
          "-storageNode=" + String.join(",", inserts),
          "-httpListenAddr=" + insert.substring("http://".length()));
      String select = "http://127.0.0.1:" + Loopback.freePort();
      start(
          Tool.VMSELECT,
          select + "/health",
          "-storageNode=" + String.join(",", selects),
          "-httpListenAddr=" + select.substring("http://".length()));
      url = select + "/select/0/prometheus";
      importText(insert + "/insert/0/prometheus/api/v1/import/prometheus", past.text());
      storageUrls.forEach(storage -> Loopback.textAt(storage + "/internal/force_flush"));
    }

    @Override
    String url() {
      return url;
    }

    @Override
    String loseAPart() {
      storages.get(0).kill();
      return "one of its two storage nodes killed";
    }
  }

  /** All of it in one process, which reads blocks from a folder. */
  private static final class Cortex extends Store {
    private static final String TENANT = "fake"; // its name for the one there is without tenants

    private final String url;

    Cortex(Past past) {
      super("Cortex");
      for (Path block : blocksOf(past)) {
        copy(
            block,
            directory().resolve("bucket").resolve(TENANT).resolve(block.getFileName().toString()));
      }
      int http = Loopback.freePort();
      Path file = directory().resolve("cortex.yaml");
      try {
        for (String made : List.of("rules", "alerts", "scratch")) {
          Files.createDirectories(directory().resolve(made));
        }
        Files.writeString(
            file,
            """
            target: all
            auth_enabled: false
            server: {http_listen_address: 127.0.0.1, http_listen_port: %1$d, grpc_listen_address: 127.0.0.1, grpc_listen_port: %2$d}
            ingester: {lifecycler: {address: 127.0.0.1, min_ready_duration: 0s, final_sleep: 0s, ring: {kvstore: {store: inmemory}, replication_factor: 1}}}
            distributor: {ring: {kvstore: {store: inmemory}, instance_addr: 127.0.0.1}}
            compactor: {data_dir: %3$s/compactor, sharding_ring: {kvstore: {store: inmemory}, instance_addr: 127.0.0.1}}
            store_gateway: {sharding_ring: {kvstore: {store: inmemory}, instance_addr: 127.0.0.1}}
            blocks_storage:
              backend: filesystem
              filesystem: {dir: %3$s/bucket}
              tsdb: {dir: %3$s/tsdb}
              bucket_store: {sync_dir: %3$s/sync, sync_interval: 5s, ignore_blocks_within: 0s, bucket_index: {enabled: false}}
            ruler: {rule_path: %3$s/scratch, enable_api: false, ring: {kvstore: {store: inmemory}, instance_addr: 127.0.0.1}}
            ruler_storage: {backend: local, local: {directory: %3$s/rules}}
            alertmanager_storage: {backend: local, local: {path: %3$s/alerts}}
            alertmanager: {external_url: "http://127.0.0.1/alertmanager", data_dir: %3$s/alertmanager, cluster: {listen_address: ""}}
            querier: {query_store_after: 0s, active_query_tracker_dir: %3$s/queries}
            """
                .formatted(http, Loopback.freePort(), directory()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      start(Tool.CORTEX, "http://127.0.0.1:%d/ready".formatted(http), "-config.file=" + file);
      url = "http://127.0.0.1:%d/prometheus".formatted(http);
    }

    @Override
    String url() {
      return url;
    }
  }
}
