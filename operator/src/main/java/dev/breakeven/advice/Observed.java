package dev.breakeven.advice;

import dev.breakeven.traffic.TokenRates;
import java.time.Instant;

/**
 * What was seen in the window. Every figure is a mean over the known steps.
 *
 * @param gpuUtilizationPercent share of time any kernel ran; evidence, never the load
 */
public record Observed(
    Window window,
    Tokens tokens,
    Replicas replicas,
    Requests requests,
    Estimate<Double> gpuUtilizationPercent) {

  /**
   * The window.
   *
   * @param from its start
   * @param to end of its last step
   * @param coveragePercent of its steps that are known
   */
  public record Window(Instant from, Instant to, double coveragePercent) {}

  /**
   * Tokens that were asked for, GPUs and gateway together.
   *
   * @param demand tokens/s
   * @param perMonth all tokens at that rate
   * @param burstPercent of the tokens already go to an API through a gateway
   */
  public record Tokens(
      Estimate<TokenRates> demand, Estimate<Double> perMonth, Estimate<Double> burstPercent) {}

  /**
   * Replicas that ran.
   *
   * @param utilizationPercent served load ÷ replicas held, mean(r/n)
   * @param peakLoad the highest step's load, replicas' worth of work
   * @param held replicas held
   */
  public record Replicas(
      Estimate<Double> utilizationPercent, Estimate<Double> peakLoad, Estimate<Double> held) {}

  /**
   * Requests.
   *
   * @param perSecond requests/s
   * @param inputTokens mean prompt length, tokens, cached ones included
   * @param outputTokens mean generated length, tokens
   * @param waiting requests queued
   */
  public record Requests(
      Estimate<Double> perSecond,
      Estimate<Double> inputTokens,
      Estimate<Double> outputTokens,
      Estimate<Double> waiting) {}
}
