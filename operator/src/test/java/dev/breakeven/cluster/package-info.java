/** Tests of what is read from Kubernetes. */
@NullMarked
package dev.breakeven.cluster;

import org.jspecify.annotations.NullMarked;
