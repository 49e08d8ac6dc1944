/** Files that commands read. */
@NullMarked
package dev.breakeven.cli.input;

import org.jspecify.annotations.NullMarked;
