/**
 * The command line: the program, its help and shell completion. Each package below holds the
 * commands of one purpose, or what several of them share.
 */
@NullMarked
package dev.breakeven.cli;

import org.jspecify.annotations.NullMarked;
