/** The HTML report: one self-contained page for people, made from questions and their answers. */
@NullMarked
package dev.breakeven.report;

import org.jspecify.annotations.NullMarked;
