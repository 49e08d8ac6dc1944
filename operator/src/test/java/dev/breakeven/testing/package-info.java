/**
 * What tests share: a real control plane, a real Prometheus, a real browser, and the tools to drive
 * them, each found on the machine or built once.
 */
@NullMarked
package dev.breakeven.testing;

import org.jspecify.annotations.NullMarked;
