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
 * Adds up a gateway's series. A pod of a gateway is a scrape target like an engine's, read by one
 * scraper or by several.
 *
 * <p>Addresses of a pod that different jobs scrape show one server, as a mesh's agent does.
 * Addresses that one job scrapes are meant to be several servers, and add up.
 */
public final class GatewayDeduplicator {

  private static final Set<String> POD = Set.of("namespace", "pod");
  private static final Set<String> ADDRESS = Set.of("pod", "instance");

  private final Chunk chunk;
  private final GatewayProfile gateway;
  private final Set<String> scrapeLabels;
  private final Map<Map<String, String>, float[]> values = new LinkedHashMap<>();

  /** Takes the sum of a model's series. */
  public interface Taker {
    /**
     * @param namespace of the gateway's series
     * @param models names of the model at the gateway
     * @param figure its label; empty if only one figure was asked for
     * @param values by point, NaN if there is none
     */
    void take(String namespace, Collection<String> models, String figure, float[] values);
  }

  /**
   * @param scrapeLabels labels that the scrapers of the gateway set
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
    Set<String> apart = differingLabels();
    Set<Map<String, String>> ofOneServer = podsOfOneServer();
    Map<Map<String, String>, ScrapeDeduplicator> byModel = new LinkedHashMap<>();
    values.forEach(
        (labels, its) -> {
          Map<String, String> model = Scrape.only(labels, gateway.modelLabels());
          model.put("namespace", labels.getOrDefault("namespace", ""));
          model.put("figure", labels.getOrDefault("figure", ""));
          String pod = labels.getOrDefault("pod", "");
          String instance =
              ofOneServer.contains(Scrape.only(labels, POD))
                  ? ""
                  : labels.getOrDefault("instance", "");
          byModel
              .computeIfAbsent(model, m -> deduplicator(apart))
              .add(new Pod(pod, instance), "", labels, chunk.series(its));
        });
    byModel.forEach(
        (model, series) ->
            series.forEach(
                (pod, none, sum, contradicting) ->
                    taker.take(
                        model.getOrDefault("namespace", ""),
                        Scrape.only(model, gateway.modelLabels()).values(),
                        model.getOrDefault("figure", ""),
                        sum)));
  }

  private ScrapeDeduplicator deduplicator(Set<String> apart) {
    return new ScrapeDeduplicator(
        chunk, pod -> apart, (pod, scrape) -> pod.name().isEmpty() ? "" : scrape.server());
  }

  /** Labels in which scrapes of one address differ. */
  private Set<String> differingLabels() {
    Map<Map<String, String>, List<Map<String, String>>> scrapes = new HashMap<>();
    for (Map<String, String> labels : values.keySet()) {
      scrapes
          .computeIfAbsent(Scrape.only(labels, ADDRESS), a -> new ArrayList<>())
          .add(Scrape.only(labels, scrapeLabels));
    }
    Set<String> differing = new HashSet<>();
    scrapes.values().forEach(its -> differing.addAll(Scrape.differing(its)));
    return differing;
  }

  /** Pods of which no job scrapes two addresses. */
  private Set<Map<String, String>> podsOfOneServer() {
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
