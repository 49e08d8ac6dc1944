package dev.breakeven.render.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.breakeven.advice.Issue;
import dev.breakeven.reason.Message;
import dev.breakeven.testing.Finished;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.Repository;
import dev.breakeven.testing.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every query of the dashboard and of the alert rules, asked of a real Prometheus that scrapes the
 * operator's own port. Two policies are shown, one of them below breakeven with its advice unheeded
 * and one blind, and a third is left out; the source answered long ago, and nobody leads: so every
 * alert's condition holds.
 */
class DashboardAndAlertsIT {

  private static final Path CHART = Repository.top().resolve("helm/breakeven");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LABEL_VALUES =
      Pattern.compile("label_values\\((.+), ([a-z_]+)\\)", Pattern.DOTALL);

  @SuppressWarnings("NullAway.Init")
  private static Monitoring monitoring;

  @SuppressWarnings("NullAway.Init")
  private static LivePrometheus prometheus;

  @BeforeAll
  static void anOperatorThatIsScraped() throws IOException {
    monitoring =
        Monitoring.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            "0.1.0",
            2,
            Monitoring.EndpointSecurity.OPEN,
            Probe.Condition.Passing::new,
            Probe.Condition.Passing::new,
            Optional.empty());
    monitoring.policies().answered("inference", "chat", "llama", SampleAdvice.hybrid());
    monitoring
        .policies()
        .unanswered(
            "inference",
            "dark",
            "qwen",
            List.of(new Issue(Issue.Reason.SOURCE_UNAVAILABLE, Message.quoted("no answer"))));
    monitoring.policies().answered("inference", "many", "llama", SampleAdvice.hybrid());
    monitoring.operator().leads(false);
    monitoring.operator().countRequest("default");
    monitoring.operator().answered("default", Instant.now().minus(Duration.ofHours(1)));
    monitoring.operator().failed("default", "Timeout");
    monitoring.operator().cycled(Duration.ofMillis(400));
    monitoring.operator().wrote();
    prometheus =
        LivePrometheus.scraping(
                Duration.ofMillis(500), Map.of("breakeven", monitoring.address().getPort()))
            .start();
  }

  @AfterAll
  static void stop() {
    prometheus.close();
    monitoring.close();
  }

  static List<String> dashboardQueries() throws IOException {
    JsonNode dashboard = JSON.readTree(CHART.resolve("files/dashboard.json").toFile());
    List<String> queries = new ArrayList<>();
    dashboard.findValues("expr").forEach(expr -> queries.add(expr.asText()));
    for (JsonNode variable : dashboard.path("templating").path("list")) {
      if (variable.path("type").asText().equals("query")) {
        queries.add(variable.path("definition").asText());
      }
    }
    return queries;
  }

  static List<String> alertConditions() throws IOException {
    JsonNode rules =
        new ObjectMapper(new YAMLFactory()).readTree(CHART.resolve("files/alerts.yaml").toFile());
    return rules.findValues("expr").stream().map(JsonNode::asText).toList();
  }

  @ParameterizedTest
  @MethodSource("dashboardQueries")
  void everyQueryOfTheDashboardReturnsData(String query) throws Exception {
    // A counter has to have moved between two scrapes for its rate to be there.
    monitoring.operator().countRequest("default");
    monitoring.operator().failed("default", "Timeout");
    monitoring.operator().cycled(Duration.ofMillis(400));
    monitoring.operator().wrote();

    assertThat(answerTo(asGrafanaSends(query))).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("alertConditions")
  void everyAlertsConditionHoldsWhereItShould(String condition) throws Exception {
    assertThat(answerTo(condition)).isNotEmpty();
  }

  static List<String> followersQueries() throws IOException {
    return List.of(FollowExamples.askedByKeda(), FollowExamples.askedByTheAdapter());
  }

  @ParameterizedTest
  @MethodSource("followersQueries")
  void whoFollowsTheAdviceGetsOneFigure(String query) throws Exception {
    JsonNode answer = answerTo(query.replace("steady-chat", "chat"));

    assertThat(answer).hasSize(1);
    assertThat(answer.path(0).path("value").path(1).asText()).isEqualTo("1");
  }

  @Test
  void theDashboardAsksForNoMetricThatIsNotShown() throws IOException {
    List<String> shown = new ArrayList<>();
    PolicyFamily.all().forEach(family -> shown.add(family.name()));
    OperatorMetrics.all().forEach(family -> shown.add(family.name()));
    List<String> queries = new ArrayList<>(dashboardQueries());
    queries.addAll(alertConditions());

    Matcher names = Pattern.compile("breakeven_[a-z_]+").matcher(String.join("\n", queries));
    assertThat(names.results().map(r -> r.group().replaceFirst("_bucket$", "")).distinct())
        .isSubsetOf(shown);
  }

  @Test
  void everyAlertIsTested() {
    Finished tests =
        Tool.PROMTOOL.run("test", "rules", CHART.resolve("tests/alerts.promtool.yaml").toString());

    assertThat(tests.exitCode()).as(tests.output() + tests.errors()).isZero();
  }

  @Test
  void noAlertIsWithoutATest() throws IOException {
    ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    List<String> alerts =
        yaml.readTree(CHART.resolve("files/alerts.yaml").toFile()).findValuesAsText("alert");
    JsonNode tests = yaml.readTree(CHART.resolve("tests/alerts.promtool.yaml").toFile());
    List<String> fired = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    for (JsonNode checks : tests.findValues("alert_rule_test")) {
      for (JsonNode check : checks) {
        (check.path("exp_alerts").isEmpty() ? silent : fired).add(check.path("alertname").asText());
      }
    }

    assertThat(fired).containsAll(alerts);
    assertThat(silent).containsAll(alerts);
  }

  @Test
  void promtoolFindsNothingToComplainOfInWhatIsShown() throws Exception {
    Path page = Repository.scratch("metrics").resolve("metrics.txt");
    Files.writeString(page, get("http://127.0.0.1:" + monitoring.address().getPort() + "/metrics"));

    Finished check =
        Finished.of(List.of("/bin/sh", "-c", Tool.PROMTOOL.path() + " check metrics < " + page));

    assertThat(check.exitCode()).as(check.output() + check.errors()).isZero();
    assertThat((check.output() + check.errors()).lines().filter(l -> l.startsWith("breakeven_")))
        .isEmpty();
  }

  /** With Grafana's variables at "All" and its interval at what it would be for these scrapes. */
  private static String asGrafanaSends(String query) {
    return query
        .replace("$namespace", ".*")
        .replace("$policy", ".*")
        .replace("$currency", ".*")
        .replace("$__rate_interval", "1m");
  }

  private static JsonNode answerTo(String query) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    JsonNode answer = ask(query);
    while (answer.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(200);
      answer = ask(query);
    }
    return answer;
  }

  private static JsonNode ask(String query) throws Exception {
    Matcher values = LABEL_VALUES.matcher(query);
    String path =
        values.matches()
            ? "/api/v1/label/" + values.group(2) + "/values?match[]=" + encoded(values.group(1))
            : "/api/v1/query?query=" + encoded(query);
    JsonNode answer = JSON.readTree(get(prometheus.url() + path));
    assertThat(answer.path("status").asText()).as(answer.toString()).isEqualTo("success");
    return values.matches() ? answer.path("data") : answer.path("data").path("result");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url.replace("[]", "%5B%5D"))).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
