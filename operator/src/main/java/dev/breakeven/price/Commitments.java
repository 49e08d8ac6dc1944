package dev.breakeven.price;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The GPUs that are paid in every alternative, the API alone included, each until its last day.
 *
 * @param each in the order in which they are used
 */
public record Commitments(List<Commitment> each) {

  /** Nothing is committed. */
  public static final Commitments NONE = new Commitments(List.of());

  /** Part of a replica that counts as rounding. */
  private static final double ROUNDING = 1e-9;

  public Commitments {
    each = List.copyOf(each);
  }

  /** What a policy reserved for itself, alone. */
  public static Commitments reserved(int replicas, Money gpuHour, LocalDate until) {
    return new Commitments(List.of(new Commitment.Reserved(replicas, gpuHour, until)));
  }

  /** These as they stand at a time: none whose last day is over, UTC. */
  public Commitments at(Instant now) {
    return new Commitments(each.stream().filter(c -> !isOver(c, now)).toList());
  }

  /** Those whose last day is over at a time, UTC. */
  public List<Commitment> overAt(Instant now) {
    return each.stream().filter(c -> isOver(c, now)).toList();
  }

  private static boolean isOver(Commitment commitment, Instant now) {
    return now.atZone(ZoneOffset.UTC).toLocalDate().isAfter(commitment.until());
  }

  /** These and others after them. */
  public Commitments and(List<? extends Commitment> others) {
    List<Commitment> all = new ArrayList<>(each);
    all.addAll(others);
    return new Commitments(all);
  }

  public boolean isEmpty() {
    return each.isEmpty();
  }

  /** Last day on which anything is paid. */
  public Optional<LocalDate> lastDay() {
    return each.stream().map(Commitment::until).max(Comparator.naturalOrder());
  }

  /** All of their GPUs. */
  public double gpus(double gpusPerReplica) {
    return each.stream().mapToDouble(c -> c.gpus(gpusPerReplica)).sum();
  }

  /** Whole replicas that they are enough for. */
  public int replicas(double gpusPerReplica) {
    return (int)
        Math.min(Integer.MAX_VALUE, Math.floor(gpus(gpusPerReplica) / gpusPerReplica + ROUNDING));
  }

  /** Money an hour for all of them. */
  public double perHour(double gpusPerReplica) {
    return each.stream().mapToDouble(c -> c.gpus(gpusPerReplica) * c.gpuHour().value()).sum();
  }
}
