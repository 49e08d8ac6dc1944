package dev.breakeven.prometheus.client;

import static java.nio.charset.StandardCharsets.UTF_16BE;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.NumberInput;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.breakeven.prometheus.client.SourceFailure.Reason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipException;

/**
 * Reads answers in Prometheus' form as a stream: one series is held at a time, however large the
 * answer. Whatever is wrong becomes an {@link QueryResult.Failed}.
 */
public final class ResponseParser {

  // What is longer ends the reading: a store that was fed worse must not fill the memory.
  private static final int LONGEST_TEXT = 4 << 20;

  // No label is longer, no series has more of them or more points: one that is, or has, is a
  // tenant's doing and costs no other its answer.
  private static final int LONGEST_LABEL = 64 << 10;
  private static final int LONGEST_LABELS = 256 << 10;
  private static final int MOST_POINTS = 20_000;
  private static final int MOST_LABELS = 1_000;
  private static final int CUT_LABEL = 100;
  private static final int LONGEST_NAME = 4 << 10;
  private static final int LONGEST_WHOLE = 18; // digits that a long holds in any case
  private static final int DEEPEST = 50;

  // Field names are few and repeat: they are interned. Label names and values are not.
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(LONGEST_TEXT)
                  .maxNameLength(LONGEST_NAME)
                  .maxNestingDepth(DEEPEST)
                  .build())
          .build();
  private static final int OK = 200;
  private static final int MOST_REMARKS = 5;
  private static final List<String> QUERY_TOO_LONG =
      List.of("too long query", "maxquerylen", "query length", "uri too long", "query is too long");
  private static final List<String> PARTS_AWAY =
      List.of(
          "cannot fetch query results from vmstorage",
          "some of vmstorage",
          "no storage nodes",
          "partial response");
  private static final List<String> TOO_LARGE =
      List.of(
          "too many samples",
          "maximum resolution",
          "query timed out",
          "limit",
          "exceed",
          "too large");

  private final SeriesSink sink;
  private final SeriesSink.Points points = new SeriesSink.Points();
  private final List<String> warnings = new ArrayList<>();
  private final List<String> infos = new ArrayList<>();
  private boolean isReadable = true; // the series that is being read
  private boolean hasResult;
  private boolean isPartial; // a cluster of VictoriaMetrics says so
  private String status = "";
  private String errorType = "";
  private String error = "";

  private ResponseParser(SeriesSink sink) {
    this.sink = sink;
  }

  /** Reads a reply to its end. */
  public static QueryResult read(HttpResult reply, SeriesSink sink) {
    if (reply instanceof HttpResult.Failed failed) {
      return new QueryResult.Failed(failed.failure());
    }
    HttpResult.Answered answered = (HttpResult.Answered) reply;
    return new ResponseParser(sink).read(answered.status(), answered.body());
  }

  private QueryResult read(int httpStatus, InputStream body) {
    EndSeen whole = new EndSeen(new ValidUtf8(body));
    try (JsonParser json = JSON.createParser(whole)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return notPrometheus(httpStatus);
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        field(json);
      }
      return verdict(httpStatus);
    } catch (ZipException e) {
      return notPrometheus(httpStatus); // said to be packed, and is not
    } catch (StreamConstraintsException e) {
      return failed(Reason.NOT_AN_ANSWER, "its answer holds a text or number beyond all bounds");
    } catch (JsonProcessingException | UnexpectedForm e) {
      return whole.ended && whole.anyRead && httpStatus == OK
          ? failed(Reason.TRUNCATED, "its response is truncated")
          : notPrometheus(httpStatus);
    } catch (HttpResult.AnswerTooLate e) {
      return failed(Reason.TIMEOUT, said(e));
    } catch (HttpResult.AnswerTooLarge e) {
      return failed(Reason.ANSWER_TOO_LARGE, said(e));
    } catch (IOException e) {
      return failed(Reason.TRUNCATED, "the connection broke while it answered");
    }
  }

  private static String said(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static QueryResult failed(Reason reason, String message) {
    return new QueryResult.Failed(SourceFailure.of(reason, message));
  }

  private static QueryResult notPrometheus(int httpStatus) {
    return httpStatus == OK
        ? failed(Reason.NOT_AN_ANSWER, "what it answers is not in Prometheus' form")
        : ofStatus(httpStatus);
  }

  private static QueryResult ofStatus(int httpStatus) {
    return switch (httpStatus) {
      case 401 -> failed(Reason.FORBIDDEN, "HTTP 401 Unauthorized: it wants other credentials");
      case 403 -> failed(Reason.FORBIDDEN, "HTTP 403 Forbidden: the credentials may not query it");
      case 413, 414, 431 ->
          failed(Reason.QUERY_TOO_LONG, "the query is longer than it takes: HTTP " + httpStatus);
      case 429 -> failed(Reason.THROTTLED, "HTTP 429 Too Many Requests");
      default -> failed(Reason.HTTP_ERROR, "it answers HTTP " + httpStatus);
    };
  }

  private QueryResult verdict(int httpStatus) {
    if ("success".equals(status) && httpStatus == OK && !hasResult) {
      return notPrometheus(httpStatus);
    }
    if ("success".equals(status) && httpStatus == OK) {
      List<String> missing = new ArrayList<>();
      List<String> remarks = new ArrayList<>(infos);
      for (String warning : warnings) {
        // Prometheus also warns of what a query does; only other warnings say that data is away.
        (warning.startsWith("PromQL ") ? remarks : missing).add(warning);
      }
      if (isPartial) {
        missing.add("isPartial");
      }
      return missing.isEmpty()
          ? new QueryResult.Whole(List.copyOf(remarks))
          : new QueryResult.Partial(List.copyOf(missing));
    }
    if (!"error".equals(status)) {
      return notPrometheus(httpStatus);
    }
    String words = error.toLowerCase(Locale.ROOT);
    if (QUERY_TOO_LONG.stream().anyMatch(words::contains)) {
      return refused(Reason.QUERY_TOO_LONG, "the query is longer than it takes");
    }
    if (PARTS_AWAY.stream().anyMatch(words::contains)) {
      return refused(Reason.HTTP_ERROR, "a part of its data is away");
    }
    boolean tooLarge = "timeout".equals(errorType) || TOO_LARGE.stream().anyMatch(words::contains);
    if (tooLarge) {
      return refused(Reason.QUERY_TOO_LARGE, "it cannot answer that much at once");
    }
    if (List.of("bad_data", "execution", "canceled", "not_acceptable").contains(errorType)) {
      return refused(Reason.QUERY_REFUSED, "it refuses the query (" + errorType + ")");
    }
    if (httpStatus == OK) {
      return refused(Reason.QUERY_REFUSED, "it answers with an error");
    }
    return ofStatus(httpStatus);
  }

  private QueryResult refused(Reason reason, String message) {
    return new QueryResult.Failed(new SourceFailure(reason, message, error));
  }

  private void field(JsonParser json) throws IOException {
    String name = json.currentName();
    json.nextToken();
    switch (name) {
      case "status" -> status = json.getValueAsString("");
      case "errorType" -> errorType = json.getValueAsString("");
      case "error" -> error = json.getValueAsString("");
      case "warnings" -> remarks(json, warnings);
      case "infos" -> remarks(json, infos);
      case "isPartial" -> isPartial = json.getValueAsBoolean(false);
      case "data" -> data(json);
      default -> json.skipChildren();
    }
  }

  private static void remarks(JsonParser json, List<String> into) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (into.size() < MOST_REMARKS) {
        into.add(json.getValueAsString(""));
      }
      json.skipChildren();
    }
  }

  private void data(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren(); // an error's data is null
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if ("result".equals(name)) {
        expect(json, JsonToken.START_ARRAY);
        hasResult = true;
        while (json.nextToken() != JsonToken.END_ARRAY) {
          expect(json, JsonToken.START_OBJECT);
          series(json);
        }
      } else if ("resultType".equals(name)) {
        sink.isA(json.getValueAsString(""));
        json.skipChildren();
      } else {
        json.skipChildren();
      }
    }
  }

  private void series(JsonParser json) throws IOException {
    Map<String, String> labels = new LinkedHashMap<>();
    points.clear();
    isReadable = true;
    int chars = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "metric" -> {
          expect(json, JsonToken.START_OBJECT);
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            String label = json.currentName();
            json.nextToken();
            if (!json.currentToken().isScalarValue()) {
              throw new UnexpectedForm();
            }
            String value = withoutHalves(json.getText());
            chars += label.length() + value.length();
            if (value.length() > LONGEST_LABEL || chars > LONGEST_LABELS) {
              isReadable = false;
              value = value.substring(0, Math.min(value.length(), CUT_LABEL));
              chars = Math.min(chars, LONGEST_LABELS);
            }
            if (labels.size() < MOST_LABELS) {
              labels.put(label, value);
            }
          }
        }
        case "value" -> point(json);
        case "values" -> {
          expect(json, JsonToken.START_ARRAY);
          while (json.nextToken() != JsonToken.END_ARRAY) {
            point(json);
          }
        }
        default -> json.skipChildren();
      }
    }
    if (isReadable) {
      sink.take(labels, points);
    } else {
      sink.takeUnreadable(labels);
    }
  }

  private void point(JsonParser json) throws IOException {
    expect(json, JsonToken.START_ARRAY);
    json.nextToken();
    if (!json.currentToken().isNumeric()) {
      throw new UnexpectedForm();
    }
    long epochSecond =
        json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getTextLength() < LONGEST_WHOLE
            ? json.getLongValue()
            : Math.round(json.getDoubleValue());
    json.nextToken();
    expect(json, JsonToken.VALUE_STRING);
    double value = number(json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
    int before = points.size() - 1;
    if (before >= 0 && points.epochSecondAt(before) >= epochSecond) {
      // The same sample again is the same one; of two at one time, or a time before, neither is.
      isReadable &=
          points.epochSecondAt(before) == epochSecond
              && Double.compare(points.valueAt(before), value) == 0;
    } else if (points.size() < MOST_POINTS) {
      points.add(epochSecond, value);
    } else {
      isReadable = false;
    }
    json.nextToken();
    expect(json, JsonToken.END_ARRAY);
  }

  private static double number(char[] text, int from, int length) throws UnexpectedForm {
    boolean isWord = length > 0 && !Character.isDigit(text[from + length - 1]);
    return switch (isWord ? new String(text, from, length) : "") {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default -> {
        try {
          yield NumberInput.parseDouble(text, from, length, true);
        } catch (NumberFormatException e) {
          throw new UnexpectedForm();
        }
      }
    };
  }

  /** Half of a pair of surrogates is no character, and can be written nowhere. */
  private static String withoutHalves(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return new String(text.getBytes(UTF_16BE), UTF_16BE);
      }
    }
    return text;
  }

  private static void expect(JsonParser json, JsonToken token) throws IOException {
    if (json.currentToken() != token) {
      throw new UnexpectedForm();
    }
  }

  /** Knows whether the end was met: what is wrong there is wrong for being cut off. */
  private static final class EndSeen extends FilterInputStream {

    private boolean anyRead;
    private boolean ended;

    EndSeen(InputStream body) {
      super(body);
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      int n = super.read(buffer, from, length);
      anyRead |= n > 0;
      ended |= n < 0;
      return n;
    }
  }

  /** JSON, but not as Prometheus answers. */
  private static final class UnexpectedForm extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
