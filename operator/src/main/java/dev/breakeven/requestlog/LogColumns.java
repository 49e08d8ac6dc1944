package dev.breakeven.requestlog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which fields of a log hold what. A name that is stated counts; else the first of the known names
 * that a row has. Known are LiteLLM's spend logs, the usage exports of OpenAI and Anthropic, bodies
 * of OpenAI-compatible answers, and what people call such columns.
 *
 * @param time start of a request, or the only time there is
 * @param date its day, where {@code time} is only a time of day
 * @param end end of a request
 * @param input all prompt tokens, cached ones included
 * @param output generated tokens
 * @param cached prompt tokens found in a cache
 * @param requests how many requests a row counts
 * @param workload whose traffic it is: the model, unless another column is stated
 */
public record LogColumns(
    Optional<String> time,
    Optional<String> date,
    Optional<String> end,
    Optional<String> input,
    Optional<String> output,
    Optional<String> cached,
    Optional<String> requests,
    Optional<String> workload) {

  /** Every column by its known names. */
  public static final LogColumns KNOWN =
      new LogColumns(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  static final Names TIME =
      Names.of(
          "startTime",
          "start_time",
          "starting_at",
          "started_at",
          "start",
          "bucket_start_time",
          "bucket_start",
          "interval_start",
          "timestamp",
          "time",
          "ts",
          "timestamp_ms",
          "ts_ms",
          "epoch",
          "epoch_ms",
          "event_time",
          "logging_time",
          "time_iso8601",
          "time_local",
          "msec",
          "request_time",
          "request_timestamp",
          "aggregation_timestamp",
          "TimeGenerated",
          "asctime",
          "request_created_at",
          "datetime",
          "hour",
          "time_of_day",
          "date",
          "usage_date_utc",
          "usage_date",
          "day",
          "created_at",
          "created",
          "endTime",
          "end_time",
          "@timestamp");

  static final Names DATE =
      Names.of("date", "usage_date", "usage_date_utc", "day", "log_date", "event_date");

  static final Names END =
      Names.of(
          "endTime",
          "end_time",
          "ending_at",
          "ended_at",
          "response_created_at",
          "finished_at",
          "completed_at",
          "bucket_end_time",
          "bucket_end",
          "interval_end",
          "end");

  static final Names INPUT =
      Names.of(
          "prompt_tokens",
          "input_tokens",
          "usage.prompt_tokens",
          "usage.input_tokens",
          "n_context_tokens_total",
          "prompt_token_count",
          "num_input_tokens",
          "tokens_prompt",
          "tokens_in",
          "in_tokens",
          "input_token_count",
          "input.inputTokenCount",
          "usageMetadata.promptTokenCount",
          "full_response.usageMetadata.promptTokenCount",
          "gen_ai.usage.input_tokens",
          "input");

  /** Input without what was found in a cache or written to it. */
  static final Names UNCACHED_INPUT =
      Names.of(
          "uncached_input_tokens",
          "input_uncached_tokens",
          "usage_input_tokens_no_cache",
          "usageDetails.input");

  static final Names OUTPUT =
      Names.of(
          "completion_tokens",
          "output_tokens",
          "usage.completion_tokens",
          "usage.output_tokens",
          "n_generated_tokens_total",
          "completion_token_count",
          "output_token_count",
          "num_output_tokens",
          "generated_tokens",
          "tokens_completion",
          "tokens_out",
          "out_tokens",
          "usage_output_tokens",
          "output.outputTokenCount",
          "candidates_token_count",
          "usageMetadata.candidatesTokenCount",
          "full_response.usageMetadata.candidatesTokenCount",
          "usageDetails.output",
          "gen_ai.usage.output_tokens",
          "output");

  static final Names CACHED =
      Names.of(
          "input_cached_tokens",
          "cached_tokens",
          "cached_input_tokens",
          "prompt_cached_tokens",
          "prompt_tokens_details.cached_tokens",
          "input_tokens_details.cached_tokens",
          "usage.prompt_tokens_details.cached_tokens",
          "usage.input_tokens_details.cached_tokens",
          "metadata.usage_object.prompt_tokens_details.cached_tokens",
          "metadata.additional_usage_values.prompt_tokens_details.cached_tokens",
          "n_cached_context_tokens_total",
          "tokens_cached",
          "prompt_cache_hit_tokens",
          "usage.prompt_cache_hit_tokens",
          "usageMetadata.cachedContentTokenCount",
          "full_response.usageMetadata.cachedContentTokenCount");

  /**
   * As Anthropic counts: beside {@code input_tokens}, which then leaves them out, and not in it.
   */
  static final Names CACHE_READ =
      Names.of(
          "cache_read_input_tokens",
          "usage.cache_read_input_tokens",
          "usage_input_tokens_cache_read",
          "usageDetails.input_cached_tokens",
          "usageDetails.input_cache_read",
          "usageDetails.cache_read_input_tokens",
          "input.cacheReadInputTokenCount");

  static final Names CACHE_WRITTEN =
      Names.of(
          "cache_creation_input_tokens",
          "usage.cache_creation_input_tokens",
          "usage_input_tokens_cache_write_5m",
          "usage_input_tokens_cache_write_1h",
          "usageDetails.input_cache_creation",
          "usageDetails.cache_creation_input_tokens",
          "input.cacheWriteInputTokenCount",
          "cache_creation.ephemeral_5m_input_tokens",
          "cache_creation.ephemeral_1h_input_tokens",
          "usage.cache_creation.ephemeral_5m_input_tokens",
          "usage.cache_creation.ephemeral_1h_input_tokens");

  static final Names REQUESTS =
      Names.of("num_model_requests", "n_requests", "num_requests", "request_count", "requests");

  static final Names WORKLOAD =
      Names.of(
          "model_group",
          "model",
          "model_name",
          "snapshot_id",
          "model_id",
          "model_version",
          "engine",
          "model_permaslug",
          "request_model",
          "gen_ai.request.model");

  /** Counts that leave a part out, by the ends of their keys, and the field that has this part. */
  private static final Map<String, String> PARTS_BESIDE =
      Map.of(
          "candidatestokencount", "thoughtstokencount",
          "prompttokencount", "tooluseprompttokencount",
          "usagedetails.output", "usagedetails.outputreasoningtokens");

  /** The status that a server answered with, or that a gateway writes. */
  static final Names STATUS =
      Names.of("status", "status_code", "http_status", "http_status_code", "response_status");

  static final Names ERROR = Names.of("error", "error.message", "error_code", "exception");

  /** What tells one request from another of the same time and size. */
  static final Names ID = Names.of("request_id", "id", "generation_id", "response_id", "call_id");

  /**
   * Names of one thing, the likeliest first.
   *
   * @param shown as people know them
   * @param keys by which rows hold them
   */
  record Names(List<String> shown, List<String> keys) {

    static Names of(String... names) {
      return new Names(List.of(names), Stream.of(names).map(LogRow::key).distinct().toList());
    }
  }

  /** The part of a count that the row has in another field, as Gemini's thoughts. */
  static Optional<LogRow.Field> beside(LogRow row, LogRow.Field count) {
    String key = LogRow.key(count.name());
    for (Map.Entry<String, String> part : PARTS_BESIDE.entrySet()) {
      if (key.endsWith(part.getKey())) {
        return row.field(key.substring(0, key.length() - part.getKey().length()) + part.getValue());
      }
    }
    return Optional.empty();
  }

  /** The first of those fields in which the row says something. */
  static Optional<LogRow.Field> first(LogRow row, Optional<String> stated, Names known) {
    return stated.isPresent() ? row.field(stated.get()) : first(row, known);
  }

  /** The first of those fields in which the row says something. */
  static Optional<LogRow.Field> first(LogRow row, Names known) {
    for (String key : known.keys()) {
      LogRow.Field field = row.fields().get(key);
      if (field != null && !field.text().isEmpty()) {
        return Optional.of(field);
      }
    }
    return Optional.empty();
  }
}
