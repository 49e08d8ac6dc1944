/**
 * {@code discover} and {@code doctor}: what a cluster serves, and why its policies have no verdict.
 */
@NullMarked
package dev.breakeven.cli.discover;

import org.jspecify.annotations.NullMarked;
