package dev.breakeven.prometheus.query;

import dev.breakeven.prometheus.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the queries of a set of targets are restricted to.
 *
 * @param source whose fixed matchers every query carries
 * @param namespaces of the targets; none if a query must not name them
 * @param untrusted scrape targets whose engine series are left out
 * @param scrapes labels by which scrapes differ
 * @param mostCharacters of a query that names the namespaces
 * @param pods that engines' series are restricted to; none for all
 */
record QueryScope(
    Source source,
    EngineProfile profile,
    Set<String> namespaces,
    UntrustedTargets untrusted,
    ScrapeLabels scrapes,
    int mostCharacters,
    Set<String> pods) {

  static final String OR = " or ";

  /** Above this many names, every object of the namespaces is queried instead. */
  static final int MOST_NAMES = 60;

  private static final Pattern PARAMETER = Pattern.compile("<(\\w+)>");
  // Above this a matcher on namespaces costs the server more than it saves.
  private static final int MOST_NAMESPACES = 200;

  /** Restricted to these pods, if they are few enough to be named. */
  QueryScope ofPods(Set<String> few) {
    return new QueryScope(
        source,
        profile,
        namespaces,
        untrusted,
        scrapes,
        mostCharacters,
        few.size() > MOST_NAMES ? Set.of() : new TreeSet<>(few));
  }

  private QueryScope withoutNames() {
    return new QueryScope(
        source, profile, Set.of(), untrusted, scrapes, QueryBuilder.MOST_CHARACTERS, Set.of());
  }

  /** A query as it is, or without names of pods, or of namespaces, if stores would refuse it. */
  String fitted(Function<QueryScope, String> query) {
    String promql = query.apply(this);
    if (promql.length() > mostCharacters && !pods.isEmpty()) {
      promql = query.apply(ofPods(Set.of()));
    }
    return promql.length() <= mostCharacters || namespaces.isEmpty()
        ? promql
        : query.apply(withoutNames());
  }

  /**
   * Parts of a query for these pods, in as few queries as hold them. Each part has many selectors:
   * several queries are sent before the names of pods or namespaces are left out of them.
   */
  List<String> fittedParts(Set<String> few, Function<QueryScope, List<String>> parts) {
    List<String> made = List.of();
    for (QueryScope scope : List.of(ofPods(few), ofPods(Set.of()), withoutNames())) {
      made = parts.apply(scope);
      if (made.stream().allMatch(part -> part.length() <= mostCharacters)) {
        break;
      }
    }
    return together(made);
  }

  /** As few queries as hold all parts; one is too long only if a part is. */
  private List<String> together(List<String> parts) {
    List<String> queries = new ArrayList<>();
    StringBuilder query = new StringBuilder();
    for (String part : parts) {
      if (!query.isEmpty() && query.length() + OR.length() + part.length() > mostCharacters) {
        queries.add(query.toString());
        query.setLength(0);
      }
      query.append(query.isEmpty() ? "" : OR).append(part);
    }
    if (!query.isEmpty()) {
      queries.add(query.toString());
    }
    return queries;
  }

  /** The source's fixed matchers; may be added to. */
  List<String> fixed() {
    return new ArrayList<>(PromQl.allOf(source.matchers()));
  }

  List<String> inNamespaces(String label) {
    return namespaces.isEmpty() || namespaces.size() > MOST_NAMESPACES
        ? List.of()
        : List.of(PromQl.isOneOf(label, namespaces));
  }

  List<String> inPods(String podLabel) {
    return pods.isEmpty() ? List.of() : List.of(PromQl.isOneOf(podLabel, pods));
  }

  /** Matchers for the scrape targets of the engines' pods. */
  String ofEngineTargets() {
    List<String> matchers = fixed();
    matchers.addAll(inNamespaces(profile.namespaceLabel()));
    matchers.addAll(inPods(profile.podLabel()));
    return String.join(",", matchers);
  }

  /** Matchers for the series of a metric of the engines' pods. */
  String ofEngines(EngineProfile.Metric metric) {
    List<String> matchers = fixed();
    matchers.addAll(PromQl.allOf(metric.matchers()));
    matchers.addAll(inNamespaces(profile.namespaceLabel()));
    matchers.addAll(inPods(profile.podLabel()));
    matchers.addAll(untrusted.matchers());
    return String.join(",", matchers);
  }

  /** Parameters of the labels of the engine profile; may be added to. */
  Map<String, String> profileLabels() {
    Map<String, String> with = new LinkedHashMap<>();
    with.put("namespace", profile.namespaceLabel());
    with.put("pod", profile.podLabel());
    with.put("model", profile.modelLabel().isEmpty() ? "" : ", " + profile.modelLabel());
    return with;
  }

  /** Labels that follow others in a list. */
  static String listed(Collection<String> labels) {
    return labels.stream().map(l -> ", " + l).collect(Collectors.joining());
  }

  /** A range of a gauge. Its sample at the very end of a step belongs to the next step. */
  static String gaugeRange(int seconds) {
    return "[" + (seconds * 1000L - 1) + "ms] offset 1ms";
  }

  /** A part of a query for several figures, which the label {@code figure} tells apart. */
  static String figure(QueryCatalog query, String label, String part) {
    return filled(query.template(), Map.of("part", part, "figure", label));
  }

  /** A template with its parameters filled in. */
  static String filled(String template, Map<String, String> with) {
    return PARAMETER
        .matcher(template)
        .replaceAll(
            found -> {
              String value = with.get(found.group(1));
              if (value == null) {
                throw new IllegalArgumentException("no value for " + found.group());
              }
              return Matcher.quoteReplacement(value);
            });
  }
}
