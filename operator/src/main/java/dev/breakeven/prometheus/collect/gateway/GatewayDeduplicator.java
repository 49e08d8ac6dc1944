package dev.breakeven.prometheus.collect.gateway;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.collect.duplicates.Scrape;
import dev.breakeven.prometheus.collect.duplicates.ScrapeDeduplicator;
import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.query.GatewayProfile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A gateway's series of an answer, each of what one scraper read of one of its pods: a gateway's
 * pod is a target like an engine's, read by one scraper or several.
 *
 * <p>A pod of a gateway holds one server. Addresses of it that are read by a job each show that one
 * again, as a mesh's agent does; those that one job reads were meant to be several, and add up.
 */
public final class GatewayDeduplicator {

  private static final Set<String> POD = Set.of("namespace", "pod");
  private static final Set<String> ADDRESS = Set.of("pod", "instance");

  private final Chunk chunk;
  private final GatewayProfile gateway;
  private final Set<String> scrapeLabels;
  private final Map<Map<String, String>, float[]> values = new LinkedHashMap<>();

  /** Takes what became of the series of a model. */
  public interface Taker {
    /**
     * @param namespace of the gateway's series
     * @param models by which the gateway calls the model
     * @param figure what it is a figure of; empty where the question was for one alone
     * @param values by point, NaN where there is none
     */
    void take(String namespace, Collection<String> models, String figure, float[] values);
  }

  /**
   * @param scrapeLabels by which scrapes of the gateway may differ
   */
  public GatewayDeduplicator(Chunk chunk, GatewayProfile gateway, Set<String> scrapeLabels) {
    this.chunk = chunk;
    this.gateway = gateway;
    this.scrapeLabels = scrapeLabels;
  }

  public void add(Map<String, String> labels, float[] its) {
    values.put(labels, its);
  }

  public void forEach(Taker taker) {
    Map<Map<String, String>, List<Map<String, String>>> scrapes = new HashMap<>();
    values
        .keySet()
        .forEach(
            labels ->
                scrapes
                    .computeIfAbsent(Scrape.only(labels, ADDRESS), a -> new ArrayList<>())
                    .add(Scrape.only(labels, scrapeLabels)));
    Set<String> apart = new HashSet<>();
    scrapes.values().forEach(its -> apart.addAll(Scrape.differing(its)));
    Set<Map<String, String>> shownAgain = shownAgain();
    Map<Map<String, String>, ScrapeDeduplicator> folds = new LinkedHashMap<>();
    values.forEach(
        (labels, its) -> {
          Map<String, String> models = Scrape.only(labels, gateway.modelLabels());
          models.put("namespace", labels.getOrDefault("namespace", ""));
          models.put("figure", labels.getOrDefault("figure", ""));
          folds
              .computeIfAbsent(
                  models,
                  m ->
                      new ScrapeDeduplicator(
                          chunk,
                          pod -> apart,
                          (pod, scrape) -> pod.name().isEmpty() ? "" : scrape.server()))
              .add(
                  shownAgain.contains(Scrape.only(labels, POD))
                      ? new Pod(labels.getOrDefault("pod", ""), "")
                      : new Pod(
                          labels.getOrDefault("pod", ""), labels.getOrDefault("instance", "")),
                  "",
                  labels,
                  chunk.series(its));
        });
    folds.forEach(
        (models, fold) ->
            fold.forEach(
                (pod, model, folded, contradicting) ->
                    taker.take(
                        models.getOrDefault("namespace", ""),
                        Scrape.only(models, gateway.modelLabels()).values(),
                        models.getOrDefault("figure", ""),
                        folded)));
  }

  /** Pods of several addresses, no two of which one job reads. */
  private Set<Map<String, String>> shownAgain() {
    Map<Map<String, String>, Map<String, Set<String>>> addressesByJob = new HashMap<>();
    for (Map<String, String> labels : values.keySet()) {
      if (!labels.getOrDefault("pod", "").isEmpty()) {
        addressesByJob
            .computeIfAbsent(Scrape.only(labels, POD), p -> new HashMap<>())
            .computeIfAbsent(labels.getOrDefault("job", ""), j -> new HashSet<>())
            .add(labels.getOrDefault("instance", ""));
      }
    }
    addressesByJob.values().removeIf(its -> its.values().stream().anyMatch(a -> a.size() > 1));
    return addressesByJob.keySet();
  }
}
