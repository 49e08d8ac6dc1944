/**
 * The custom resources as Java types. The CRDs, their copies in the chart and their reference page
 * are generated from these types; the words in the annotations are what users read.
 */
@NullMarked
package dev.breakeven.api;

import org.jspecify.annotations.NullMarked;
