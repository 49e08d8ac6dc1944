package dev.breakeven.prometheus.query;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a command asks a source once, to see what is in it. The operator's own questions are in
 * {@link QueryCatalog}.
 *
 * @param matchers labels every query is held to
 * @param namespace the one namespace that is looked at; empty for all
 */
public record SurveyQueries(Map<String, String> matchers, String namespace) {

  /** How far back is looked: a workload that runs once a week is seen. */
  public static final int DAYS = 7;

  /** Steps of {@link #coverage}. */
  public static final int STEPS = DAYS * 24 * 6;

  public SurveyQueries {
    matchers = Map.copyOf(matchers);
  }

  /** Which of these metrics there are. */
  public String present(Collection<String> metrics) {
    List<String> selectors = new ArrayList<>(List.of(PromQl.isOneOf("__name__", metrics)));
    selectors.addAll(fixed());
    return "count by (__name__) (last_over_time({%s}[%dd]))"
        .formatted(String.join(",", selectors), DAYS);
  }

  /** How much a counter rose, for each pod and model. */
  public String rise(String metric, Map<String, String> ofMetric, List<String> labels) {
    return rise(metric, List.of(ofMetric), labels);
  }

  /** How much a counter that is held to all of these labels rose. */
  public String rise(String metric, List<Map<String, String>> held, List<String> labels) {
    return "sum by (%s) (increase(%s[%dd]))"
        .formatted(String.join(", ", labels), selector(metric, held, labels), DAYS);
  }

  /** In how many steps of ten minutes a metric was there, for each group of series. */
  public String coverage(String metric, Map<String, String> ofMetric, List<String> labels) {
    return "count_over_time((sum by (%s) (%s))[%dd:10m])"
        .formatted(String.join(", ", labels), selector(metric, ofMetric, labels), DAYS);
  }

  /** Samples of the last hour, of the series that has most, for each scrape job. */
  public String samplesOfAnHour(String metric) {
    return "max by (job) (count_over_time(%s[1h]))"
        .formatted(selector(metric, Map.of(), List.of()));
  }

  /** When each scrape job's first sample of four weeks is from, to the hour. */
  public String firstSample(String metric) {
    return "min by (job) (min_over_time(timestamp(%s)[28d:1h]))"
        .formatted(selector(metric, Map.of(), List.of()));
  }

  /** Series of a metric by scrape job. */
  public String seriesByJob(String metric) {
    return "count by (job) (last_over_time(%s[1h]))"
        .formatted(selector(metric, Map.of(), List.of()));
  }

  /** Scrape jobs of which it is known whether a scrape went well. */
  public String jobsWithUp() {
    return "count by (job) (last_over_time(up%s[1h]))".formatted(braces(fixed()));
  }

  /** On which node each pod was. */
  public String nodesOfPods() {
    return "group by (namespace, exported_namespace, pod, exported_pod, node)"
        + " (last_over_time(kube_pod_info%s[%dd]))".formatted(braces(fixed()), DAYS);
  }

  /** OpenCost's price of a GPU hour on each node, where it knows one. */
  public String gpuPrices(Map<String, String> opencost) {
    List<String> all = new ArrayList<>(PromQl.allOf(opencost));
    all.addAll(fixed());
    return "max by (node) (node_gpu_hourly_cost%s) > 0".formatted(braces(all));
  }

  private String selector(String metric, Map<String, String> ofMetric, List<String> labels) {
    return selector(metric, List.of(ofMetric), labels);
  }

  private String selector(String metric, List<Map<String, String>> held, List<String> labels) {
    List<String> all = new ArrayList<>();
    held.forEach(its -> all.addAll(PromQl.allOf(its)));
    all.addAll(fixed());
    if (!namespace.isEmpty() && labels.contains("namespace")) {
      all.add(PromQl.is("namespace", namespace));
    }
    return metric + braces(all);
  }

  private List<String> fixed() {
    return PromQl.allOf(matchers);
  }

  private static String braces(List<String> matchers) {
    return matchers.stream().collect(Collectors.joining(",", "{", "}"));
  }
}
