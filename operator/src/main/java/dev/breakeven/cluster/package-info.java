/** What is read from Kubernetes: workloads, their scale, their GPUs and the nodes they run on. */
@NullMarked
package dev.breakeven.cluster;

import org.jspecify.annotations.NullMarked;
