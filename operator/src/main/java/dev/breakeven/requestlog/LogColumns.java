package dev.breakeven.requestlog;

import java.util.List;
import java.util.Optional;

/**
 * Which fields of a log hold what. A name that is stated counts; else the first of the known names
 * that a row has. Known are LiteLLM's spend logs, the usage exports of OpenAI and Anthropic, bodies
 * of OpenAI-compatible answers, and what people call such columns.
 *
 * @param time start of a request, or the only time there is
 * @param end end of a request
 * @param input all prompt tokens, cached ones included
 * @param output generated tokens
 * @param cached prompt tokens found in a cache
 * @param requests how many requests a row counts
 * @param workload whose traffic it is: the model, unless another column is stated
 */
public record LogColumns(
    Optional<String> time,
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
          Optional.empty());

  static final List<String> TIME =
      List.of(
          "startTime",
          "start_time",
          "starting_at",
          "started_at",
          "start",
          "timestamp",
          "time",
          "ts",
          "datetime",
          "date",
          "created_at",
          "created",
          "endTime",
          "end_time",
          "@timestamp");

  static final List<String> END =
      List.of("endTime", "end_time", "ending_at", "ended_at", "finished_at", "completed_at", "end");

  static final List<String> INPUT =
      List.of(
          "prompt_tokens",
          "input_tokens",
          "usage.prompt_tokens",
          "usage.input_tokens",
          "n_context_tokens_total",
          "prompt_token_count",
          "input_token_count",
          "num_input_tokens",
          "promptTokens",
          "inputTokens",
          "tokens_in",
          "input");

  /** Input without what was found in a cache or written to it. */
  static final List<String> UNCACHED_INPUT =
      List.of("uncached_input_tokens", "input_uncached_tokens");

  static final List<String> OUTPUT =
      List.of(
          "completion_tokens",
          "output_tokens",
          "usage.completion_tokens",
          "usage.output_tokens",
          "n_generated_tokens_total",
          "completion_token_count",
          "output_token_count",
          "num_output_tokens",
          "generated_tokens",
          "completionTokens",
          "outputTokens",
          "tokens_out",
          "output");

  static final List<String> CACHED =
      List.of(
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
          "cachedTokens");

  /**
   * As Anthropic counts: beside {@code input_tokens}, which then leaves them out, and not in it.
   */
  static final List<String> CACHE_READ =
      List.of("cache_read_input_tokens", "usage.cache_read_input_tokens");

  static final List<String> CACHE_WRITTEN =
      List.of(
          "cache_creation_input_tokens",
          "usage.cache_creation_input_tokens",
          "cache_creation.ephemeral_5m_input_tokens",
          "cache_creation.ephemeral_1h_input_tokens",
          "usage.cache_creation.ephemeral_5m_input_tokens",
          "usage.cache_creation.ephemeral_1h_input_tokens");

  static final List<String> REQUESTS =
      List.of("num_model_requests", "n_requests", "num_requests", "request_count", "requests");

  static final List<String> WORKLOAD =
      List.of("model_group", "model", "model_name", "snapshot_id", "modelName", "engine");

  /** The first of those fields that the row has. */
  static Optional<String> first(LogRow row, Optional<String> stated, List<String> known) {
    if (stated.isPresent()) {
      return stated.filter(row.fields()::containsKey);
    }
    return known.stream().filter(row.fields()::containsKey).findFirst();
  }
}
