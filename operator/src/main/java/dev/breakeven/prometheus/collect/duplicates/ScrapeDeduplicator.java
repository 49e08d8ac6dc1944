package dev.breakeven.prometheus.collect.duplicates;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.target.TargetSums;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Adds up counters of pods that several scrapers read: the series that one scraper read of a server
 * add up, several scrapers of a server count once, and the servers of a pod add up. Series that a
 * recording rule made of them do not count. Used by one thread.
 */
public final class ScrapeDeduplicator {

  // Scrapers read at different seconds, so a few steps may differ between them by what was counted
  // in between. Over this many busy steps they do not.
  private static final int ENOUGH_POINTS = 6;
  private static final double GREATEST_DIFFERENCE = 0.25;

  // A scraper that reads every minute may miss a tenth of a step that another one sees.
  private static final double AS_MUCH = 0.9;

  private record Key(Pod pod, String model) {}

  /** Takes the sum of a pod's series. */
  public interface Taker {
    /**
     * @param values by point, NaN where there is none
     * @param contradicting whether two scrapers of one server disagree
     */
    void take(Pod pod, String model, float[] values, boolean contradicting);
  }

  private final Chunk chunk;
  private final Function<Pod, Set<String>> apart;
  private final BiFunction<Pod, Scrape, String> servers;
  private final Map<Key, Map<Scrape, float[]>> series = new LinkedHashMap<>();

  /**
   * @param apart labels by which scrapes of each pod differ
   * @param servers the server of a pod that was scraped
   */
  public ScrapeDeduplicator(
      Chunk chunk, Function<Pod, Set<String>> apart, BiFunction<Pod, Scrape, String> servers) {
    this.chunk = chunk;
    this.apart = apart;
    this.servers = servers;
  }

  public void add(Pod pod, String model, Map<String, String> labels, SeriesSink.Points points) {
    float[] sum =
        series
            .computeIfAbsent(new Key(pod, model), k -> new HashMap<>())
            .computeIfAbsent(Scrape.of(labels, apart.apply(pod)), s -> chunk.noValues());
    for (int i = 0; i < points.size(); i++) {
      int point = chunk.pointAt(points.epochSecondAt(i));
      if (point >= 0 && point < sum.length) {
        float value = (float) TargetSums.figure(points.valueAt(i));
        sum[point] = Float.isNaN(sum[point]) ? value : sum[point] + value;
      }
    }
  }

  public void forEach(Taker taker) {
    series.forEach(
        (key, scrapes) -> {
          boolean areScraped = scrapes.keySet().stream().anyMatch(Scrape::isOfATarget);
          Map<String, List<float[]>> byServer = new HashMap<>();
          scrapes.forEach(
              (scrape, values) -> {
                if (scrape.isOfATarget() == areScraped) {
                  byServer
                      .computeIfAbsent(servers.apply(key.pod(), scrape), v -> new ArrayList<>(1))
                      .add(values);
                }
              });
          boolean contradicting =
              byServer.values().stream().anyMatch(ScrapeDeduplicator::contradict);
          float[] all = chunk.noValues();
          for (List<float[]> read : byServer.values()) {
            for (int i = 0; i < all.length; i++) {
              float value = of(read, i);
              if (!Float.isNaN(value)) {
                all[i] = Float.isNaN(all[i]) ? value : all[i] + value;
              }
            }
          }
          taker.take(key.pod(), key.model(), all, contradicting);
        });
  }

  /**
   * The value of a server: the mean of the scrapers that read about as much as the one that read
   * most. The greatest alone would be too high, because each reads at different seconds.
   */
  private static float of(List<float[]> read, int point) {
    float most = Float.NaN;
    for (float[] values : read) {
      most = Float.isNaN(most) || values[point] > most ? values[point] : most;
    }
    double sum = 0;
    int count = 0;
    for (float[] values : read) {
      if (values[point] >= AS_MUCH * most) {
        sum += values[point];
        count++;
      }
    }
    return count == 0 ? most : (float) (sum / count);
  }

  private static boolean contradict(List<float[]> read) {
    for (int i = 1; i < read.size(); i++) {
      if (contradict(read.get(0), read.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean contradict(float[] one, float[] other) {
    double sumOfOne = 0;
    double sumOfOther = 0;
    int busy = 0;
    for (int i = 0; i < one.length; i++) {
      if (!Float.isNaN(one[i]) && !Float.isNaN(other[i]) && one[i] > 0 && other[i] > 0) {
        sumOfOne += one[i];
        sumOfOther += other[i];
        busy++;
      }
    }
    return busy >= ENOUGH_POINTS
        && Math.abs(sumOfOne - sumOfOther) > GREATEST_DIFFERENCE * Math.max(sumOfOne, sumOfOther);
  }
}
