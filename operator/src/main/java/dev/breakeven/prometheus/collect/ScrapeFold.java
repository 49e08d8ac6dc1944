package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.attribution.Scrape;
import dev.breakeven.prometheus.client.SeriesSink;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Counters of pods that were scraped by several: what each scraper read of a server adds up, of
 * several scrapers the one that saw most counts, servers of a pod add up. Used by one thread.
 */
final class ScrapeFold {

  private static final float NOTHING = Float.NaN;
  // Scrapers read at different seconds: what a few steps hold may differ between them by what came
  // in between. Over this many busy steps it does not.
  private static final int ENOUGH_POINTS = 6;
  private static final double GREATEST_DIFFERENCE = 0.25;

  private record Key(Pod pod, String model) {}

  /** Takes what became of a pod's series. */
  interface Taker {
    /**
     * @param values by point, NaN where there is none
     * @param contradicting whether two scrapers tell different things of one server
     */
    void take(Pod pod, String model, float[] values, boolean contradicting);
  }

  private final Chunk chunk;
  private final Set<String> apart;
  private final Map<Key, Map<Scrape, float[]>> series = new LinkedHashMap<>();

  ScrapeFold(Chunk chunk, Set<String> apart) {
    this.chunk = chunk;
    this.apart = apart;
  }

  void add(Pod pod, String model, Map<String, String> labels, SeriesSink.Points points) {
    float[] sum =
        series
            .computeIfAbsent(new Key(pod, model), k -> new HashMap<>())
            .computeIfAbsent(Scrape.of(labels, apart), s -> empty());
    for (int i = 0; i < points.size(); i++) {
      int point = chunk.pointAt(points.epochSecondAt(i));
      if (point >= 0 && point < sum.length) {
        float value = (float) Counted.orNaN(points.valueAt(i));
        sum[point] = Float.isNaN(sum[point]) ? value : sum[point] + value;
      }
    }
  }

  private float[] empty() {
    float[] values = new float[chunk.points()];
    Arrays.fill(values, NOTHING);
    return values;
  }

  void forEach(Taker taker) {
    series.forEach(
        (key, scrapes) -> {
          Map<String, float[]> servers = new HashMap<>();
          boolean contradicting = false;
          for (Map.Entry<Scrape, float[]> scrape : scrapes.entrySet()) {
            float[] before = servers.get(scrape.getKey().server());
            if (before == null) {
              servers.put(scrape.getKey().server(), scrape.getValue().clone());
            } else {
              contradicting |= contradict(before, scrape.getValue());
              keepGreatest(before, scrape.getValue());
            }
          }
          float[] all = empty();
          for (float[] server : servers.values()) {
            for (int i = 0; i < all.length; i++) {
              if (!Float.isNaN(server[i])) {
                all[i] = Float.isNaN(all[i]) ? server[i] : all[i] + server[i];
              }
            }
          }
          taker.take(key.pod(), key.model(), all, contradicting);
        });
  }

  private static void keepGreatest(float[] kept, float[] other) {
    for (int i = 0; i < kept.length; i++) {
      if (Float.isNaN(kept[i]) || other[i] > kept[i]) {
        kept[i] = other[i];
      }
    }
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
