/** Published throughput of models on GPUs, dated, and the names that the field gives both. */
@NullMarked
package dev.breakeven.catalogue;

import org.jspecify.annotations.NullMarked;
