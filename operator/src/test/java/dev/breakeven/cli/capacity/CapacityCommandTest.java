package dev.breakeven.cli.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.cli.Breakeven;
import dev.breakeven.cli.console.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapacityCommandTest {

  @TempDir Path directory = Path.of("");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aSweepBecomesOneLineForEachShapeWithTheMostRequests() throws IOException {
    Path slow = vllm("slow.json", 1000, 250, 4);
    Path fast = vllm("fast.json", 1005, 250, 6.123456);
    Path longer = vllm("longer.json", 1000, 2000, 1);
    assertThat(run("capacity", slow, fast, longer)).isEqualTo(ExitCode.ANSWERED);
    assertThat(out)
        .hasToString(
            """
            benchmarks:
            - {inputTokens: 1005, outputTokens: 250, requestsPerSecond: "6.1235"}  # vllm bench serve, fast.json
            - {inputTokens: 1000, outputTokens: 2000, requestsPerSecond: "1"}  # vllm bench serve, longer.json
            """);
  }

  @Test
  void asJsonTheLinesAreAList() throws IOException {
    assertThat(run("capacity", "-o", "json", vllm("a.json", 1000, 250, 4)))
        .isEqualTo(ExitCode.ANSWERED);
    assertThat(out.toString().replaceAll("\\s", ""))
        .isEqualTo("[{\"inputTokens\":1000,\"outputTokens\":250,\"requestsPerSecond\":\"4\"}]");
  }

  @Test
  void runsWithFailuresAreLeftOutAndNamed() throws IOException {
    Path good = vllm("good.json", 1000, 250, 4);
    Path bad = vllm("bad.json", 1000, 250, 9);
    Files.writeString(bad, Files.readString(bad).replace("\"failed\": 0", "\"failed\": 50"));
    assertThat(run("capacity", good, bad)).isEqualTo(ExitCode.ANSWERED);
    assertThat(out.toString()).contains("good.json").doesNotContain("bad.json");
    assertThat(err.toString()).contains("bad.json: left out, 33 % of its requests failed");
  }

  @Test
  void theHighestRateAtWhichAnswersAreFastEnoughIsChosen() throws IOException {
    Path steady = loaded("steady.json", 3.1, "4", 150, 18);
    Path queued = loaded("queued.json", 6.9, "\"inf\"", 9800, 60);
    assertThat(run("capacity", steady, queued)).isZero();
    assertThat(out.toString()).contains("requestsPerSecond: \"6.9\"");
    assertThat(err.toString()).contains("queued.json: requests waited, which users would not");
    assertThat(run("capacity", "--max-ttft", "2000", "--max-itl", "50", steady, queued)).isZero();
    assertThat(out.toString()).contains("requestsPerSecond: \"3.1\"");
    assertThat(run("capacity", "--max-ttft", "100", steady, queued)).isEqualTo(2);
    assertThat(err.toString()).contains("no run is within --max-ttft and --max-itl");
  }

  @Test
  void aRunThatServedAllThatWasSentMaySayTooLittle() throws IOException {
    assertThat(run("capacity", loaded("idle.json", 0.99, "1", 80, 12))).isZero();
    assertThat(err.toString())
        .contains("idle.json: all that was sent was served, so a replica may sustain more");
  }

  @Test
  void theHighestConcurrencyOfASweepMayBeTooLowAndOneThatServedLessShowsThatItIsNot()
      throws IOException {
    Path sixteen = atOnce("16.json", 2, 16);
    assertThat(run("capacity", sixteen)).isZero();
    assertThat(err.toString())
        .contains("16.json: no run had more requests in flight, so a replica may sustain more");
    err.getBuffer().setLength(0);
    assertThat(run("capacity", sixteen, atOnce("64.json", 1.9, 64))).isZero();
    assertThat(err.toString()).isEmpty();
  }

  private Path atOnce(String name, double requestsPerSecond, int concurrency) throws IOException {
    Path file = vllm(name, 1000, 250, requestsPerSecond);
    return Files.writeString(
        file,
        Files.readString(file)
            .replace("\"failed\": 0", "\"failed\": 0, \"max_concurrency\": " + concurrency));
  }

  @Test
  void resultsOfSeveralModelsAreNotMixed() throws IOException {
    Path small = ofModel("small.json", "acme/small");
    assertThat(run("capacity", small, ofModel("path.json", "/models/small"))).isZero();
    assertThat(run("capacity", small, ofModel("large.json", "acme/large")))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString())
        .contains("results of several models (small, large): give those of one");
  }

  private Path ofModel(String name, String model) throws IOException {
    Path file = vllm(name, 1000, 250, 3);
    return Files.writeString(
        file, Files.readString(file).replace("{", "{\"model_id\": \"" + model + "\", "));
  }

  @Test
  void aRateOfGuideLlmIsKnownToo() throws IOException {
    Path report =
        Files.writeString(
            directory.resolve("benchmarks.json"),
            """
            {"metadata": {"guidellm_version": "0.7.3"}, "benchmarks": [
              {"config": {"strategy": {"type_": "constant", "rate": 2.0}}, "metrics": {
                "request_totals": {"successful": 100, "errored": 0},
                "requests_per_second": {"successful": {"mean": 1.98}},
                "prompt_token_count": {"successful": {"mean": 1000}},
                "output_token_count": {"successful": {"mean": 250}}}}]}
            """);
    assertThat(run("capacity", report)).isZero();
    assertThat(err.toString()).contains("all that was sent was served");
  }

  @Test
  void onlyRunsWithFailuresAreBadInput() throws IOException {
    Path bad = vllm("bad.json", 1000, 250, 9);
    Files.writeString(bad, Files.readString(bad).replace("\"failed\": 0", "\"failed\": 50"));
    assertThat(run("capacity", bad)).isEqualTo(ExitCode.BAD_INPUT);
  }

  @Test
  void aFileOfNoneOfTheToolsIsBadInputInOneLine() throws IOException {
    Path policy = Files.writeString(directory.resolve("p.json"), "{\"kind\": \"CostPolicy\"}");
    assertThat(run("capacity", policy)).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("p.json: is not a result of");
  }

  @Test
  void neitherFileNorObservationsIsBadInput() {
    assertThat(run("capacity")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("give either FILE or --observations with --cases");
  }

  @Test
  void observationsWithoutCasesAreBadInput() {
    assertThat(run("capacity", "--observations", "steps.csv")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("--observations and --cases go together");
  }

  @Test
  void stepsBecomeAnIntervalForEachCaseThatHasEnoughOfThem() throws IOException {
    assertThat(
            run("capacity", "--observations", steps(), "--cases", cases("128"), "--no-catalogue"))
        .isEqualTo(ExitCode.ANSWERED);
    assertThat(out.toString().lines()).hasSize(2).first().isEqualTo("id,low,best,high");
    String[] row = out.toString().lines().skip(1).findFirst().orElseThrow().split(",", -1);
    assertThat(row[0]).isEqualTo("a");
    // A request stays 1 s and 1/32 s more for each beside it: 25.6 requests/s of 128 at once.
    assertThat(Double.parseDouble(row[1])).isBetween(16.0, 25.6);
    assertThat(Double.parseDouble(row[2])).isBetween(22.0, 29.0);
    assertThat(Double.parseDouble(row[3])).isBetween(25.6, 60.0);
  }

  @Test
  void theCatalogueNarrowsTheInterval() throws IOException {
    run("capacity", "--observations", steps(), "--cases", cases("128"), "--no-catalogue");
    double without = widthOfFirstRow();
    out.getBuffer().setLength(0);
    run("capacity", "--observations", steps(), "--cases", cases("128"));
    assertThat(widthOfFirstRow()).isLessThan(without);
  }

  @Test
  void aWrongFigureIsNamedWithFileAndLine() throws IOException {
    assertThat(run("capacity", "--observations", steps(), "--cases", cases("many")))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString())
        .isEqualTo(
            "breakeven: %s:2: max_num_seqs many is not a number from 0 to 1e12%n"
                .formatted(directory.resolve("cases.csv")));
  }

  @Test
  void aMissingColumnIsNamed() throws IOException {
    Path cases = Files.writeString(directory.resolve("cases.csv"), "id,model\na,m\n");
    assertThat(run("capacity", "--observations", steps(), "--cases", cases))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("cases.csv:1: the header has no column gpu_product");
  }

  private double widthOfFirstRow() {
    String[] row = out.toString().lines().skip(1).findFirst().orElseThrow().split(",", -1);
    return Double.parseDouble(row[3]) / Double.parseDouble(row[1]);
  }

  private Path loaded(String name, double requestsPerSecond, String rate, double ttft, double itl)
      throws IOException {
    Path file = vllm(name, 1000, 250, requestsPerSecond);
    return Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "\"request_rate\": \"inf\"",
                "\"request_rate\": %s, \"mean_ttft_ms\": %s, \"mean_tpot_ms\": %s"
                    .formatted(rate, ttft, itl)));
  }

  private Path vllm(String name, int input, int output, double requestsPerSecond)
      throws IOException {
    return Files.writeString(
        directory.resolve(name),
        """
        {"num_prompts": 100, "completed": 100, "failed": 0, "total_input_tokens": %d,
         "total_output_tokens": %d, "request_throughput": %s, "request_rate": "inf"}
        """
            .formatted(100 * input, 100 * output, requestsPerSecond));
  }

  /** Case a has a day of steps up to 32 requests at once, case b an hour. */
  private Path steps() throws IOException {
    StringBuilder rows = new StringBuilder("id,step,req_s,in_tok_s,out_tok_s,running\n");
    for (int i = 1; i <= 144; i++) {
      double running = 32 * Math.pow(10, i / 144.0 - 1);
      double requests = running / (1 + running / 32);
      String figures = "%s,%s,%s,%s".formatted(requests, 1000 * requests, 500 * requests, running);
      rows.append("a,").append(i).append(',').append(figures).append('\n');
      if (i <= 6) {
        rows.append("b,").append(i).append(',').append(figures).append('\n');
      }
    }
    return Files.writeString(directory.resolve("steps.csv"), rows);
  }

  private Path cases(String maxNumSeqs) throws IOException {
    return Files.writeString(
        directory.resolve("cases.csv"),
        """
        id,model,gpu_product,gpus,max_num_seqs,mean_input_tokens,mean_output_tokens,catalogue_req_s
        a,Qwen/Qwen3-32B,NVIDIA-H100-80GB-HBM3,2,%s,1000,500,24
        b,our-tune,NVIDIA-H100-80GB-HBM3,2,128,1000,500,
        """
            .formatted(maxNumSeqs));
  }

  private int run(Object... arguments) {
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    return Breakeven.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(texts);
  }
}
