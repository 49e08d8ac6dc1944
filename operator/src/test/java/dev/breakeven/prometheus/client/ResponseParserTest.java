package dev.breakeven.prometheus.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.client.SourceFailure.Reason;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseParserTest {

  private static final String MATRIX =
      """
      {"status":"success","data":{"resultType":"matrix","result":[
        {"metric":{"namespace":"a","pod":"chat-0"},"values":[[600,"1.5"],[1200.000,"2e3"]]},
        {"metric":{"namespace":"b"},"values":[[600,"NaN"],[1200,"+Inf"]]}]}}
      """;

  private final List<String> series = new ArrayList<>();

  private QueryResult read(int status, String body) {
    return ResponseParser.read(
        new HttpResult.Answered(status, new ByteArrayInputStream(body.getBytes(UTF_8))),
        (labels, points) -> {
          StringBuilder text = new StringBuilder(labels.toString());
          for (int i = 0; i < points.size(); i++) {
            text.append(' ').append(points.epochSecondAt(i)).append('=').append(points.valueAt(i));
          }
          series.add(text.toString());
        });
  }

  private Reason failure(int status, String body) {
    QueryResult answer = read(status, body);
    assertThat(answer).isInstanceOf(QueryResult.Failed.class);
    return ((QueryResult.Failed) answer).failure().reason();
  }

  @Test
  void aRangeGivesEachSeriesItsLabelsAndPoints() {
    assertThat(read(200, MATRIX)).isEqualTo(new QueryResult.Whole(List.of()));
    assertThat(series)
        .containsExactly(
            "{namespace=a, pod=chat-0} 600=1.5 1200=2000.0", "{namespace=b} 600=NaN 1200=Infinity");
  }

  @Test
  void anInstantGivesOnePoint() {
    read(
        200,
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
            + "{\"metric\":{},\"value\":[1793491200.781,\"3\"]}]}}");
    assertThat(series).containsExactly("{} 1793491201=3.0");
  }

  @Test
  void theOrderOfFieldsDoesNotMatter() {
    read(
        200,
        "{\"data\":{\"result\":[{\"values\":[[600,\"1\"]],\"metric\":{\"pod\":\"p\"}}],"
            + "\"resultType\":\"matrix\"},\"isPartial\":false,\"status\":\"success\"}");
    assertThat(series).containsExactly("{pod=p} 600=1.0");
  }

  @Test
  void aWarningThatAStoreIsAwayMakesTheAnswerPartial() {
    QueryResult answer =
        read(200, MATRIX.strip().replaceFirst("}$", ",\"warnings\":[\"store 10.0.0.7 is away\"]}"));
    assertThat(answer).isEqualTo(new QueryResult.Partial(List.of("store 10.0.0.7 is away")));
  }

  @Test
  void aClusterThatSaysItsAnswerIsPartialIsBelievedInThat() {
    assertThat(read(200, MATRIX.strip().replaceFirst("}$", ",\"isPartial\":true}")))
        .isInstanceOf(QueryResult.Partial.class);
    assertThat(read(200, MATRIX.strip().replaceFirst("}$", ",\"isPartial\":false}")))
        .isInstanceOf(QueryResult.Whole.class);
  }

  @Test
  void aQueryThatIsTooLongIsNotARangeThatIsTooLong() {
    String refused = "{\"status\":\"error\",\"errorType\":\"422\",\"error\":\"%s\"}";
    assertThat(
            failure(
                422,
                refused.formatted(
                    "too long query=20000 bytes; mustn't exceed `-search.maxQueryLen=16384`"
                        + " bytes")))
        .isEqualTo(Reason.QUERY_TOO_LONG);
    assertThat(failure(422, refused.formatted("query processing would load too many samples")))
        .isEqualTo(Reason.QUERY_TOO_LARGE);
  }

  private static String vectorOfPods(String... pods) {
    return Stream.of(pods)
        .map("{\"metric\":{\"pod\":\"%s\"},\"value\":[600,\"1\"]}"::formatted)
        .collect(
            Collectors.joining(
                ",",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[",
                "]}}"));
  }

  @Test
  void aLabelBeyondAllBoundsCostsItsOwnSeriesAlone() {
    String label = "x".repeat(1_000_000);
    List<String> read = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    QueryResult answer =
        ResponseParser.read(
            new HttpResult.Answered(
                200, new ByteArrayInputStream(vectorOfPods("a", label, "b").getBytes(UTF_8))),
            new SeriesSink() {
              @Override
              public void take(Map<String, String> labels, Points points) {
                read.add(labels.get("pod"));
              }

              @Override
              public void takeUnreadable(Map<String, String> labels) {
                unreadable.add(labels.get("pod"));
              }
            });
    assertThat(answer).isInstanceOf(QueryResult.Whole.class);
    assertThat(read).containsExactly("a", "b");
    assertThat(unreadable).containsExactly("x".repeat(100));
  }

  @Test
  void aTextThatWouldFillTheMemoryEndsTheReading() {
    long[] read = {0};
    // 300 MB, if anybody read them.
    InputStream body =
        new SequenceInputStream(
            new ByteArrayInputStream(
                "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{\"pod\":\""
                    .getBytes(UTF_8)),
            new InputStream() {
              @Override
              public int read() {
                return read[0]++ < 300_000_000 ? 'x' : -1;
              }

              @Override
              public int read(byte[] into, int at, int most) {
                if (read[0] >= 300_000_000) {
                  return -1;
                }
                Arrays.fill(into, at, at + most, (byte) 'x');
                read[0] += most;
                return most;
              }
            });
    QueryResult answer =
        ResponseParser.read(new HttpResult.Answered(200, body), (labels, points) -> {});
    assertThat(((QueryResult.Failed) answer).failure().reason()).isEqualTo(Reason.NOT_AN_ANSWER);
    assertThat(read[0]).isLessThan(8_000_000);
  }

  @Test
  void whatPrometheusThinksOfAQueryLeavesNothingOut() {
    QueryResult answer =
        read(
            200,
            MATRIX
                .strip()
                .replaceFirst(
                    "}$",
                    ",\"warnings\":[\"PromQL warning: mixed\"],"
                        + "\"infos\":[\"PromQL info: metric might not be a counter\"]}"));
    assertThat(answer)
        .isEqualTo(
            new QueryResult.Whole(
                List.of("PromQL info: metric might not be a counter", "PromQL warning: mixed")));
  }

  @ParameterizedTest
  @CsvSource({
    "400, bad_data, parse error, QUERY_REFUSED",
    "422, execution, multiple matches for labels, QUERY_REFUSED",
    "422, execution, query processing would load too many samples into memory, QUERY_TOO_LARGE",
    "400, bad_data, exceeded maximum resolution of 11000 points per timeseries, QUERY_TOO_LARGE",
    "503, timeout, query timed out in expression evaluation, QUERY_TOO_LARGE",
    "500, internal, no such block, HTTP_ERROR",
    "503, unavailable, not ready, HTTP_ERROR",
    "429, too_many_requests, slow down, THROTTLED",
    "401, unauthorized, no token, FORBIDDEN",
  })
  void anErrorIsNamed(int status, String type, String error, Reason reason) {
    assertThat(
            failure(
                status,
                "{\"status\":\"error\",\"errorType\":\"%s\",\"error\":\"%s\",\"data\":null}"
                    .formatted(type, error)))
        .isEqualTo(reason);
  }

  @Test
  void whatTheServerSaidStaysOutOfTheMessage() {
    QueryResult answer =
        read(
            400,
            "{\"status\":\"error\",\"errorType\":\"bad_data\","
                + "\"error\":\"parse error near namespace=\\\"other-team\\\"\\nsecond line\"}");
    SourceFailure failure = ((QueryResult.Failed) answer).failure();
    assertThat(failure.message()).doesNotContain("other-team");
    assertThat(failure.detail()).isEqualTo("parse error near namespace=\"other-team\" second line");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html><body>Sign in</body></html>",
        "",
        "[]",
        "\"success\" ",
        "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":\"x\"}]}}",
        "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{},\"values\":[[600,\"no\"]]}]}}",
        "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{},\"values\":[[\"x\",\"1\"]]}]}}",
        "{\"status\":\"success\",\"data\":{\"result\":[3]}}",
        "{\"status\":\"perhaps\"}",
        "{\"status\":\"success\"}",
        "{\"status\":\"success\",\"data\":null}",
        "{\"status\":\"success\",\"data\":{}}",
        "null",
        "{}"
      })
  void whatIsNotAnAnswerIsNamedSo(String body) {
    assertThat(failure(200, body)).isEqualTo(Reason.NOT_AN_ANSWER);
  }

  @Test
  void anAnswerThatEndsInItsMiddleIsTruncatedWhereverItIsCut() {
    String whole = MATRIX.strip();
    for (int length = 1; length < whole.length(); length++) {
      assertThat(failure(200, whole.substring(0, length)))
          .as("cut at %d", length)
          .isEqualTo(Reason.TRUNCATED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401, FORBIDDEN",
    "403, FORBIDDEN",
    "404, HTTP_ERROR",
    "413, QUERY_TOO_LONG",
    "414, QUERY_TOO_LONG",
    "429, THROTTLED",
    "502, HTTP_ERROR",
    "503, HTTP_ERROR"
  })
  void anErrorPageIsNamedByItsStatus(int status, Reason reason) {
    assertThat(failure(status, "<html>oops</html>")).isEqualTo(reason);
    assertThat(failure(status, "")).isEqualTo(reason);
  }
}
