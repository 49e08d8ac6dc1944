/**
 * Scripted runs that measure the operator as a process, against a real API server and a real
 * Prometheus. Not tests: README.md beside this says how to run them and what they showed.
 */
@NullMarked
package dev.breakeven.figures;

import org.jspecify.annotations.NullMarked;
