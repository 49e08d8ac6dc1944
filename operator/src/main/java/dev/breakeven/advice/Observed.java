package dev.breakeven.advice;

import dev.breakeven.traffic.TokenRates;
import java.time.Instant;

/**
 * What was seen in the window. Every figure is a mean over the known steps.
 *
 * @param from start of the window
 * @param to end of its last step
 * @param coveragePercent of its steps that are known
 * @param demand tokens/s asked for, GPUs and gateway together
 * @param tokensPerMonth all tokens at that rate
 * @param burstPercent of the tokens already go to an API through a gateway
 * @param utilizationPercent served load ÷ replicas held
 * @param peakReplicasOfLoad the highest step's load, replicas' worth of work
 * @param replicasHeld replicas held
 * @param requestsPerSecond requests/s
 * @param inputTokensPerRequest mean prompt length, tokens, cached ones included
 * @param outputTokensPerRequest mean generated length, tokens
 * @param gpuUtilizationPercent share of time any kernel ran; evidence, never the load
 * @param requestsWaiting requests queued
 */
public record Observed(
    Instant from,
    Instant to,
    double coveragePercent,
    Finding<TokenRates> demand,
    Finding<Double> tokensPerMonth,
    Finding<Double> burstPercent,
    Finding<Double> utilizationPercent,
    Finding<Double> peakReplicasOfLoad,
    Finding<Double> replicasHeld,
    Finding<Double> requestsPerSecond,
    Finding<Double> inputTokensPerRequest,
    Finding<Double> outputTokensPerRequest,
    Finding<Double> gpuUtilizationPercent,
    Finding<Double> requestsWaiting) {}
