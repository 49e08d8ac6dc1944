/** {@code demo}: two workloads without a cluster. */
@NullMarked
package dev.breakeven.cli.demo;

import org.jspecify.annotations.NullMarked;
