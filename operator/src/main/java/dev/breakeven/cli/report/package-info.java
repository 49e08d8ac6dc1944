/** {@code report}: advice as HTML pages. */
@NullMarked
package dev.breakeven.cli.report;

import org.jspecify.annotations.NullMarked;
