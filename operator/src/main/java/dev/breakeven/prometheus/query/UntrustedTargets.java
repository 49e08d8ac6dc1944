package dev.breakeven.prometheus.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Scrape targets whose engine series are left out, because their labels are not trusted. Each query
 * names them once for each of its metrics, so there must be few.
 *
 * @param jobs none of whose targets is trusted
 * @param instances of other jobs
 */
public record UntrustedTargets(Set<String> jobs, Set<String> instances) {

  /** Nothing is left out. */
  public static final UntrustedTargets NONE = new UntrustedTargets(Set.of(), Set.of());

  public UntrustedTargets {
    jobs = Set.copyOf(jobs);
    instances = Set.copyOf(instances);
  }

  /** The targets of both. */
  public UntrustedTargets and(UntrustedTargets other) {
    Set<String> allJobs = new TreeSet<>(jobs);
    allJobs.addAll(other.jobs);
    Set<String> allInstances = new TreeSet<>(instances);
    allInstances.addAll(other.instances);
    return new UntrustedTargets(allJobs, allInstances);
  }

  List<String> matchers() {
    List<String> matchers = new ArrayList<>();
    if (!instances.isEmpty()) {
      matchers.add(PromQl.isNoneOf("instance", instances));
    }
    if (!jobs.isEmpty()) {
      matchers.add(PromQl.isNoneOf("job", jobs));
    }
    return matchers;
  }
}
