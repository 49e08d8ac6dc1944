package dev.breakeven.terms;

import dev.breakeven.advice.Issue;
import dev.breakeven.advice.SelfHostTerms;
import dev.breakeven.advice.Terms;
import dev.breakeven.advice.Workload;
import dev.breakeven.price.Api;
import dev.breakeven.price.Commitment;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.price.Offer;
import dev.breakeven.reason.Message;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The terms of the evaluation, as a policy, its rate card and its workloads state them, and where
 * each price was read.
 *
 * @param core the terms as the core takes them
 * @param committed what the rate card lists for all policies that use the product; all of it is
 *     this policy's where no other shares it
 * @param workloads each workload as resolved, missing ones included
 * @param gpu where the GPU price comes from
 * @param provider who sells the offer; empty where nobody says
 * @param issues what was missing or in doubt
 */
public record ResolvedTerms(
    Terms core,
    List<Commitment.Shared> committed,
    List<ResolvedWorkload> workloads,
    GpuOrigin gpu,
    String provider,
    List<Issue> issues) {

  public ResolvedTerms {
    committed = List.copyOf(committed);
    workloads = List.copyOf(workloads);
    issues = List.copyOf(issues);
  }

  /**
   * Where a GPU price comes from.
   *
   * @param product the GPU product, or empty where the price was given without one
   * @param source where it was read: the policy, the rate card and its source, or OpenCost
   * @param asOf day it was read, of a reported price the time, or empty
   */
  public record GpuOrigin(String product, String source, String asOf) {
    public static final GpuOrigin NONE = new GpuOrigin("", "", "");
  }

  /**
   * One workload of the policy.
   *
   * @param message what is wrong with it; absent where nothing is
   * @param gpuHour price of one of its GPUs for one hour; absent where it is not known
   * @param evidence where that price is OpenCost's, when and of which nodes it was reported
   * @param workload as the core takes it; absent where it cannot be read
   * @param isPrefill whether its replicas only read prompts, and so come with those that generate
   */
  public record ResolvedWorkload(
      String apiVersion,
      String kind,
      String name,
      String gpuProduct,
      @Nullable BigDecimal gpusPerReplica,
      @Nullable Money gpuHour,
      OpenCostPrice.Evidence evidence,
      @Nullable Workload workload,
      boolean isPrefill,
      @Nullable Message message) {}

  /** The commitments that no other policy shares. */
  public Commitments ownCommitments() {
    return new Commitments(
        selfHost().commitments().each().stream()
            .filter(Commitment.Reserved.class::isInstance)
            .toList());
  }

  /** A copy with this policy's part of the shared commitments. */
  public ResolvedTerms withShare(List<Commitment.Shared> share) {
    return new ResolvedTerms(
        core.with(selfHost().with(ownCommitments().and(share))),
        committed,
        workloads,
        gpu,
        provider,
        issues);
  }

  public Currency currency() {
    return core.currency();
  }

  public SelfHostTerms selfHost() {
    return core.selfHost();
  }

  public Api api() {
    return core.api();
  }

  /** The workloads that are planned and could be read, as the core takes them. */
  public List<Workload> present() {
    return read(false);
  }

  /** Those that only read prompts and could be read. */
  public List<Workload> prefill() {
    return read(true);
  }

  private List<Workload> read(boolean isPrefill) {
    return workloads.stream()
        .filter(w -> w.isPrefill() == isPrefill)
        .flatMap(w -> Stream.ofNullable(w.workload()))
        .toList();
  }

  /**
   * Names the input: the policy's generation, and those of its terms that stand elsewhere, on the
   * rate card above all. The day on which a price was read does not count, nor does a price that
   * moves by itself, spot or reported.
   */
  public String inputHash(long generation) {
    List<Object> parts = new ArrayList<>();
    parts.add(selfHost().gpusPerReplica());
    parts.add(ownCommitments());
    parts.addAll(committed);
    if (selfHost().gpu() instanceof GpuPricing.Priced priced) {
      boolean movesByItself =
          priced.hour() instanceof GpuHour.Spot || priced.hour() instanceof GpuHour.Reported;
      parts.add(movesByItself ? priced.hour().getClass().getSimpleName() : priced.hour());
    }
    if (api() instanceof Api.Offered offered) {
      Offer offer = offered.offer();
      parts.addAll(
          List.of(
              offer.name(),
              offer.prices(),
              offer.longContextTiers(),
              offer.batch(),
              offer.batchSharePercent(),
              offer.limits(),
              offer.discountPercent(),
              offer.cacheHits()));
    }
    CRC32 sum = new CRC32();
    sum.update(parts.toString().getBytes(StandardCharsets.UTF_8));
    StringBuilder name = new StringBuilder().append(generation).append('-');
    for (int shift = 28; shift >= 0; shift -= 4) {
      name.append((char) ('a' + (sum.getValue() >>> shift & 0xf)));
    }
    return name.toString();
  }
}
