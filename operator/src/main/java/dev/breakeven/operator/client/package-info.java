/** Calls to the API server: the client, its failures, and resources of a newer version. */
@NullMarked
package dev.breakeven.operator.client;

import org.jspecify.annotations.NullMarked;
