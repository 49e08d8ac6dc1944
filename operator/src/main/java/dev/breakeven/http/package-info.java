/** What every HTTP client of the program has in common. */
@NullMarked
package dev.breakeven.http;

import org.jspecify.annotations.NullMarked;
