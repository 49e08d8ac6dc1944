package dev.breakeven.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.capacity.BenchmarkPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fields that are not read are left out of the files but for a few of each. */
class BenchmarkResultsTest {

  /** 100 requests of 1,000 tokens in and 250 out, 4 a second, one of 101 failed. */
  private static final String VLLM =
      """
      {"date": "20261128-101500", "endpoint_type": "vllm", "backend": "vllm", "label": null,
       "model_id": "meta-llama/Llama-3.1-8B-Instruct", "num_prompts": 101, "request_rate": "inf",
       "burstiness": 1.0, "max_concurrency": 64, "duration": 25.0, "completed": 100, "failed": 1,
       "total_input_tokens": 100000, "total_output_tokens": 25000, "request_throughput": 4.0,
       "request_goodput": null, "output_throughput": 1000.0, "total_token_throughput": 5000.0,
       "mean_ttft_ms": 120.5, "mean_tpot_ms": 15.25, "itls": [[0.01, 0.02]], "errors": [""]}
      """;

  private static final String GUIDELLM =
      """
      {"metadata": {"version": 2, "guidellm_version": "0.7.3"}, "config": {},
       "benchmarks": [
        {"type_": "generative_benchmark", "metrics": {
          "request_totals": {"successful": 90, "errored": 10, "incomplete": 5, "total": 105},
          "requests_per_second": {"successful": {"mean": 3.5}, "total": {"mean": 4.1}},
          "prompt_token_count": {"successful": {"mean": 512.5}},
          "output_token_count": {"successful": {"mean": 128}},
          "time_to_first_token_ms": {"successful": {"mean": 80}},
          "inter_token_latency_ms": {"successful": {"mean": 12}}},
         "requests": {"successful": [{"request_id": "a"}]}},
        {"type_": "generative_benchmark", "metrics": {
          "request_totals": {"successful": 100, "errored": 0, "incomplete": 0, "total": 100},
          "requests_per_second": {"successful": {"mean": 7.25}},
          "prompt_token_count": {"successful": {"mean": 512}},
          "output_token_count": {"successful": {"mean": 128}}}}]}
      """;

  private static final String AIPERF =
      """
      {"request_throughput": {"unit": "requests/sec", "avg": 6.5},
       "request_count": {"unit": "requests", "avg": 195.0},
       "error_request_count": {"unit": "requests", "avg": 5.0},
       "time_to_first_token": {"unit": "ms", "avg": 90.0, "p99": 200.0},
       "inter_token_latency": {"unit": "ms", "avg": 11.0},
       "input_sequence_length": {"unit": "tokens", "avg": 550.0},
       "output_sequence_length": {"unit": "tokens", "avg": 150.0},
       "input_config": {"loadgen": {"concurrency": 32}}, "was_cancelled": false}
      """;

  private static final String INFERENCE_PERF =
      """
      {"load_summary": {"count": 3149, "requested_rate": 52.49, "achieved_rate": 52.5},
       "successes": {"count": 3000,
        "latency": {"time_per_output_token": {"mean": 0.0108}, "time_to_first_token": {"mean": 0.0506}},
        "throughput": {"input_tokens_per_sec": 10407.0, "requests_per_sec": 51.5},
        "prompt_len": {"mean": 201.5, "min": 195.0}, "output_len": {"mean": 63.0}},
       "failures": {"count": 0, "request_latency": null}}
      """;

  @TempDir Path directory = Path.of("");

  @Test
  void aResultOfVllmIsTokensByRequestAndRequestsBySecond() throws IOException {
    MeasuredRun run = only(VLLM);
    assertThat(run.point()).isEqualTo(new BenchmarkPoint(1000, 0, 250, 4));
    assertThat(run.failedShare()).isEqualTo(1 / 101.0);
    assertThat(run.remark())
        .isEqualTo(
            "vllm bench serve, concurrency 64, mean TTFT 121 ms and ITL 15.3 ms, result.json");
  }

  @Test
  void olderResultsOfVllmCountNoFailuresButThePromptsThatWereSent() throws IOException {
    assertThat(only(VLLM.replace("\"failed\": 1,", "")).failedShare()).isEqualTo(1 / 101.0);
  }

  @Test
  void resultsThatVllmAppendedToOneFileAreAllRead() throws IOException {
    String second = VLLM.replace("\"request_throughput\": 4.0", "\"request_throughput\": 5.0");
    assertThat(read(VLLM + "\n" + second))
        .extracting(run -> run.point().requestsPerSecond())
        .containsExactly(4.0, 5.0);
  }

  @Test
  void eachBenchmarkOfGuideLlmIsARunOfItsSuccessfulRequests() throws IOException {
    List<MeasuredRun> runs = read(GUIDELLM);
    assertThat(runs)
        .extracting(MeasuredRun::point)
        .containsExactly(
            new BenchmarkPoint(512.5, 0, 128, 3.5), new BenchmarkPoint(512, 0, 128, 7.25));
    // What the end of the run cut off did not fail.
    assertThat(runs.get(0).failedShare()).isEqualTo(0.1);
    assertThat(runs.get(0).remark())
        .isEqualTo("GuideLLM 0.7.3, benchmark 1, mean TTFT 80 ms and ITL 12.0 ms, result.json");
  }

  @Test
  void aListOfResultsIsASweep() throws IOException {
    assertThat(read("[" + VLLM + "," + VLLM + "]")).hasSize(2);
  }

  @Test
  void aRampAsksForItsMeanRateAndShowsNoMaximumWhereThatIsServed() throws IOException {
    // 1 to 7 requests/s are 4 on average; 1 to 50 are 12.5 where the rate doubles again and again.
    String ramp =
        "{\"ramp_up_strategy\": \"%s\", \"ramp_up_start_rps\": 1, \"ramp_up_end_rps\": %d,";
    MeasuredRun linear = only(VLLM.replaceFirst("\\{", ramp.formatted("linear", 7)));
    assertThat(linear.load().askedPerSecond()).isEqualTo(4);
    assertThat(linear.servedAllThatWasAsked()).isTrue();
    MeasuredRun steeper = only(VLLM.replaceFirst("\\{", ramp.formatted("exponential", 50)));
    assertThat(steeper.load().askedPerSecond()).isCloseTo(12.53, within(0.01));
    assertThat(steeper.servedAllThatWasAsked()).isFalse();
  }

  @Test
  void olderReportsOfGuideLlmSayElsewhereWhatFailedAndWhatWasAsked() throws IOException {
    String older =
        """
        {"benchmarks": [{
          "args": {"strategy": {"type_": "constant", "rate": 3.6}},
          "worker": {"backend_model": "acme/small"},
          "metrics": {
            "requests_per_second": {"successful": {"mean": 3.5}},
            "prompt_token_count": {"successful": {"mean": 512}},
            "output_token_count": {"successful": {"mean": 128}}},
          "request_totals": {"successful": 90, "errored": 10, "incomplete": 4, "total": 104}}]}
        """;
    MeasuredRun run = only(older);
    assertThat(run.failedShare()).isEqualTo(0.1);
    assertThat(run.servedAllThatWasAsked()).isTrue();
    assertThat(run.model()).isEqualTo("acme/small");
  }

  @Test
  void anExportOfAiPerfIsItsAverages() throws IOException {
    MeasuredRun run = only(AIPERF);
    assertThat(run.point()).isEqualTo(new BenchmarkPoint(550, 0, 150, 6.5));
    assertThat(run.failedShare()).isEqualTo(5 / 200.0);
    assertThat(run.remark()).contains("concurrency 32");
  }

  @Test
  void anExportOfGenAiPerfIsReadAlike() throws IOException {
    String genAiPerf =
        """
        {"request_throughput": {"unit": "requests/sec", "avg": 2.0},
         "input_sequence_length": {"unit": "tokens", "avg": 200.0, "std": 1.0},
         "output_sequence_length": {"unit": "tokens", "avg": 100.0},
         "input_config": {"model": ["m"], "backend": "vllm"}}
        """;
    assertThat(only(genAiPerf).point()).isEqualTo(new BenchmarkPoint(200, 0, 100, 2));
    assertThat(only(genAiPerf).failedShare()).isZero();
  }

  @Test
  void aStageOfInferencePerfIsItsSuccesses() throws IOException {
    MeasuredRun run = only(INFERENCE_PERF);
    assertThat(run.point()).isEqualTo(new BenchmarkPoint(201.5, 0, 63, 51.5));
    assertThat(run.remark())
        .isEqualTo("inference-perf, rate 52.49, mean TTFT 51 ms and ITL 10.8 ms, result.json");
  }

  @Test
  void tokensThatInferencePerfFoundCachedAreApart() throws IOException {
    String withCache =
        INFERENCE_PERF.replace(
            "\"prompt_len\":",
            "\"prompt_tokens\": {\"total\": 630000, \"cached\": 150000, \"uncached\": 480000,"
                + " \"mean\": 210}, \"prompt_len\":");
    assertThat(only(withCache).point()).isEqualTo(new BenchmarkPoint(210, 50, 63, 51.5));
  }

  @Test
  void aSummaryOfInferencePerfSaysThatItMixesStages() throws IOException {
    assertThat(only(INFERENCE_PERF.replace("\"requested_rate\": 52.49, ", "")).remark())
        .contains("all stages together");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"kind\": \"CostPolicy\"}|is not a result of vllm bench serve --save-result, GuideLLM,"
            + " AIPerf, GenAI-Perf or inference-perf",
        "[]|is not a result of vllm bench serve --save-result, GuideLLM, AIPerf, GenAI-Perf or"
            + " inference-perf",
        "{\"benchmarks\": []}|is not a result of vllm bench serve --save-result, GuideLLM,"
            + " AIPerf, GenAI-Perf or inference-perf",
        "''|empty",
        "{\"request_throughput\": 0, \"completed\": 0, \"total_input_tokens\": 0,"
            + " \"total_output_tokens\": 0}|no run in which a request was served",
      })
  void aFileThatIsNoneOfTheseIsRefusedInOneLine(String text, String why) throws IOException {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(directory.resolve("result.json") + ": " + why);
  }

  @Test
  void textThatIsNoJsonIsRefusedInOneLine() {
    assertThatThrownBy(() -> read("benchmarks:\n- a\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(directory.resolve("result.json") + ": not JSON: ");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path missing = directory.resolve("missing.json");
    assertThatThrownBy(() -> BenchmarkResults.read(List.of(missing)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(missing + ": no such file");
  }

  private MeasuredRun only(String text) throws IOException {
    List<MeasuredRun> runs = read(text);
    assertThat(runs).hasSize(1);
    return runs.get(0);
  }

  private List<MeasuredRun> read(String text) throws IOException {
    return BenchmarkResults.read(
        List.of(Files.writeString(directory.resolve("result.json"), text)));
  }

  /** What was asked is in the phase that is measured, and not in the one that warms up. */
  @Test
  void aPhaseOfAiPerfSaysWhichLoadWasMeasured() throws IOException {
    MeasuredRun run =
        only(
            AIPERF.replace(
                "{\"loadgen\": {\"concurrency\": 32}}",
                """
                {"phases": [
                  {"name": "warmup", "kind": "warmup", "type": "concurrency", "concurrency": 4},
                  {"name": "steady", "kind": "profiling", "type": "poisson", "rate": 6.6}]}"""));
    assertThat(run.remark()).startsWith("AIPerf or GenAI-Perf, rate 6.6, ");
    assertThat(run.servedAllThatWasAsked()).isTrue();
  }

  /** inference-perf then writes how many requests there are in all as their rate. */
  @Test
  void aStageThatKeepsRequestsInFlightHasNoRate() throws IOException {
    MeasuredRun run =
        only(
            INFERENCE_PERF.replace(
                "\"requested_rate\": 52.49", "\"requested_rate\": 50.0, \"concurrency\": 16"));
    assertThat(run.remark()).startsWith("inference-perf, concurrency 16, ");
    assertThat(run.servedAllThatWasAsked()).isFalse();
  }
}
