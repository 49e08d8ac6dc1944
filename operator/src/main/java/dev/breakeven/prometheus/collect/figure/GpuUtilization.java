package dev.breakeven.prometheus.collect.figure;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.attribution.TenantFilter;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.prometheus.target.TargetSums;
import java.util.BitSet;
import java.util.List;

/** Reads how busy the GPUs of pods were. */
final class GpuUtilization {

  /** A mean of hundreds may be a little more, through rounding. */
  private static final double MOST_PERCENT = 101;

  private GpuUtilization() {}

  static TargetSums read(FigureQueries queries) {
    TargetSums means = new TargetSums(queries.points(), TargetSums.Rule.MEAN);
    List<String> jobs = queries.scope().source().trust().gpuJobs();
    queries.askOfPods(
        QueryCatalog.GPU_UTILIZATION,
        queries.builder().gpuUtilization(queries.pointSeconds()),
        (labels, points) -> {
          Pod pod =
              new Pod(TenantFilter.namespaceOf(labels, jobs), TenantFilter.podOf(labels, jobs));
          for (TargetState target : queries.pods().workloads().targetsOf(pod)) {
            if (queries.mayLearn(target, pod.namespace(), "")) {
              queries.add(means, target, percent(points), new BitSet());
            }
          }
        });
    return means;
  }

  private static SeriesSink.Points percent(SeriesSink.Points points) {
    SeriesSink.Points percent = new SeriesSink.Points();
    for (int i = 0; i < points.size(); i++) {
      double value = points.valueAt(i);
      percent.add(points.epochSecondAt(i), value <= MOST_PERCENT ? value : Double.NaN);
    }
    return percent;
  }
}
