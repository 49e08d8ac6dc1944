package dev.breakeven.prometheus.collect.duplicates;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which server of a pod a series was scraped from, and by whom. A server is one address: a port of
 * the pod, or the {@code instance} if that names no port. All other labels in which two scrapes of
 * it differ (Prometheus replicas, receivers, a second job) show who read it, not what was read: two
 * such scrapes are one count that was read twice.
 *
 * <p>An address is not always a server: a proxy may show a server's metrics at a second port, and
 * an instance without a port may stand for two servers. {@link ServerComparison} decides these
 * cases.
 *
 * @param server the address within the pod
 * @param scraper who read it
 * @param namesPort whether the address names a port, which is one server whoever reads it
 */
public record Scrape(String server, String scraper, boolean namesPort) {

  private static final Pattern PORT = Pattern.compile(".*:(\\d{1,5})");
  private static final Set<String> OF_THE_SERVER = Set.of("instance", "container");

  /**
   * @param labels of a series
   * @param apart labels by which scrapes of a pod differ
   */
  public static Scrape of(Map<String, String> labels, Collection<String> apart) {
    Map<String, String> scraper = new TreeMap<>();
    for (String label : apart) {
      if (!OF_THE_SERVER.contains(label)) {
        scraper.put(label, labels.getOrDefault(label, ""));
      }
    }
    String instance = labels.getOrDefault("instance", "");
    Matcher port = PORT.matcher(instance);
    return new Scrape(
        port.matches() ? port.group(1) : instance + "/" + labels.getOrDefault("container", ""),
        scraper.toString(),
        port.matches());
  }

  /**
   * Whether it was scraped. If some series of a pod were, those without {@code instance} were made
   * of them by a recording rule; if none has an instance, an agent sends them.
   */
  public boolean isOfATarget() {
    return !server.startsWith("/");
  }

  /** The server and who scraped it. */
  public String seenBy() {
    return server + " " + scraper;
  }

  /** The address that a series was scraped from, without its port. */
  public static String hostOf(Map<String, String> labels) {
    String instance = labels.getOrDefault("instance", "");
    Matcher port = PORT.matcher(instance);
    return port.matches() ? instance.substring(0, port.start(1) - 1) : instance;
  }

  /** Labels whose values differ between scrapes of one pod. */
  public static Set<String> differing(Collection<Map<String, String>> scrapes) {
    Set<String> names = new TreeSet<>();
    scrapes.forEach(labels -> names.addAll(labels.keySet()));
    names.removeIf(
        name -> {
          Set<String> values = new HashSet<>();
          scrapes.forEach(labels -> values.add(labels.getOrDefault(name, "")));
          return values.size() < 2;
        });
    return names;
  }

  /** The values of these labels alone; empty where a label is absent. */
  public static Map<String, String> only(Map<String, String> labels, Collection<String> names) {
    Map<String, String> kept = new TreeMap<>();
    for (String name : names) {
      kept.put(name, labels.getOrDefault(name, ""));
    }
    return kept;
  }
}
