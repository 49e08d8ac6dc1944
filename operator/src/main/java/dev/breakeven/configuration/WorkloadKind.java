package dev.breakeven.configuration;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * A kind of workload that a policy may name.
 *
 * @param apiVersion such as {@code apps/v1}
 * @param kind such as {@code Deployment}
 */
public record WorkloadKind(
    @JsonProperty(required = true) @JsonPropertyDescription("Such as `apps/v1`.") String apiVersion,
    @JsonProperty(required = true) @JsonPropertyDescription("Such as `Deployment`.") String kind) {}
