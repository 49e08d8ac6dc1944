package dev.breakeven.prometheus.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.history.StepRanges.Run;
import dev.breakeven.prometheus.query.QueryCatalog;
import org.junit.jupiter.api.Test;

class ChunkTest {

  private static StepRanges missing(long from, long to) {
    StepRanges ranges = new StepRanges();
    ranges.add(new Run(from, to));
    return ranges;
  }

  @Test
  void aStepIsAskedForAtItsEnd() {
    // Step 10 covers 6,000 s to 6,600 s.
    Chunk chunk = new Chunk(new Run(10, 13), 1);
    ApiRequest.Range range = chunk.ask(QueryCatalog.INPUT_TOKENS, "x", 0);
    assertThat(range.firstEpochSecond()).isEqualTo(6600);
    assertThat(range.lastEpochSecond()).isEqualTo(7800);
    assertThat(range.stepSeconds()).isEqualTo(600);
    assertThat(chunk.pointAt(6600)).isZero();
    assertThat(chunk.pointAt(7800)).isEqualTo(2);
    assertThat(chunk.pointAt(6000)).isEqualTo(-1);
    assertThat(chunk.ask(QueryCatalog.SAMPLES, "x", 1).firstEpochSecond()).isEqualTo(6000);
  }

  @Test
  void theNewestStepsAreTakenFirstADayAtATime() {
    StepRanges left = missing(1000, 2000);
    Chunk newest = Chunk.newest(left, 1500, 144);
    assertThat(newest).isEqualTo(new Chunk(new Run(1856, 2000), 1));
    left.remove(newest.run());
    assertThat(Chunk.newest(left, 1500, 144).run()).isEqualTo(new Run(1712, 1856));
  }

  @Test
  void noChunkCrossesFromStepsIntoHours() {
    assertThat(Chunk.newest(missing(1000, 1550), 1500, 144))
        .isEqualTo(new Chunk(new Run(1500, 1550), 1));
  }

  @Test
  void whatIsOlderIsAskedForByWholeHours() {
    // 1500 = hour 250.
    Chunk hours = Chunk.newest(missing(1001, 1499), 1500, 24);
    assertThat(hours).isEqualTo(new Chunk(new Run(1356, 1500), 6));
    assertThat(hours.points()).isEqualTo(24);
    assertThat(hours.evaluatedAt(0)).isEqualTo(1362L * 600);
    assertThat(hours.pointSeconds()).isEqualTo(3600);
    assertThat(Chunk.newest(missing(1001, 1010), 1500, 24).run()).isEqualTo(new Run(996, 1014));
  }
}
