package dev.breakeven.discovery;

import java.util.List;

/**
 * What was found.
 *
 * @param models a policy each
 * @param gpus those of all nodes that can be named, for a rate card
 * @param nodesWithoutProduct nodes with GPUs that no label names
 * @param cardIsThere whether the rate card exists already
 * @param unoffered models, of these and of policies that are there, for which nothing has a price
 * @param findings what concerns no one model
 */
public record Discovered(
    List<DiscoveredModel> models,
    List<CardGpu> gpus,
    List<String> nodesWithoutProduct,
    boolean cardIsThere,
    List<String> unoffered,
    List<Finding> findings) {

  public Discovered {
    models = List.copyOf(models);
    gpus = List.copyOf(gpus);
    nodesWithoutProduct = List.copyOf(nodesWithoutProduct);
    unoffered = List.copyOf(unoffered);
    findings = List.copyOf(findings);
  }
}
