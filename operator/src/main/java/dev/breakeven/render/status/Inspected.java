package dev.breakeven.render.status;

import java.util.EnumSet;
import java.util.Set;

/** What was looked at to answer a policy. An answer says nothing about the rest. */
public enum Inspected {
  /** The Prometheus source that the traffic is read from. */
  SOURCE,

  /** The workloads that the policy names, in a cluster. */
  WORKLOADS,

  /** The other policies there are, which may claim the same traffic. */
  OTHER_POLICIES;

  /** What an operator looks at. */
  public static Set<Inspected> everything() {
    return EnumSet.allOf(Inspected.class);
  }
}
