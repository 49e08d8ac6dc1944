/** Options and reads that all commands with a cluster share. Nothing is written. */
@NullMarked
package dev.breakeven.cli.cluster;

import org.jspecify.annotations.NullMarked;
