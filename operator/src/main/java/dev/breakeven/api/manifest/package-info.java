/** Reads custom resources from YAML files without an API server, under the rules of their CRDs. */
@NullMarked
package dev.breakeven.api.manifest;

import org.jspecify.annotations.NullMarked;
