package dev.breakeven.requestlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.requestlog.LogClock.SlashedDates;
import dev.breakeven.traffic.TimeSpan;
import dev.breakeven.traffic.TrafficHistory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 2026-11-01T10:00:00Z is 1,793,527,200. */
class RequestLogTest {

  private static final long TEN = 1_793_527_200L;

  private static final LogClock BERLIN =
      new LogClock(ZoneId.of("Europe/Berlin"), SlashedDates.NOT_STATED);

  @Test
  void aRequestIsSpreadOverItsDuration() throws IOException {
    // 10:05 to 10:20: a third in the first step, two thirds in the second.
    TrafficHistory all =
        historyOf(
            "all",
            read(
                """
                start,end,prompt_tokens,completion_tokens
                2026-11-01T10:05:00Z,2026-11-01T10:20:00Z,9000,900
                """));
    assertThat(all.grid().startEpochSecond()).isEqualTo(TEN);
    assertThat(all.grid().steps()).isEqualTo(2);
    assertThat(all.uncachedInput().measuredAt(0)).isEqualTo(5); // 3,000 ÷ 600
    assertThat(all.uncachedInput().measuredAt(1)).isEqualTo(10);
    assertThat(all.output().measuredAt(0)).isEqualTo(0.5);
  }

  @Test
  void aRequestWithOneTimeIsBookedAtIt() throws IOException {
    TrafficHistory all =
        historyOf("all", read("time,input_tokens,output_tokens\n1793527800,600,60\n"));
    assertThat(all.grid().startEpochSecond()).isEqualTo(TEN + 600);
    assertThat(all.uncachedInput().measuredAt(0)).isEqualTo(1);
  }

  @Test
  void silentStepsAreZerosForEveryModel() throws IOException {
    RequestTraffic traffic =
        read(
            """
            time,model,input_tokens,output_tokens
            1793527200,a,600,60
            1793529000,b,600,60
            """);
    assertThat(traffic.workloads()).containsExactly("a", "b");
    assertThat(traffic.silentSteps("a")).isEqualTo(3);
    TrafficHistory a = historyOf("a", traffic);
    assertThat(a.grid().steps()).isEqualTo(4);
    assertThat(a.uncachedInput().measuredAt(3)).isZero();
    assertThat(a.cachedInput().isMeasured(0)).isFalse();
    assertThat(traffic.longestSilence())
        .hasValueSatisfying(s -> assertThat(s.steps()).isEqualTo(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Gemini counts thoughts beside what it writes, and what tools gave beside the prompt.
        "{'timestamp': 1793527200, 'usageMetadata': {'promptTokenCount': 500,"
            + " 'toolUsePromptTokenCount': 100, 'candidatesTokenCount': 20,"
            + " 'thoughtsTokenCount': 40}}",
        "{'logging_time': '2026-11-01T10:00:00Z', 'full_response': {'usageMetadata':"
            + " {'promptTokenCount': 600, 'candidatesTokenCount': 20, 'thoughtsTokenCount': 40}}}",
        // Langfuse takes cached tokens and those of reasoning out.
        "{'startTime': '2026-11-01T10:00:00Z', 'usageDetails': {'input': 400,"
            + " 'input_cached_tokens': 200, 'output': 20, 'output_reasoning_tokens': 40}}",
        "{'created_at': 1.7935272E9, 'input_tokens': 600, 'output_tokens': 60}",
        "{'time_local': '01/Nov/2026:11:00:00 +0100', 'request_time': '0.250',"
            + " 'prompt_tokens': '600', 'completion_tokens': '60'}",
        "{'msec': '1793527200.123', 'request_time': '0.250', 'prompt_tokens': 600,"
            + " 'completion_tokens': 60}"
      })
  void partsThatALogCountsApartBelongToTheTokens(String row) throws IOException {
    TrafficHistory all = historyOf("all", read(row.replace('\'', '"') + "\n"));
    assertThat(all.grid().startEpochSecond()).isEqualTo(TEN);
    assertThat(all.uncachedInput().measuredAt(0) + cached(all))
        .isCloseTo(1, within(1e-6)); // 600 ÷ 600
    assertThat(all.output().measuredAt(0)).isCloseTo(0.1, within(1e-6));
  }

  private static double cached(TrafficHistory history) {
    return history.cachedInput().isMeasured(0) ? history.cachedInput().measuredAt(0) : 0;
  }

  @Test
  void filesPutOneAfterAnotherRepeatTheirHeader() throws IOException {
    String file = "time,input_tokens,output_tokens\n%d,600,60\n";
    RequestTraffic traffic = read(file.formatted(TEN) + file.formatted(TEN + 601));
    assertThat(historyOf("all", traffic).grid().steps()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"1,200,000\"", "1 200 000", "1'200'000", "1\u202f200\u202f000"})
  void thousandsAreSetApartInMoreWaysThanOne(String figure) throws IOException {
    TrafficHistory all =
        historyOf(
            "all", read("time,input_tokens,output_tokens\n%d,%s,60\n".formatted(TEN, figure)));
    assertThat(all.uncachedInput().measuredAt(0)).isEqualTo(2000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1m", "10m", "1h", "24h"})
  void theSameLogHasTheSameTotalsAtEveryStep(String step) throws IOException {
    StringBuilder log = new StringBuilder("start,end,input_tokens,cached_tokens,output_tokens\n");
    Random random = new Random(7);
    long input = 0;
    long cached = 0;
    long output = 0;
    for (int i = 0; i < 2000; i++) {
      double start = TEN + 437 + i * 91L + random.nextDouble();
      int in = 100 + random.nextInt(4000);
      int out = 1 + random.nextInt(900);
      log.append(
          "%.3f,%.3f,%d,%d,%d\n".formatted(start, start + random.nextInt(200), in, in / 3, out));
      input += in;
      cached += in / 3;
      output += out;
    }
    double[] sums = new double[4];
    List<String> rows = csv(read(log.toString(), withStep(TimeSpan.parse(step)))).lines().toList();
    double seconds = TimeSpan.parse(step).toSeconds();
    for (int row = 1; row < rows.size(); row++) {
      String[] cells = rows.get(row).split(",", -1);
      for (int c = 0; c < 4; c++) {
        sums[c] += Double.parseDouble(cells[c + 2]) * seconds;
      }
    }
    assertThat(sums[0]).isCloseTo((double) input, within(0.01));
    assertThat(sums[1]).isCloseTo((double) output, within(0.01));
    assertThat(sums[2]).isCloseTo((double) cached, within(0.01));
    assertThat(sums[3]).isCloseTo(2000, within(0.01));
  }

  @Test
  void litellmsSpendLogsAreReadWhateverTheyAreExportedAs() throws IOException {
    String row =
        """
        {"startTime": "2026-11-01 10:00:01.500", "endTime": "2026-11-01 10:00:03", "model": "hosted_vllm/llama",
         "model_group": "llama", "prompt_tokens": 1200, "completion_tokens": 60, "cache_hit": "False", "status": "success",
         "messages": [{"role": "user", "content": "…"}],
         "metadata": {"usage_object": {"prompt_tokens_details": {"cached_tokens": 600}}}}
        """;
    String csvRow =
        "startTime,endTime,model,model_group,prompt_tokens,completion_tokens,cache_hit,metadata\n"
            + "2026-11-01 10:00:01.500,2026-11-01"
            + " 10:00:03,x,llama,1200,60,,\"{\"\"usage_object\"\": {\"\"prompt_tokens_details\"\":"
            + " {\"\"cached_tokens\"\": 600}}}\"\n";
    String expected =
        """
        workload,t_s,input_tokens_per_s,output_tokens_per_s,cached_tokens_per_s,requests_per_s
        llama,1793527200,2,0.1,1,0.001666666667
        """;
    assertThat(csv(read("[" + row + "]"))).isEqualTo(expected);
    assertThat(csv(read(row.replace("\n", " ") + "\n"))).isEqualTo(expected);
    assertThat(csv(read("{\"data\": [" + row + "]}"))).isEqualTo(expected);
    assertThat(csv(read(csvRow))).isEqualTo(expected);
  }

  @Test
  void whatAGatewayAnsweredFromItsCacheOrFailedIsNoTraffic() throws IOException {
    RequestTraffic traffic =
        read(
            """
            time,model,prompt_tokens,completion_tokens,cache_hit,status
            1793527200,a,600,60,False,success
            1793527201,a,600,60,True,success
            1793527202,a,0,0,False,failure
            """);
    assertThat(traffic.tokens("a")).containsExactly(600, 60);
    assertThat(traffic.rows().fromCache()).isEqualTo(1);
    assertThat(traffic.rows().failed()).isEqualTo(1);
  }

  @Test
  void aRequestThatFailedWithoutAnOutputTokenIsNoTrafficWhoeverSaysSo() throws IOException {
    RequestTraffic traffic =
        read(
            """
            {"time": 1793527200, "input_tokens": 600, "output_tokens": 60, "status": 200, "error": null}
            {"time": 1793527201, "input_tokens": 600, "output_tokens": 0, "status_code": 429}
            {"time": 1793527202, "input_tokens": 600, "output_tokens": 6, "status": "failure"}
            {"time": 1793527203, "error": {"message": "timed out"}}
            """);
    assertThat(traffic.tokens("all")).containsExactly(1200, 66);
    assertThat(traffic.rows().failed()).isEqualTo(2);
  }

  @Test
  void filesThatOverlapCountARequestOnce() throws IOException {
    RequestLog log = new RequestLog(RequestLog.Settings.STANDARD);
    String first =
        "{\"request_id\": \"a\", \"time\": 1793527200, \"input_tokens\": 5, \"output_tokens\": 1}";
    String second = first.replace("\"a\"", "\"b\"");
    log.read(
        "monday",
        new ByteArrayInputStream((first + "\n" + second).getBytes(StandardCharsets.UTF_8)));
    log.read(
        "tuesday",
        new ByteArrayInputStream((second + "\n" + first).getBytes(StandardCharsets.UTF_8)));
    assertThat(log.traffic().tokens("all")).containsExactly(10, 2);
    assertThat(log.traffic().rows().repeated()).isEqualTo(2);
  }

  /** Eight hours and eight hours, of which four are the same: twelve hours. */
  @Test
  void hoursThatTwoExportsHaveWithoutCountsAreCountedOnce() throws IOException {
    RequestLog log = new RequestLog(RequestLog.Settings.STANDARD);
    read(log, "monday", hours(0, 8));
    read(log, "tuesday", hours(4, 12));
    RequestTraffic traffic = log.traffic();
    // 3,600 + 0 to 11 in each hour.
    assertThat(traffic.tokens("all")).containsExactly(12 * 3600 + 66, 12 * 36);
    assertThat(traffic.rows().repeated()).isEqualTo(4);
  }

  @Test
  void hoursOfTwoKeysThatAreAlikeInOneExportAreAdded() throws IOException {
    RequestTraffic traffic = read(hours(0, 8) + hours(0, 8).replaceFirst(".*\n", ""));
    assertThat(traffic.tokens("all")).containsExactly(2 * (8 * 3600 + 28), 2 * 8 * 36);
    assertThat(traffic.rows().repeated()).isZero();
  }

  private static String hours(int from, int to) {
    StringBuilder rows = new StringBuilder("time,input_tokens,output_tokens\n");
    for (int hour = from; hour < to; hour++) {
      rows.append("%d,%d,36\n".formatted(1793527200 + 3600 * hour, 3600 + hour));
    }
    return rows.toString();
  }

  private static void read(RequestLog log, String name, String text) throws IOException {
    log.read(name, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void twoRequestsThatNothingTellsApartAreTwo() throws IOException {
    String row = "1793527200,5,1\n";
    assertThat(read("time,input_tokens,output_tokens\n" + row + row).tokens("all"))
        .containsExactly(10, 2);
  }

  @Test
  void aPageThatSaysThatMoreFollowAsksForThem() throws IOException {
    String page =
        """
        {"data": [{"start_time": 1793527200, "end_time": 1793530800, "results": [
          {"input_tokens": 5, "output_tokens": 1, "num_model_requests": 1}]}], "has_more": %s}
        """;
    assertThat(read(page.formatted("true")).rows().morePages()).isTrue();
    assertThat(read(page.formatted("false")).rows().morePages()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "time,prompt_tokens,completion_tokens\n1793527200,1234,9\n",
        "\uFEFFtime,prompt_tokens,completion_tokens\r\n1793527200,1234,9\r\n",
        "\uFEFFtime;prompt_tokens;completion_tokens\r\n1793527200;1234;9\r\n",
        "time\tprompt_tokens\tcompletion_tokens\n1793527200\t1234\t9\n",
        "Time (UTC),Prompt Tokens,completionTokens\n1793527200,\"1,234\",9\n",
        "{\"timestamp\": 1793527200, \"input\": {\"inputTokenCount\": 1234, \"inputBodyJson\": {}},"
            + " \"output\": {\"outputTokenCount\": 9}}\n",
      })
  void spreadsheetsAndCloudsWriteTheSameLogInTheirWays(String log) throws IOException {
    assertThat(read(log).tokens("all")).containsExactly(1234, 9);
  }

  @Test
  void whatPowerShellWritesIsRead() throws IOException {
    RequestLog log = new RequestLog(RequestLog.Settings.STANDARD);
    log.read(
        "log",
        new ByteArrayInputStream(
            "\uFEFFtime,input_tokens,output_tokens\r\n1793527200,5,1\r\n"
                .getBytes(StandardCharsets.UTF_16LE)));
    assertThat(log.traffic().tokens("all")).containsExactly(5, 1);
  }

  @Test
  void openAisUsageBucketsAreSpreadAndAnEmptyOneIsAZero() throws IOException {
    RequestTraffic traffic =
        read(
            """
            {"object": "page", "data": [
              {"object": "bucket", "start_time": 1793527200, "end_time": 1793530800, "results": [
                {"input_tokens": 3600, "output_tokens": 360, "input_cached_tokens": 1800, "num_model_requests": 5, "model": "m"}]},
              {"object": "bucket", "start_time": 1793530800, "end_time": 1793534400, "results": []}],
             "has_more": false}
            """);
    assertThat(csv(traffic))
        .isEqualTo(
            """
            workload,t_s,input_tokens_per_s,output_tokens_per_s,cached_tokens_per_s,requests_per_s
            m,1793527200,1,0.1,0.5,0.001388888889
            m,1793530800,0,0,0,0
            """);
    assertThat(traffic.bucketSeconds()).isEqualTo(3600);
  }

  @Test
  void aRowOfADayCountsThatDay() throws IOException {
    RequestTraffic traffic = read("date,input_tokens,output_tokens\n2026-11-01,86400,8640\n");
    assertThat(traffic.grid().stepSeconds()).isEqualTo(86_400);
    assertThat(historyOf("all", traffic).output().measuredAt(0)).isCloseTo(0.1, within(1e-6));
  }

  @Test
  void aStepThatIsStatedHoldsForLongerBucketsToo() throws IOException {
    RequestTraffic traffic =
        read(
            "date,input_tokens,output_tokens\n2026-11-01,86400,8640\n",
            withStep(Duration.ofHours(1)));
    assertThat(traffic.grid().steps()).isEqualTo(24);
    assertThat(historyOf("all", traffic).uncachedInput().measuredAt(23)).isEqualTo(1);
  }

  @Test
  void stepsOfRequestsBeforeTheFirstBucketAreMerged() throws IOException {
    RequestTraffic traffic =
        read(
            """
            start_time,end_time,model,num_requests,input_tokens,output_tokens
            1793527200,1793527200,a,1,3600,360
            1793528400,1793528400,a,1,3600,360
            1793527200,1793530800,b,9,3600,360
            """);
    assertThat(traffic.grid().stepSeconds()).isEqualTo(3600);
    assertThat(historyOf("a", traffic).uncachedInput().measuredAt(0)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // OpenAI: input holds what was cached.
        "\"prompt_tokens\": 100, \"completion_tokens\": 5, \"prompt_tokens_details\":"
            + " {\"cached_tokens\": 40} | 100 | 40",
        "\"input_tokens\": 100, \"output_tokens\": 5, \"input_tokens_details\": {\"cached_tokens\":"
            + " 40} | 100 | 40",
        // Anthropic: input leaves out what was cached and what was written to the cache.
        "\"input_tokens\": 100, \"output_tokens\": 5, \"cache_read_input_tokens\": 40,"
            + " \"cache_creation_input_tokens\": 10 | 150 | 40",
        // A gateway that counts Anthropic's as OpenAI does.
        "\"prompt_tokens\": 100, \"completion_tokens\": 5, \"cache_read_input_tokens\": 40 | 100 |"
            + " 40",
      })
  void cachedTokensAreCountedAsTheApiCountsThem(String usage, double input, double cached)
      throws IOException {
    String line = "{\"created\": 1793527200, \"model\": \"m\", \"usage\": {%s}}\n".formatted(usage);
    TrafficHistory m = historyOf("m", read(line + line));
    assertThat((m.uncachedInput().measuredAt(0) + m.cachedInput().measuredAt(0)) * 300)
        .isCloseTo(input, within(1e-4));
    assertThat(m.cachedInput().measuredAt(0) * 300).isCloseTo(cached, within(1e-4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1793527200",
        "1793527200000",
        "1793527200.000",
        "1793527200000000",
        "2026-11-01T10:00:00Z",
        "2026-11-01T10:00Z",
        "2026-11-01 10:00:00+00",
        "2026-11-01 10:00:00.000 UTC",
        "2026-11-01T11:00:00+01:00",
        "2026-11-01T15:30:00.000000+0530",
        "2026-11-01 11:00:00", // Berlin
        "2026/11/01 11:00",
        "01.11.2026 11:00:00",
        "\"2026-11-01 11:00:00,000\"",
      })
  void timesAreReadAsLogsWriteThem(String time) throws IOException {
    assertThat(
            read("time,input_tokens,output_tokens\n" + time + ",1,1\n", at(BERLIN))
                .grid()
                .startEpochSecond())
        .isEqualTo(TEN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yesterday,1,1,m | log:2: time \"yesterday\" is no time",
        "2026-02-30T10:00:00Z,1,1,m | log:2: time \"2026-02-30T10:00:00Z\" is no time",
        "1793527200,-1,1,m | log:2: input_tokens \"-1\" is not a number",
        "1793527200,1,many,m | log:2: output_tokens \"many\" is not a number",
        "1793527200,,1,m | log:2: input_tokens is empty",
        "1793527200,1.234,1,m | log:2: input_tokens \"1.234\" is not a whole number",
        "1793527200,1,1,m,x | log:2: 5 columns, more than the header's 4",
      })
  void aBadRowIsNamedByFileAndLineOrCounted(String row, String message) throws IOException {
    String log = "time,input_tokens,output_tokens,model\n" + row + "\n1793527200,1,1,m\n";
    assertThatThrownBy(() -> read(log))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("\n");
    RequestTraffic.Rows rows = read(log, skippingBad()).rows();
    assertThat(rows.bad()).isEqualTo(1);
    assertThat(rows.firstBad()).hasValueSatisfying(first -> assertThat(first).startsWith(message));
  }

  @Test
  void allRowsThatCannotBeUnderstoodAreCountedBeforeItEnds() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    time,input_tokens,output_tokens
                    1793527200,1,
                    1793527200,1,1
                    soon,1,1
                    """))
        .hasMessage(
            "log:2: output_tokens is empty; 2 of 3 rows cannot be understood, and --skip-bad leaves"
                + " them out");
  }

  @Test
  void aBrokenLineOfJsonIsABadRow() throws IOException {
    String good = "{\"time\": 1793527200, \"input_tokens\": 1, \"output_tokens\": 1}\n";
    assertThatThrownBy(() -> read(good + "{\"time\": 17\n" + good))
        .hasMessageStartingWith("log:2: not JSON");
    assertThat(read(good + "{\"time\": 17\n" + good, skippingBad()).rows().read()).isEqualTo(3);
  }

  @Test
  void cachedTokensOfFewerInputTokensAreABadRow() {
    assertThatThrownBy(
            () -> read("time,input_tokens,cached_tokens,output_tokens\n1793527200,1,2,3\n"))
        .hasMessage("log:2: 2 cached tokens of only 1 input tokens in input_tokens");
  }

  @Test
  void anEndBeforeItsStartIsABadRow() {
    assertThatThrownBy(
            () -> read("start,end,input_tokens,output_tokens\n1793527200,1793527100,1,2\n"))
        .hasMessage("log:2: end 1793527100 is before start 1793527200");
  }

  @Test
  void aCountWithoutAnEndAsksForTheBucket() throws IOException {
    String log = "time,num_requests,input_tokens,output_tokens\n1793527200,9,3600,360\n";
    assertThatThrownBy(() -> read(log)).hasMessageContaining("say --bucket 1h");
    RequestLog.Settings hourly =
        new RequestLog.Settings(
            LogColumns.KNOWN,
            LogClock.UTC,
            Optional.empty(),
            Optional.of(Duration.ofHours(1)),
            Optional.empty(),
            Map.of(),
            false);
    assertThat(historyOf("all", read(log, hourly)).requests().measuredAt(0))
        .isCloseTo(9 / 3600.0, within(1e-6));
  }

  @Test
  void rowsOfAnExportCountUntilTheNextWhereTheySayNoEnd() throws IOException {
    StringBuilder log = new StringBuilder("hour,num_requests,input_tokens,output_tokens\n");
    for (int hour = 0; hour < 8; hour++) {
      // The fifth hour had no requests, and no row.
      log.append(hour == 4 ? "" : "%d,36,7200,720\n".formatted(TEN + hour * 3600L));
    }
    RequestTraffic traffic = read(log.toString());
    assertThat(traffic.times().interval()).hasValue(3600);
    assertThat(traffic.grid().stepSeconds()).isEqualTo(3600);
    TrafficHistory all = historyOf("all", traffic);
    assertThat(all.uncachedInput().measuredAt(0)).isEqualTo(2);
    assertThat(all.uncachedInput().measuredAt(4)).isZero();
    assertThat(all.requests().measuredAt(7)).isCloseTo(0.01, within(1e-6));
  }

  @Test
  void rowsOfAnExportWithoutACountLeaveTheRequestsUnknown() throws IOException {
    StringBuilder log = new StringBuilder("hour,input_tokens,output_tokens\n");
    for (int hour = 0; hour < 8; hour++) {
      log.append("%d,7200,720\n".formatted(TEN + hour * 3600L));
    }
    RequestTraffic traffic = read(log.toString());
    assertThat(traffic.uncounted()).containsExactly("all");
    assertThat(historyOf("all", traffic).requests().isMeasured(0)).isFalse();
    assertThat(csv(traffic))
        .startsWith("workload,t_s,input_tokens_per_s,output_tokens_per_s\nall,1793527200,2,0.2\n");
  }

  @Test
  void irregularTimesAreThoseOfRequests() throws IOException {
    StringBuilder log = new StringBuilder("time,input_tokens,output_tokens\n");
    for (int i = 0; i < 8; i++) {
      log.append("%d,600,60\n".formatted(TEN + (long) i * i * 61));
    }
    RequestTraffic traffic = read(log.toString());
    assertThat(traffic.times().interval()).isEmpty();
    assertThat(traffic.uncounted()).isEmpty();
    assertThat(traffic.tokens("all")).containsExactly(4800, 480);
  }

  @Test
  void aCountAtIrregularTimesAsksForTheBucket() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    time,num_requests,input_tokens,output_tokens
                    1793527200,9,3600,360
                    1793527207,9,3600,360
                    """))
        .hasMessageStartingWith("log:2: counts 9 requests")
        .hasMessageContaining("say --bucket 1h");
  }

  @Test
  void anthropicsBucketsAreSumsOfRequestsThatNobodyCounted() throws IOException {
    RequestTraffic traffic =
        read(
            """
            {"data": [{"starting_at": "2026-11-01T10:00:00Z", "ending_at": "2026-11-01T11:00:00Z", "results": [
              {"uncached_input_tokens": 3000, "cache_creation": {"ephemeral_5m_input_tokens": 200},
               "cache_read_input_tokens": 400, "output_tokens": 360, "model": "claude"}]}], "has_more": false}
            """);
    assertThat(csv(traffic))
        .isEqualTo(
            """
            workload,t_s,input_tokens_per_s,output_tokens_per_s,cached_tokens_per_s
            claude,1793527200,1,0.1,0.1111111111
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Anthropic's console, Bedrock's invocation logs, Azure's gateway.
        """
        usage_date_utc,model_version,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens
        2026-11-01,m,100,20,3,40,9
        """,
        "{\"timestamp\": \"2026-11-01T10:00:00Z\", \"modelId\": \"m\", \"output\":"
            + " {\"outputTokenCount\": 9}, \"input\": {\"inputTokenCount\": 100,"
            + " \"cacheReadInputTokenCount\": 40, \"cacheWriteInputTokenCount\": 23}}\n",
        """
        TimeGenerated [UTC],ModelName,PromptTokens,CompletionTokens
        "11/1/2026, 10:00:00.000 AM",m,163,9
        """,
      })
  void cloudsExportTheSameTokensInTheirColumns(String log) throws IOException {
    assertThat(read(log, at(new LogClock(ZoneOffset.UTC, SlashedDates.MONTH_FIRST))).tokens("m"))
        .containsExactly(163, 9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "date,time,input_tokens,output_tokens\n2026-11-01,10:00:00,1,1\n",
        "Date;Time;Input Tokens;Output Tokens\n01.11.2026;10:00;1;1\n",
        "usage_date,hour,input_tokens,output_tokens\n2026-11-01,10,1,1\n",
        "date,start,end,input_tokens,output_tokens\n2026-11-01,10:00,10:05,1,1\n",
      })
  void dateAndTimeMayBeColumnsOfTheirOwn(String log) throws IOException {
    assertThat(read(log).grid().startEpochSecond()).isEqualTo(TEN);
  }

  @Test
  void anEndOfATimeOfDayMayBeOfTheNextDay() throws IOException {
    RequestTraffic traffic =
        read("date,start,end,input_tokens,output_tokens\n2026-11-01,23:59:50,00:00:10,10,2\n");
    assertThat(traffic.loggedSeconds()).isEqualTo(20);
  }

  @Test
  void aTimeWithoutItsDayAsksForTheColumn() {
    assertThatThrownBy(() -> read("time,input_tokens,output_tokens\n10:00,1,1\n"))
        .hasMessageContaining("name the day's column with --date");
  }

  @Test
  void ofADateWithSlashesSomebodySaysWhichNumberIsTheMonth() throws IOException {
    String log = "time,input_tokens,output_tokens\n11/1/2026 10:00 AM,1,1\n";
    assertThatThrownBy(() -> read(log)).hasMessageContaining("--dates month-first");
    LogClock american = new LogClock(ZoneOffset.UTC, SlashedDates.MONTH_FIRST);
    assertThat(read(log, at(american)).grid().startEpochSecond()).isEqualTo(TEN);
    LogClock british = new LogClock(ZoneOffset.UTC, SlashedDates.DAY_FIRST);
    assertThat(
            read(log.replace("11/1/2026 10:00 AM", "1/11/2026 10:00"), at(british))
                .grid()
                .startEpochSecond())
        .isEqualTo(TEN);
  }

  @Test
  void theHourThatClocksShowTwiceIsTwoHours() throws IOException {
    // Berlin, 2026-10-25: 03:00 becomes 02:00 at 01:00 UTC, 1,792,890,000.
    StringBuilder log = new StringBuilder("time,input_tokens,output_tokens\n");
    for (String hour : List.of("01", "02", "02", "03")) {
      for (int minute = 0; minute < 60; minute += 7) {
        log.append("2026-10-25 %s:%02d:%02d,100,1\n".formatted(hour, minute, minute));
      }
    }
    RequestTraffic traffic = read(log.toString(), at(BERLIN));
    TrafficHistory all = historyOf("all", traffic);
    assertThat(all.grid().startEpochSecond()).isEqualTo(1_792_890_000 - 2 * 3600);
    assertThat(all.grid().steps()).isEqualTo(4 * 6);
    for (int hour = 0; hour < 4; hour++) {
      double requests = 0;
      for (int step = 0; step < 6; step++) {
        requests += all.requests().measuredAt(hour * 6 + step) * 600;
      }
      assertThat(requests).isCloseTo(9, within(1e-6));
    }
    assertThat(traffic.times().shownTwice()).isEqualTo(18);
  }

  @Test
  void aSecondRowOfTheHourThatClocksShowTwiceIsOfItsSecondTime() throws IOException {
    StringBuilder log = new StringBuilder("time,num_requests,input_tokens,output_tokens\n");
    for (String hour : List.of("00", "01", "02", "02", "03", "04", "05", "06")) {
      log.append("2026-10-25 %s:00:00,36,7200,720\n".formatted(hour));
    }
    TrafficHistory all = historyOf("all", read(log.toString(), at(BERLIN)));
    assertThat(all.grid().steps()).isEqualTo(8);
    for (int hour = 0; hour < 8; hour++) {
      assertThat(all.uncachedInput().measuredAt(hour)).isEqualTo(2);
    }
  }

  @Test
  void anHourThatClocksLeaveOutIsCounted() throws IOException {
    RequestTraffic traffic =
        read("time,input_tokens,output_tokens\n2026-03-29 02:30:05,1,1\n", at(BERLIN));
    assertThat(traffic.times().neverShown()).isEqualTo(1);
    assertThat(traffic.times().withoutOffset()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sep=;\r\ntime;prompt_tokens;completion_tokens\r\n1793527200;1.234;9,00\r\n",
        "time;prompt_tokens;completion_tokens\n1793527200;1234,0;9\n",
      })
  void whereSemicolonsPartColumnsCommasAreDecimal(String log) throws IOException {
    assertThat(read(log).tokens("all")).containsExactly(1234, 9);
  }

  @Test
  void spreadsheetsWithoutAMarkAreReadInTheirCharacters() throws IOException {
    String text = "time,model,input_tokens,output_tokens\n1793527200,modèle,5,1\n";
    for (Charset charset :
        List.of(
            StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.ISO_8859_1)) {
      RequestLog log = new RequestLog(RequestLog.Settings.STANDARD);
      log.read("log", new ByteArrayInputStream(text.getBytes(charset)));
      assertThat(log.traffic().workloads()).containsExactly("modèle");
    }
  }

  @Test
  void allColumnsThatAreMissingAreNamedAtOnce() {
    assertThatThrownBy(() -> read("Zeit,Eingabe,Ausgabe\n1793527200,5,1\n"))
        .hasMessageContaining("--time, --input, --output");
  }

  @Test
  void columnsCanBeNamedAndModelsRenamed() throws IOException {
    RequestLog.Settings named =
        new RequestLog.Settings(
            new LogColumns(
                Optional.of("when"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("in"),
                Optional.of("out"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("team")),
            LogClock.UTC,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of("red", "chat"),
            false);
    assertThat(read("when,in,out,team\n1793527200,1,2,red\n", named).workloads())
        .containsExactly("chat");
  }

  @Test
  void aWrongTimeMakesNoGiantFile() {
    assertThatThrownBy(
            () -> read("time,input_tokens,output_tokens\n1000000000,1,1\n1793527200,1,1\n"))
        .hasMessageContaining("more than fit a traffic file");
  }

  @Test
  void aTrafficFileIsTold() {
    assertThatThrownBy(
            () ->
                read("workload,t_s,input_tokens_per_s,output_tokens_per_s\nchat,1793527200,1,1\n"))
        .hasMessage("log:2: no log but a traffic file already, as advise --traffic reads it");
  }

  @Test
  void replicasThatRanAreAColumn() throws IOException {
    StringWriter text = new StringWriter();
    read("time,input_tokens,output_tokens\n1793527200,600,60\n").writeCsv(text, OptionalInt.of(4));
    assertThat(text.toString())
        .isEqualTo(
            """
            workload,t_s,input_tokens_per_s,output_tokens_per_s,requests_per_s,replicas
            all,1793527200,1,0.1,0.001666666667,4
            """);
  }

  private static RequestLog.Settings at(LogClock clock) {
    return new RequestLog.Settings(
        LogColumns.KNOWN,
        clock,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        false);
  }

  private static RequestTraffic read(String text) throws IOException {
    return read(text, RequestLog.Settings.STANDARD);
  }

  private static RequestTraffic read(String text, RequestLog.Settings settings) throws IOException {
    RequestLog log = new RequestLog(settings);
    log.read("log", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    return log.traffic();
  }

  private static RequestLog.Settings withStep(Duration step) {
    return new RequestLog.Settings(
        LogColumns.KNOWN,
        LogClock.UTC,
        Optional.of(step),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        false);
  }

  private static RequestLog.Settings skippingBad() {
    return new RequestLog.Settings(
        LogColumns.KNOWN,
        LogClock.UTC,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        true);
  }

  private static String csv(RequestTraffic traffic) {
    StringWriter text = new StringWriter();
    traffic.writeCsv(text, OptionalInt.empty());
    return text.toString();
  }

  private static TrafficHistory historyOf(String workload, RequestTraffic traffic) {
    return Objects.requireNonNull(traffic.histories().get(workload));
  }
}
