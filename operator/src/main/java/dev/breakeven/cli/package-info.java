/** The commands: files and servers in, answers for people and machines out. */
@NullMarked
package dev.breakeven.cli;

import org.jspecify.annotations.NullMarked;
