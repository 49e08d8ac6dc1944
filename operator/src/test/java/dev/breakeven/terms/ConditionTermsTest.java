package dev.breakeven.terms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.ConcurrencyLimit;
import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.capacity.ServingConditions;
import dev.breakeven.cluster.WorkloadState;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.testing.ChatPolicy;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ConditionTermsTest {

  private static final String H100 = "NVIDIA-H100-80GB-HBM3";
  private static final String LISTED =
      """
      [{product: NVIDIA-H100-80GB-HBM3, hourlyPrice: "2.50"},
       {product: NVIDIA-A100-SXM4-80GB, hourlyPrice: "1.50"}],
       throughputs: [{model: acme/chat, product: NVIDIA-H100-80GB-HBM3, gpusPerReplica: 2,
       inputTokensPerSecond: "9000", outputTokensPerSecond: "3000",
       contextTokensPerSecond: "5000000", source: our own load test},
       {model: acme/other, product: NVIDIA-A100-SXM4-80GB, gpusPerReplica: 2,
       inputTokensPerSecond: "1", outputTokensPerSecond: "1"}]\
      """;

  private static ServingConditions serving(
      String gpus, String model, String product, double count, String more, int requestsAtOnce) {
    ChatPolicy chat = ChatPolicy.with(gpus, "  workloads: [{name: a}]\n" + more);
    WorkloadState.Found found =
        new WorkloadState.Found(
            ChatPolicy.deployment("a"),
            2,
            2,
            new WorkloadState.GpuRequest.Requested(count),
            new WorkloadState.GpuProduct.Labelled(
                product, new WorkloadState.PurchaseLabel.Unlabelled()),
            new WorkloadState.NodePlacement.Unknown(Message.of(Cause.STILL_BEING_READ)),
            requestsAtOnce > 0 ? OptionalInt.of(requestsAtOnce) : OptionalInt.empty());
    assertThat(chat.policy().getSpec().model()).isEqualTo(model);
    return TermsResolver.resolve(chat.policy(), chat.card(), List.of(found)).core().serving();
  }

  private static ServingConditions serving(String product, double count) {
    return serving(LISTED, "acme/chat", product, count, "", 0);
  }

  @Test
  void whatTheCardListsForTheModelOnTheseGpusIsPublished() {
    assertThat(serving(H100, 2).published())
        .isInstanceOfSatisfying(
            PublishedThroughput.Listed.class,
            listed -> {
              assertThat(listed.capacity()).isEqualTo(Capacity.of(9000, 3000, 5_000_000));
              assertThat(listed.source()).isEqualTo("RateCard default: our own load test");
            });
  }

  @Test
  void whatItListsForOtherGpusOrAnotherNumberOfThemIsNot() {
    assertThat(serving(H100, 4).published()).isEqualTo(new PublishedThroughput.NotListed());
    assertThat(serving("NVIDIA-A100-SXM4-80GB", 2).published())
        .isEqualTo(new PublishedThroughput.NotListed());
  }

  @Test
  void withoutAContextTermThereIsNone() {
    assertThat(
            serving(
                    LISTED.replace("contextTokensPerSecond: \"5000000\", ", ""),
                    "acme/chat",
                    H100,
                    2,
                    "",
                    0)
                .published())
        .isInstanceOfSatisfying(
            PublishedThroughput.Listed.class,
            listed -> assertThat(listed.capacity().hasContextTerm()).isFalse());
  }

  @Test
  void requestsAtOnceAreThoseOfThePodsArguments() {
    assertThat(serving(LISTED, "acme/chat", H100, 2, "", 128).limit())
        .isEqualTo(ConcurrencyLimit.stated(128));
  }

  @Test
  void withoutArgumentsTheyAreWhatTheEngineDoesOnThatGpu() {
    assertThat(serving(H100, 2).limit())
        .isEqualTo(new ConcurrencyLimit(1024, ConcurrencyLimit.Reason.ENGINE_DEFAULT));
    assertThat(serving("NVIDIA-A100-SXM4-80GB", 2).limit())
        .isEqualTo(new ConcurrencyLimit(256, ConcurrencyLimit.Reason.ENGINE_DEFAULT));
  }

  @Test
  void aLatencyThatIsNotStatedIsNoLimit() {
    LatencyTarget target =
        serving(LISTED, "acme/chat", H100, 2, "  planning: {slo: {ttftSeconds: 1.5}}\n", 0)
            .target();

    assertThat(target.timeToFirstTokenSeconds()).isEqualTo(1.5);
    assertThat(target.interTokenLatencySeconds()).isInfinite();
    assertThat(serving(H100, 2).target()).isEqualTo(LatencyTarget.NONE);
  }
}
