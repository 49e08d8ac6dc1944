package dev.breakeven.figures;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.configuration.ConfigurationFile;
import dev.breakeven.operator.cycle.MetricsPollingEventSource;
import dev.breakeven.prometheus.CollectionReport;
import dev.breakeven.prometheus.CollectorSettings;
import dev.breakeven.prometheus.ConfiguredSources;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.prometheus.Target;
import dev.breakeven.render.words.Words;
import dev.breakeven.testing.Finished;
import dev.breakeven.testing.OpenMetrics;
import dev.breakeven.testing.Repository;
import dev.breakeven.testing.Tool;
import dev.breakeven.traffic.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The same two weeks in several stores: whether the answers are the same, what asking costs, and
 * what is answered when a store loses a part of its data. The first store named is what the others
 * are compared with.
 */
@Command(name = "stores", description = "The same two weeks in several stores of metrics.")
final class Stores implements Callable<Integer> {

  private static final int STEP = Demand.STEP_SECONDS;
  private static final int LATENESS_SECONDS = 120;

  /** All stores are read within one step, so that they are asked for the same. */
  private static final int NEEDED_SECONDS = 240;

  private static final int CYCLES = 3;

  /** Figures are shown rounded: one of 1000 is the last digit of some. */
  private static final double ROUNDING = 0.002;

  private static final Pattern NUMBER = Pattern.compile("-?\\d[\\d,]*(?:\\.\\d+)?");
  private static final int MOST_SHOWN = 12;

  /** When an answer was made. */
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z");

  @Option(
      names = "--stores",
      split = ",",
      paramLabel = "NAME",
      description = "Which, in this order; all of them otherwise.")
  List<String> stores = Store.names();

  private record Answer(
      Store store,
      Map<String, JsonNode> statuses,
      Map<String, Observation> observations,
      int firstRequests,
      long firstBytes,
      double cycleRequests,
      long cycleBytes) {}

  @Override
  public Integer call() throws Exception {
    Path directory = Repository.scratch("stores");
    List<Store> running = new ArrayList<>();
    int differing = 0;
    try {
      Store.Past past = past(directory);
      Path policies = policies(directory);
      for (String name : stores) {
        try {
          running.add(Store.holding(name, past));
          Figure.doing("%s holds %d days", name, StoredWeeks.DAYS);
        } catch (IllegalStateException e) {
          String why = e.getMessage() == null ? "no reason given" : e.getMessage();
          Figure.doing("%s left out: %s", name, why);
        }
      }
      awaitStepWithTime();
      List<Answer> answers = new ArrayList<>();
      for (Store store : running) {
        answers.add(answer(store, policies, directory));
      }
      for (Answer answer : answers) {
        differing += show(answers.get(0), answer);
      }
      for (Store store : running) {
        losing(store, policies);
      }
    } finally {
      running.forEach(Store::close);
      Repository.delete(directory);
    }
    Figure.measured("statuses that differ", differing, "", 0);
    return differing == 0 ? 0 : 1;
  }

  private static Store.Past past(Path directory) {
    Path text = directory.resolve("history.txt");
    try (OpenMetrics out = OpenMetrics.into(text)) {
      StoredWeeks.write(out, Instant.now().getEpochSecond());
    }
    Path blocks = directory.resolve("blocks");
    Tool.PROMTOOL
        .run(
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            "--max-block-duration=1000h",
            text.toString(),
            blocks.toString())
        .orFail();
    return new Store.Past(text, blocks);
  }

  private static Path policies(Path directory) throws IOException {
    StringBuilder yaml = new StringBuilder();
    for (String name : StoredWeeks.workloads()) {
      yaml.append(Workloads.policy(StoredWeeks.NAMESPACE, name, "0.60", "2.40")).append("---\n");
    }
    return Files.writeString(directory.resolve("policies.yaml"), yaml);
  }

  private static String configuration(Store store) {
    return "sources: {default: {url: \"%s\", gateway: litellm}}\n".formatted(store.url());
  }

  private static void awaitStepWithTime() throws InterruptedException {
    long into = Math.floorMod(Instant.now().getEpochSecond() - LATENESS_SECONDS, STEP);
    if (into > STEP - NEEDED_SECONDS) {
      Figure.doing("%d s until the next step", STEP - into);
      TimeUnit.SECONDS.sleep(STEP - into + 1);
    }
  }

  private static List<Target> targets(Path policies) throws IOException {
    return Manifests.parse("policies.yaml", Files.readString(policies)).policies().stream()
        .map(MetricsPollingEventSource::targetOf)
        .toList();
  }

  private static MetricsCollector collector(Store store) {
    return new MetricsCollector(
        ConfiguredSources.of(ConfigurationFile.parse("operator.yaml", configuration(store))),
        new CollectorSettings(
            CollectorSettings.DEFAULT.history(),
            CollectorSettings.DEFAULT.lateness(),
            Duration.ofMinutes(5),
            CollectorSettings.DEFAULT.parallelism()));
  }

  private static long bytes(CollectionReport report) {
    return report.sources().stream().mapToLong(CollectionReport.SourceUse::bytes).sum();
  }

  private static Answer answer(Store store, Path policies, Path directory) throws IOException {
    List<Target> targets = targets(policies);
    Instant now = Instant.now();
    try (MetricsCollector collector = collector(store)) {
      CollectionReport first = collector.run(targets, now);
      first
          .readings()
          .forEach(
              reading ->
                  reading
                      .failures()
                      .forEach(
                          (query, why) ->
                              Figure.doing(
                                  "  %s fails: %s (%s)",
                                  query.label(), why.message(), why.detail())));
      int firstRequests = first.requests();
      long firstBytes = bytes(first);
      // On a slow machine older days are read in later cycles.
      for (CollectionReport more = first;
          !more.readings().stream().allMatch(CollectionReport.Reading::loaded); ) {
        more = collector.run(targets, now);
        firstRequests += more.requests();
        firstBytes += bytes(more);
      }
      int requests = 0;
      long bytes = 0;
      for (int i = 1; i <= CYCLES; i++) {
        CollectionReport cycle = collector.run(targets, now.plusSeconds(60L * i));
        requests += cycle.requests();
        bytes += bytes(cycle);
      }
      Map<String, Observation> observations = new TreeMap<>();
      for (Target target : targets) {
        observations.put(target.model(), collector.of(target));
      }
      return new Answer(
          store,
          statuses(store, policies, directory),
          observations,
          firstRequests,
          firstBytes,
          (double) requests / CYCLES,
          bytes / CYCLES);
    }
  }

  /** What {@code breakeven advise} prints, by policy. */
  private static Map<String, JsonNode> statuses(Store store, Path policies, Path directory)
      throws IOException {
    Path config = Files.writeString(directory.resolve("operator.yaml"), configuration(store));
    String printed =
        Finished.ofBreakeven(
                "advise", "-f", policies.toString(), "--config", config.toString(), "-o", "json")
            .output();
    Map<String, JsonNode> statuses = new TreeMap<>();
    for (JsonNode one : new ObjectMapper().readTree(printed.substring(printed.indexOf('[')))) {
      statuses.put(one.at("/metadata/name").asText(), one.path("status"));
    }
    return statuses;
  }

  /** Prints one store's line, and how it differs. */
  private static int show(Answer reference, Answer answer) {
    int differing = 0;
    List<String> differences = new ArrayList<>();
    for (Map.Entry<String, JsonNode> status : reference.statuses().entrySet()) {
      List<String> its = new ArrayList<>();
      JsonNode other = answer.statuses().get(status.getKey());
      differences(status.getKey(), status.getValue(), other == null ? missing() : other, its);
      differing += its.isEmpty() ? 0 : 1;
      differences.addAll(its);
    }
    Deviation deviation = greatestDeviation(reference, answer);
    Figure.doing(
        "STORE %s | %d of %d statuses equal | tokens of a step differ by %.3f %% at most%s | %d"
            + " requests and %,d bytes for 14 days | %.1f requests and %,d bytes a cycle",
        answer.store().title(),
        reference.statuses().size() - differing,
        reference.statuses().size(),
        deviation.percent(),
        deviation.where(),
        answer.firstRequests(),
        answer.firstBytes(),
        answer.cycleRequests(),
        answer.cycleBytes());
    differences.stream().limit(MOST_SHOWN).forEach(line -> Figure.doing("  differs: %s", line));
    return differing;
  }

  private static JsonNode missing() {
    return new ObjectMapper().getNodeFactory().missingNode();
  }

  private static void differences(String at, JsonNode one, JsonNode other, List<String> into) {
    if (one.isContainerNode() && other.isContainerNode()) {
      Map<String, JsonNode> fields = new LinkedHashMap<>();
      children(one, fields);
      Map<String, JsonNode> others = new LinkedHashMap<>();
      children(other, others);
      for (String name : fields.keySet()) {
        differences(
            at + "." + name,
            fields.getOrDefault(name, missing()),
            others.getOrDefault(name, missing()),
            into);
      }
      others.keySet().stream()
          .filter(name -> !fields.containsKey(name))
          .forEach(name -> into.add(at + "." + name + ": only here"));
    } else if (!isSame(one.asText(), other.asText())) {
      into.add(at + ": " + one.asText() + " | " + other.asText());
    }
  }

  private static void children(JsonNode node, Map<String, JsonNode> into) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        into.put(Integer.toString(i), node.get(i));
      }
    } else {
      node.properties().forEach(field -> into.put(field.getKey(), field.getValue()));
    }
  }

  /** The same words, with numbers that are the same to rounding. */
  private static boolean isSame(String one, String other) {
    if (TIME.matcher(one).matches() && TIME.matcher(other).matches()) {
      return true;
    }
    if (!NUMBER.matcher(one).replaceAll("#").equals(NUMBER.matcher(other).replaceAll("#"))) {
      return false;
    }
    Matcher ones = NUMBER.matcher(one);
    Matcher others = NUMBER.matcher(other);
    while (ones.find() && others.find()) {
      double a = Double.parseDouble(ones.group().replace(",", ""));
      double b = Double.parseDouble(others.group().replace(",", ""));
      int point = ones.group().indexOf('.');
      double lastDigit = point < 0 ? 1 : Math.pow(10, point + 1.0 - ones.group().length());
      if (Math.abs(a - b) > Math.max(1.5 * lastDigit, ROUNDING * Math.abs(a))) {
        return false;
      }
    }
    return true;
  }

  private record Deviation(double percent, String where) {}

  /** By how much tokens of a step differ, as a part of the mean of all steps. */
  private static Deviation greatestDeviation(Answer reference, Answer answer) {
    Deviation greatest = new Deviation(0, "");
    for (Map.Entry<String, Observation> one : reference.observations().entrySet()) {
      if (!(one.getValue() instanceof Observation.Observed seen)
          || !(answer.observations().get(one.getKey()) instanceof Observation.Observed other)) {
        return new Deviation(Double.NaN, " (no answer)");
      }
      Series expected = seen.traffic().output();
      Series actual = other.traffic().output();
      double mean = expected.mean().orElse(Double.NaN);
      for (int i = 0; i < expected.steps(); i++) {
        double percent = 100 * Math.abs(expected.at(i, 2 * mean) - actual.at(i, 2 * mean)) / mean;
        if (percent > greatest.percent()) {
          greatest =
              new Deviation(
                  percent,
                  " (%s, step %d: %.2f, %.2f)"
                      .formatted(one.getKey(), i, expected.at(i, -1), actual.at(i, -1)));
        }
      }
    }
    return greatest;
  }

  /** A store that loses a part takes nothing away from what is known, and says so. */
  private static void losing(Store store, Path policies) throws IOException, InterruptedException {
    List<Target> targets = targets(policies);
    try (MetricsCollector collector = collector(store)) {
      Instant now = Instant.now();
      collector.run(targets, now);
      Map<String, Double> before = tokens(collector, targets);
      String done = store.loseAPart();
      if (done.isEmpty()) {
        return;
      }
      for (int seconds : new int[] {1, 30}) {
        TimeUnit.SECONDS.sleep(seconds);
        now = now.plusSeconds(60);
        collector.run(targets, now);
        Map<String, Double> after = tokens(collector, targets);
        long less =
            before.entrySet().stream()
                .filter(e -> after.getOrDefault(e.getKey(), 0.0) < 0.999 * e.getValue())
                .count();
        Figure.doing(
            "LOST %s, %s, a cycle %d s later: %d of %d policies know less than before; %s",
            store.title(), done, seconds, less, targets.size(), notes(collector, targets));
      }
      try (MetricsCollector fresh = collector(store)) {
        fresh.run(targets, now);
        Map<String, Double> known = tokens(fresh, targets);
        Figure.doing(
            "LOST %s, %s, asked anew: %d of %d policies have tokens; %s",
            store.title(), done, known.size(), targets.size(), notes(fresh, targets));
      }
    }
  }

  /** Generated tokens of the window by model, of those of which any are known. */
  private static Map<String, Double> tokens(MetricsCollector collector, List<Target> targets) {
    Map<String, Double> tokens = new TreeMap<>();
    for (Target target : targets) {
      Observation observation = collector.of(target);
      Observation.Observed known =
          observation instanceof Observation.Observed observed
              ? observed
              : observation instanceof Observation.Stale stale ? stale.lastGood() : null;
      if (known != null) {
        Series output = known.traffic().output();
        double sum = 0;
        for (int i = 0; i < output.steps(); i++) {
          sum += output.isMeasured(i) ? output.measuredAt(i) : 0;
        }
        if (sum > 0) {
          tokens.put(target.model(), sum);
        }
      }
    }
    return tokens;
  }

  private static String notes(MetricsCollector collector, List<Target> targets) {
    Observation observation = collector.of(targets.get(0));
    if (observation instanceof Observation.Observed observed) {
      return "said: " + observed.notes().stream().map(n -> Words.of(n.message())).toList();
    }
    if (observation instanceof Observation.Stale stale) {
      return "stale: " + Words.of(stale.why().message());
    }
    return "unavailable: " + Words.of(((Observation.Unavailable) observation).why().message());
  }
}
