@NullMarked
package dev.breakeven.report;

import org.jspecify.annotations.NullMarked;
