package dev.breakeven.prometheus.collect.duplicates;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;

/**
 * Times at which counters are compared: the last six hours for the newest steps, the whole chunk
 * for older ones.
 *
 * @param start of the first
 * @param betweenSeconds from one to the next
 * @param count of points
 * @param rangeSeconds within which a counter must have been scraped
 * @param slack for how many points one scrape may be behind another
 */
public record ComparedPoints(
    long start, int betweenSeconds, int count, int rangeSeconds, int slack) {

  private static final int LOOKED_BACK_SECONDS = 6 * 3600;
  private static final int SECONDS_BETWEEN_POINTS = 60;
  private static final int MOST_POINTS = 1440;

  /**
   * @param pods whose counters are compared
   * @param samples how often each pod was scraped in each point of the chunk
   */
  public static ComparedPoints of(
      ChunkScope scope, Collection<? extends Collection<Pod>> pods, Map<Pod, float[]> samples) {
    double usual = 1;
    for (Collection<Pod> some : pods) {
      for (Pod pod : some) {
        for (float count : samples.getOrDefault(pod, new float[0])) {
          usual =
              Math.max(usual, count * StoredHistory.STEP_SECONDS / scope.chunk().pointSeconds());
        }
      }
    }
    int scrapeSeconds = (int) Math.ceil(StoredHistory.STEP_SECONDS / usual);
    long end = scope.chunk().run().to() * StoredHistory.STEP_SECONDS;
    long length =
        Math.max(LOOKED_BACK_SECONDS, scope.chunk().run().length() * StoredHistory.STEP_SECONDS);
    int between = (int) Math.max(SECONDS_BETWEEN_POINTS, length / MOST_POINTS);
    int count = (int) (length / between);
    return new ComparedPoints(
        end - (long) (count - 1) * between,
        between,
        count,
        2 * scrapeSeconds + SECONDS_BETWEEN_POINTS / 2,
        (int) Math.ceil(scrapeSeconds / (double) between) + 1);
  }

  public ApiRequest.Range ask(QueryCatalog query, String promql) {
    return new ApiRequest.Range(
        query, promql, start, start + (long) (count - 1) * betweenSeconds, betweenSeconds);
  }

  public double[] nothing() {
    double[] nothing = new double[count];
    Arrays.fill(nothing, Double.NaN);
    return nothing;
  }

  /** Keeps the greatest value at each point, if several scrapers read one counter. */
  public void keepGreatest(double[] kept, SeriesSink.Points its) {
    for (int i = 0; i < its.size(); i++) {
      int point = (int) ((its.epochSecondAt(i) - start) / betweenSeconds);
      double value = its.valueAt(i);
      if (point >= 0 && point < kept.length && !(kept[point] >= value)) {
        kept[point] = value;
      }
    }
  }
}
