/** What an operator is told when it starts: one typed file, every option with its meaning. */
@NullMarked
package dev.breakeven.configuration;

import org.jspecify.annotations.NullMarked;
