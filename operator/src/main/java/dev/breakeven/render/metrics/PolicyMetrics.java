package dev.breakeven.render.metrics;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Issue;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/**
 * The latest answer of every policy, as Prometheus reads it. A policy's series are gone with it;
 * what is not known has no series. Only so many policies are shown, that a cluster with more of
 * them cannot fill a Prometheus; those left out are counted. Safe for use by many threads.
 */
public final class PolicyMetrics {

  static final MetricFamily SHOWN =
      MetricFamily.gauge("breakeven_policies", "Policies whose figures are shown here.");
  static final MetricFamily LEFT_OUT =
      MetricFamily.gauge(
          "breakeven_policies_left_out",
          "Policies without series here, because more than the configured number were seen.");

  /** Which policy. */
  record Key(String namespace, String name) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byNamespace = namespace.compareTo(other.namespace);
      return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }
  }

  /**
   * What is shown of one policy.
   *
   * @param figures of the last answer
   * @param reasons for which the latest attempt, which may be younger, is missing or weaker
   */
  record Answer(String model, PolicyFigures figures, Set<Issue.Reason> reasons) {
    Answer {
      reasons = Set.copyOf(reasons);
    }
  }

  private final NavigableMap<Key, Answer> answers = new ConcurrentSkipListMap<>();
  private final Set<Key> leftOut = ConcurrentHashMap.newKeySet();
  private final PolicyFigures.Names names = new PolicyFigures.Names();
  private final int limit;

  /**
   * @param registry where the series are shown
   * @param limit how many policies are shown at most
   */
  PolicyMetrics(CollectorRegistry registry, int limit) {
    this.limit = limit;
    for (PolicyFamily family : PolicyFamily.values()) {
      registry.register(new FamilyCollector(family, answers));
    }
    count(SHOWN, answers::size, registry);
    count(LEFT_OUT, leftOut::size, registry);
  }

  /** A policy was answered. */
  public void answered(String namespace, String policy, String model, Advice advice) {
    put(
        new Key(namespace, policy),
        new Answer(model, PolicyFigures.of(advice, names), reasons(advice.issues())));
  }

  /**
   * A policy could not be answered. Its last figures stay, as they stay in its status, beside the
   * reasons.
   */
  public void unanswered(String namespace, String policy, String model, List<Issue> issues) {
    Key key = new Key(namespace, policy);
    Answer before = answers.get(key);
    put(
        key,
        new Answer(
            model, before == null ? PolicyFigures.NONE_YET : before.figures(), reasons(issues)));
  }

  private static Set<Issue.Reason> reasons(List<Issue> issues) {
    return issues.stream().map(Issue::reason).collect(Collectors.toSet());
  }

  /** A policy is gone. */
  public void forget(String namespace, String policy) {
    Key key = new Key(namespace, policy);
    synchronized (this) {
      answers.remove(key);
      leftOut.remove(key);
    }
  }

  /** This replica answers no policy any more: another one leads. */
  public void forgetAll() {
    synchronized (this) {
      answers.clear();
      leftOut.clear();
    }
  }

  private synchronized void put(Key key, Answer answer) {
    if (answers.containsKey(key) || answers.size() < limit) {
      answers.put(key, answer);
      leftOut.remove(key);
    } else {
      leftOut.add(key);
    }
  }

  private static void count(MetricFamily family, IntSupplier size, CollectorRegistry registry) {
    Gauge.build(family.name(), family.help())
        .register(registry)
        .setChild(
            new Gauge.Child() {
              @Override
              public double get() {
                return size.getAsInt();
              }
            });
  }

  /** One family over all policies, made only while it is being written: a scrape holds one. */
  private static final class FamilyCollector extends Collector implements Collector.Describable {

    private final PolicyFamily of;
    private final Map<Key, Answer> answers;

    FamilyCollector(PolicyFamily of, Map<Key, Answer> answers) {
      this.of = of;
      this.answers = answers;
    }

    @Override
    public List<MetricFamilySamples> collect() {
      List<MetricFamilySamples.Sample> samples = new ArrayList<>();
      answers.forEach(
          (key, answer) -> {
            of.show(answer, (value, labels) -> samples.add(of.sample(key, List.of(labels), value)));
            answer.figures().show(of, key, samples);
          });
      return List.of(
          new MetricFamilySamples(
              of.family().name(), of.family().type(), of.family().help(), samples));
    }

    @Override
    public List<MetricFamilySamples> describe() {
      return List.of(
          new MetricFamilySamples(
              of.family().name(), of.family().type(), of.family().help(), List.of()));
    }
  }
}
