/** Request logs and usage exports, read into the traffic of each model step by step. */
@NullMarked
package dev.breakeven.requestlog;

import org.jspecify.annotations.NullMarked;
