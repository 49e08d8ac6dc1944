package dev.breakeven.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.render.status.StatusChange;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StatusCacheTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private final KubernetesSerialization serialization = new KubernetesSerialization();
  private final StatusCache standing = new StatusCache(serialization);

  @Test
  void aStatusThatWasFoundStandsAndMayBeWrittenOverAtOnce() {
    standing.seen(policy(7));

    assertThat(standing.of(withoutStatus(), NOW)).isEqualTo(status(7));
    assertThat(standing.sinceWritten(withoutStatus(), NOW)).isEqualTo(StatusChange.SETTLING_TIME);
  }

  @Test
  void whatWeWroteStandsThoughTheCacheStillShowsWhatWasThereBefore() {
    standing.seen(policy(7));
    standing.wrote(withoutStatus(), status(8), NOW);
    standing.seen(policy(7));

    assertThat(standing.of(withoutStatus(), NOW)).isEqualTo(status(8));
    assertThat(standing.sinceWritten(withoutStatus(), NOW.plusSeconds(30)))
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void onAStandbyWhatTheLeaderWroteLastStands() {
    standing.seen(policy(7));
    standing.seen(policy(8));

    assertThat(standing.of(withoutStatus(), NOW)).isEqualTo(status(8));
  }

  @Test
  void aStatusThatSomebodyTookAwayNoLongerStandsAfterTenMinutes() {
    standing.wrote(withoutStatus(), status(8), NOW);
    standing.seen(withoutStatus());

    assertThat(standing.of(withoutStatus(), NOW.plusSeconds(600))).isEqualTo(status(8));
    assertThat(standing.of(withoutStatus(), NOW.plusSeconds(601))).isNull();
  }

  @Test
  void aPolicyThatIsGoneLeavesNothing() {
    standing.wrote(withoutStatus(), status(8), NOW);
    standing.forget(withoutStatus());

    assertThat(standing.of(withoutStatus(), NOW)).isNull();
  }

  private CostPolicy withoutStatus() {
    CostPolicy policy = new CostPolicy();
    policy.getMetadata().setUid("4f6c");
    return policy;
  }

  private CostPolicy policy(int generation) {
    CostPolicy policy = withoutStatus();
    policy.setStatus(status(generation));
    return policy;
  }

  private CostPolicyStatus status(int generation) {
    return serialization.unmarshal(
        "{\"observedGeneration\": %d}".formatted(generation), CostPolicyStatus.class);
  }
}
