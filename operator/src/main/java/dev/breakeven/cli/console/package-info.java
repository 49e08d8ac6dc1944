/** What all commands have in common on a terminal: help, exit codes, failures, logs, progress. */
@NullMarked
package dev.breakeven.cli.console;

import org.jspecify.annotations.NullMarked;
