package dev.breakeven.prometheus.collect.hourly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.QueryExecutor;
import dev.breakeven.prometheus.client.QueryResult;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.query.EngineProfiles;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.NamedSentence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnattributedSeriesTest {

  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final long END = NOW.getEpochSecond() / StoredHistory.STEP_SECONDS;
  private static final EngineProfiles ENGINES = EngineProfiles.builtIn();
  private static final Source SOURCE =
      Source.of(
          "default",
          request -> {
            throw new AssertionError("every query goes through the executor");
          });

  /** Answers with these series, and keeps what it was asked. */
  private static final class Store implements QueryExecutor {
    private final List<Map<String, String>> series;
    private final List<String> asked = new ArrayList<>();

    @SafeVarargs
    @SuppressWarnings("varargs") // List.of copies
    Store(Map<String, String>... series) {
      this.series = List.of(series);
    }

    @Override
    public QueryResult ask(ApiRequest request, SeriesSink sink) {
      asked.add(request.promql());
      SeriesSink.Points points = new SeriesSink.Points();
      points.add(NOW.getEpochSecond(), 1);
      series.forEach(labels -> sink.take(labels, points));
      return new QueryResult.Whole(List.of());
    }

    @Override
    public void together(Collection<Runnable> work) {
      work.forEach(Runnable::run);
    }
  }

  /** A target of the model {@code llama} in the namespace {@code inference}, read once. */
  private static TargetState read(Set<WorkloadRef> workloads) {
    Target target =
        new Target("default", "vllm", "inference", workloads, "llama", "llama", Duration.ofDays(1));
    TargetState state =
        new TargetState(
            target,
            ENGINES.named("vllm"),
            new StoredHistory(144, 0, StoredHistory.Stride.ofADayOf(target), END),
            NOW);
    state.wasRead();
    return state;
  }

  private static TargetState read() {
    return read(Set.of(new WorkloadRef("Deployment", "chat")));
  }

  private static void look(Store store, TargetState target) {
    UnattributedSeries.look(
        SOURCE, ENGINES.named("vllm"), ENGINES.all(), List.of(target), store, NOW);
  }

  private static Optional<NamedSentence> causeFoundIn(Store store) {
    TargetState target = read();
    look(store, target);
    return target.version().notes().stream()
        .filter(note -> note.reason() == Note.Reason.SERIES_ELSEWHERE)
        .map(Note::message)
        .map(Message::cause)
        .findFirst();
  }

  @Test
  void seriesUnderAnotherMetricNameAreFound() {
    assertThat(
            causeFoundIn(
                new Store(
                    Map.of(
                        "__name__", "acme_vllm_generation_tokens",
                        "model_name", "llama",
                        "namespace", "inference",
                        "pod", "chat-0"))))
        .contains(Cause.SERIES_UNDER_OTHER_NAME);
  }

  @Test
  void seriesWithoutAPodLabelAreFound() {
    assertThat(
            causeFoundIn(
                new Store(
                    Map.of(
                        "__name__", "vllm:generation_tokens_total",
                        "model_name", "llama",
                        "exported_namespace", "inference"))))
        .contains(Cause.SERIES_WITHOUT_POD);
  }

  @Test
  void seriesOfPodsOutsideTheWorkloadsAreFound() {
    assertThat(
            causeFoundIn(
                new Store(
                    Map.of(
                        "__name__", "vllm:generation_tokens_total",
                        "model_name", "llama",
                        "namespace", "inference",
                        "pod", "other-0"))))
        .contains(Cause.SERIES_OF_OTHER_PODS);
  }

  @Test
  void seriesOfAnotherEngineInTheNamespaceAreFound() {
    assertThat(
            causeFoundIn(
                new Store(
                    Map.of(
                        "__name__", "sglang:generation_tokens_total",
                        "model_name", "llama",
                        "namespace", "inference"))))
        .contains(Cause.SERIES_OF_OTHER_ENGINE);
  }

  @Test
  void nothingIsSaidOfAnotherNamespaceOrModel() {
    assertThat(
            causeFoundIn(
                new Store(
                    Map.of(
                        "__name__", "vllm:generation_tokens_total",
                        "model_name", "llama",
                        "namespace", "tenant-b",
                        "pod", "chat-0"),
                    Map.of(
                        "__name__", "vllm:generation_tokens_total",
                        "model_name", "qwen",
                        "namespace", "inference",
                        "pod", "chat-0"))))
        .isEmpty();
  }

  @Test
  void anAnswerIsLimitedToTwoHundredSeries() {
    Store store = new Store();
    look(store, read());

    assertThat(store.asked)
        .singleElement()
        .asString()
        .startsWith("topk(200, last_over_time({__name__=~")
        .contains("model_name=\"llama\"", " or topk(200, last_over_time({__name__=~");
  }

  @Test
  void nothingIsAskedForTargetsWithSeriesOrWithoutWorkloads() {
    Store store = new Store();
    TargetState withSeries = read();
    withSeries.history().put(Figure.OUTPUT, END - 1, 5);
    look(store, withSeries);
    look(store, read(Set.of()));

    assertThat(store.asked).isEmpty();
  }
}
