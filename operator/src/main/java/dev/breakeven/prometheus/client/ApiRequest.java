package dev.breakeven.prometheus.client;

import dev.breakeven.prometheus.query.QueryCatalog;
import java.util.LinkedHashMap;
import java.util.Map;

/** One query to a Prometheus-compatible server, from the table {@link QueryCatalog}. */
public sealed interface ApiRequest {

  /** Which row of the table it is. */
  QueryCatalog query();

  /** The row with its parameters filled in. */
  String promql();

  /** Path below the server's base URL. */
  String path();

  /** The form that is posted, unencoded. */
  Map<String, String> form();

  /**
   * A figure at every step's end.
   *
   * @param firstEpochSecond the first evaluation, seconds UTC
   * @param lastEpochSecond the last evaluation, seconds UTC
   * @param stepSeconds between two evaluations, seconds
   */
  record Range(
      QueryCatalog query,
      String promql,
      long firstEpochSecond,
      long lastEpochSecond,
      int stepSeconds)
      implements ApiRequest {

    @Override
    public String path() {
      return "/api/v1/query_range";
    }

    @Override
    public Map<String, String> form() {
      Map<String, String> form = new LinkedHashMap<>();
      form.put("query", promql);
      form.put("start", Long.toString(firstEpochSecond));
      form.put("end", Long.toString(lastEpochSecond));
      form.put("step", Integer.toString(stepSeconds));
      return form;
    }
  }

  /**
   * A figure at one time.
   *
   * @param atEpochSecond the evaluation, seconds UTC
   */
  record Instant(QueryCatalog query, String promql, long atEpochSecond) implements ApiRequest {

    @Override
    public String path() {
      return "/api/v1/query";
    }

    @Override
    public Map<String, String> form() {
      Map<String, String> form = new LinkedHashMap<>();
      form.put("query", promql);
      form.put("time", Long.toString(atEpochSecond));
      return form;
    }
  }

  /** A figure at the server's own time. */
  record Now(QueryCatalog query, String promql) implements ApiRequest {

    @Override
    public String path() {
      return "/api/v1/query";
    }

    @Override
    public Map<String, String> form() {
      return Map.of("query", promql);
    }
  }
}
