package dev.breakeven.advice.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.price.Commitment;
import dev.breakeven.price.Money;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class GpuSharesTest {

  private static final LocalDate SOON = LocalDate.parse("2027-01-31");
  private static final LocalDate LATE = LocalDate.parse("2028-01-31");

  private final Map<String, GpuClaim> claims = new HashMap<>();

  @Test
  void gpusGoWhereEachSavesMost() {
    // Two GPUs a replica: 800 a GPU for the first two replicas of b, 500 for those of a.
    claims.put("a", claim(2, 0, 1000, 2000));
    claims.put("b", claim(2, 0, 1600, 3200));
    assertThat(gpus(6)).containsEntry("b", 4.0).containsEntry("a", 2.0);
  }

  @Test
  void atTheSameSavingTheNameThatComesFirstIsServedFirst() {
    claims.put("ns/b", claim(1, 0, 700, 1400));
    // Cents do not decide: they would move it from day to day.
    claims.put("ns/a", claim(1, 0, 699.8, 1399.6));
    assertThat(gpus(3)).containsEntry("ns/a", 2.0).containsEntry("ns/b", 1.0);
  }

  @Test
  void aStartThatPaysOnlyWithThreeReplicasTakesThreeOrNone() {
    // People cost what one or two replicas save: nothing for them, 900 for three.
    claims.put("start", new GpuClaim(1, List.of(0.0, 0.0, 0.0, 900.0), 0, 10));
    claims.put("runs", claim(1, 0, 200));
    assertThat(gpus(3)).containsEntry("start", 3.0).containsEntry("runs", 0.0);
    assertThat(gpus(2)).containsEntry("runs", 1.0);
  }

  @Test
  void whatSavesNobodyAnythingGoesToWhatRan() {
    claims.put("a", new GpuClaim(1, List.of(0.0), 0, 10));
    claims.put("b", new GpuClaim(1, List.of(0.0), 2, 10));
    assertThat(gpus(2)).containsEntry("b", 2.0).containsEntry("a", 0.0);
  }

  @Test
  void gpusThatMakeNoWholeReplicaArePaidInProportion() {
    claims.put("a", new GpuClaim(4, List.of(0.0, 4000.0), 1, 1));
    claims.put("b", new GpuClaim(4, List.of(0.0, 3000.0), 1, 1));
    assertThat(gpus(11)).containsEntry("a", 5.5).containsEntry("b", 5.5);
  }

  @Test
  void whoSavesMostGetsThoseThatLastLongest() {
    claims.put("a", claim(1, 0, 100, 200));
    claims.put("b", claim(1, 0, 900));
    assertThat(GpuShares.of(List.of(committed(2, LATE), committed(1, SOON)), claims))
        .isEqualTo(
            Map.of(
                "b", List.of(committed(2, LATE).part(1)),
                "a", List.of(committed(2, LATE).part(1), committed(1, SOON))));
  }

  @Property(tries = 300)
  void everyGpuIsDealtOnceWhateverTheClaims(
      @ForAll @IntRange(min = 1, max = 60) int gpus,
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 0, max = 4) Integer> wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      claims.put(
          "p" + i,
          new GpuClaim(
              1 + i % 3, List.of(0.0, 100.0 * i, 150.0 * i), wanted.get(i), 2 + wanted.get(i)));
    }
    assertThat(gpus(gpus).values().stream().mapToDouble(d -> d).sum())
        .isCloseTo(gpus, Offset.offset(1e-6));
  }

  private Map<String, Double> gpus(int committed) {
    Map<String, Double> gpus = new HashMap<>();
    GpuShares.of(List.of(committed(committed, SOON)), claims)
        .forEach(
            (name, parts) ->
                gpus.put(name, parts.stream().mapToDouble(Commitment.Shared::gpus).sum()));
    return gpus;
  }

  private static GpuClaim claim(double gpusPerReplica, double... saved) {
    return new GpuClaim(
        gpusPerReplica, Arrays.stream(saved).boxed().toList(), saved.length - 1, 100);
  }

  private static Commitment.Shared committed(int gpus, LocalDate until) {
    return new Commitment.Shared(
        "NVIDIA-H100-80GB-HBM3", gpus, gpus, Money.of("1.80", "USD"), until);
  }
}
