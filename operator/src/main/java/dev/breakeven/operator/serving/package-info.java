/**
 * What the operator serves over HTTP beside metrics: who may read it, with which certificate, and
 * the report.
 */
@NullMarked
package dev.breakeven.operator.serving;

import org.jspecify.annotations.NullMarked;
