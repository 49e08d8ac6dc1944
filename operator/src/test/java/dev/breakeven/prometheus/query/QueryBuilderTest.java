package dev.breakeven.prometheus.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.configuration.PrometheusServer.OpencostPrice;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.client.HttpResult;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.client.Transport;
import dev.breakeven.prometheus.history.Figure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueryBuilderTest {

  private static final Transport NOBODY =
      request ->
          new HttpResult.Failed(SourceFailure.of(SourceFailure.Reason.UNREACHABLE, "nobody there"));

  private static QueryBuilder questions(
      String engine, Set<String> namespaces, String... untrusted) {
    Source source =
        new Source(
            "default",
            NOBODY,
            Map.of("cluster", "eu-1"),
            Set.of(),
            Source.Trust.DEFAULT,
            new Source.Gateway.Configured(
                GatewayProfiles.builtIn().named("litellm"),
                Map.of("api_provider", "openai"),
                Set.of()),
            new Source.OpenCost.None());
    return new QueryBuilder(
        source,
        EngineProfiles.builtIn().named(engine),
        namespaces,
        new UntrustedTargets(Set.of(), Set.of(untrusted)));
  }

  @Test
  void aCounterIsItsRiseByTheSecondsOfTheStepAndAllOfAPodsAddsUp() {
    assertThat(questions("sglang", Set.of("a")).engine(QueryCatalog.OUTPUT_TOKENS, 600))
        .isEqualTo(
            "sum by (namespace, pod, model_name) (increase(sglang:generation_tokens_total"
                + "{cluster=\"eu-1\",namespace=\"a\"}[600s])) / 600");
  }

  @Test
  void aCounterIsAskedForApartByWhatScrapesOfAPodDifferIn() {
    ScrapeLabels twice =
        new ScrapeLabels(
                Set.of("job", "instance", "receive_replica"),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of())
            .apartBy(Set.of("receive_replica"));
    QueryBuilder questions =
        new QueryBuilder(
            Source.of("default", NOBODY),
            EngineProfiles.builtIn().named("sglang"),
            Set.of("a"),
            UntrustedTargets.NONE,
            twice,
            QueryBuilder.MOST_CHARACTERS);
    assertThat(questions.engine(QueryCatalog.OUTPUT_TOKENS, 600))
        .startsWith("sum by (namespace, pod, model_name, receive_replica) (increase(");
    assertThat(questions.engine(QueryCatalog.SAMPLES, 600))
        .startsWith(
            "max by (namespace, pod, model_name, instance, job, receive_replica) (count_over_time(");
  }

  @Test
  void whatShowsNoSeriesIsLookedForUnderNamesLikeItsOwnAndThoseOfOtherEngines() {
    assertThat(
            questions("llamacpp", Set.of("a"))
                .unattributedSeries(Set.of("acme/chat"), Set.of("tgi_tokens"), 60))
        .isEqualTo(
            "topk(200, last_over_time({cluster=\"eu-1\",__name__=\"tgi_tokens\","
                + "namespace=\"a\"}[60s]))");
    assertThat(
            questions("sglang", Set.of("a")).unattributedSeries(Set.of("acme/chat"), Set.of(), 60))
        .isEqualTo(
            "topk(200, last_over_time({cluster=\"eu-1\","
                + "__name__=~\".*generation_tokens(_total)*\","
                + "model_name=\"acme/chat\"}[60s]))");
  }

  @Test
  void aGaugeIsItsMeanOverTheStep() {
    assertThat(questions("lmdeploy", Set.of("a", "b")).engine(QueryCatalog.WAITING, 600))
        .startsWith(
            "sum by (namespace, pod, model_name) (max by (namespace, pod, model_name, engine,"
                + " instance) (avg_over_time(lmdeploy:num_api_requests_waiting"
                + "{cluster=\"eu-1\",namespace=~\"a|b\"}[599999ms] offset 1ms))) or ");
  }

  @Test
  void theFirstNameThatAPodHasCounts() {
    assertThat(questions("vllm", Set.of("a")).engine(QueryCatalog.CACHED_TOKENS, 600))
        .containsSubsequence(
            "vllm:prompt_tokens_cached_total",
            " or ",
            "vllm:prefix_cache_hits_total",
            " or ",
            "vllm:gpu_prefix_cache_hits_total",
            " or ",
            "kserve_vllm:prompt_tokens_cached_total");
  }

  @Test
  void hitsOfUnknownUnitAreTheirPartOfThePrompts() {
    String hits =
        "sum by (namespace, pod, model_name)"
            + " (increase(ray_vllm_gpu_prefix_cache_hits_total{cluster=\"eu-1\",namespace=\"a\"}[600s]))";
    assertThat(questions("vllm", Set.of("a")).engine(QueryCatalog.CACHED_TOKENS, 600))
        .contains(
            hits
                + " / (sum by (namespace, pod, model_name) (increase("
                + "ray_vllm_gpu_prefix_cache_queries_total{cluster=\"eu-1\",namespace=\"a\"}[600s]))"
                + " > 0) * (sum by (namespace, pod, model_name) (increase(vllm:prompt_tokens_total{")
        .endsWith(" or " + hits + " == 0");
  }

  @Test
  void anEngineWithoutAModelLabelIsGroupedByPodAlone() {
    assertThat(questions("tgi", Set.of("a")).engine(QueryCatalog.INPUT_TOKENS, 3600))
        .isEqualTo(
            "sum by (namespace, pod) (increase(tgi_request_input_length_sum"
                + "{cluster=\"eu-1\",namespace=\"a\"}[3600s])) / 3600");
  }

  @Test
  void metricsThatAPlatformStoresUnderAPrefixAreLookedForToo() {
    assertThat(questions("vllm", Set.of("a")).engine(QueryCatalog.INPUT_TOKENS, 600))
        .contains("(vllm:prompt_tokens_total{", "(kserve_vllm:prompt_tokens_total{")
        .contains("(ray_vllm_prompt_tokens_total{");
  }

  @Test
  void aMetricsOwnMatchersStandBesideTheSources() {
    assertThat(questions("triton-trtllm", Set.of("a")).engine(QueryCatalog.WAITING, 600))
        .contains("{cluster=\"eu-1\",request_type=\"waiting\",namespace=\"a\"}");
  }

  @Test
  void anInstanceThatIsNotTrustedIsLeftOut() {
    assertThat(
            questions("vllm", Set.of("a"), "10.0.0.7:8000").engine(QueryCatalog.OUTPUT_TOKENS, 600))
        .contains("namespace=\"a\",instance!~\"10\\\\.0\\\\.0\\\\.7:8000\"}");
  }

  @Test
  void aGatewayIsHeldToTheMatchersItIsConfiguredWith() {
    assertThat(questions("vllm", Set.of("a")).gateway(QueryCatalog.BURST_OUTPUT, 600))
        .startsWith("sum by (namespace, model, litellm_model_name, requested_model)")
        .contains(
            "increase(litellm_output_tokens_metric_total{cluster=\"eu-1\","
                + "api_provider=\"openai\",namespace=\"a\"}[600s])");
  }

  private static String gatewayQuery(Map<String, String> matchers) {
    Source source =
        new Source(
            "default",
            NOBODY,
            Map.of(),
            Set.of(),
            Source.Trust.DEFAULT,
            new Source.Gateway.Configured(
                GatewayProfiles.builtIn().named("litellm"), matchers, Set.of("*")),
            new Source.OpenCost.None());
    return new QueryBuilder(
            source, EngineProfiles.builtIn().named("vllm"), Set.of("a"), UntrustedTargets.NONE)
        .gateway(QueryCatalog.BURST_OUTPUT, 600);
  }

  @Test
  void whatAGatewaySendsToOwnGpusIsLeftOutUnlessTheProviderIsMatched() {
    assertThat(gatewayQuery(Map.of())).contains("{api_provider!~\"hosted_vllm|vllm|");
    assertThat(gatewayQuery(Map.of("api_provider", "=~openai|azure")))
        .contains("{api_provider=~\"openai|azure\"}")
        .doesNotContain("hosted_vllm");
    assertThat(gatewayQuery(Map.of("team", "!=own"))).contains("team!=\"own\"}");
  }

  @Test
  void aQueryThatWouldBeTooLongForSomeStoresNamesNoNamespaces() {
    Set<String> many =
        IntStream.range(0, 150)
            .mapToObj(i -> "a-rather-long-namespace-name-" + i)
            .collect(java.util.stream.Collectors.toSet());
    assertThat(questions("vllm", many).engine(QueryCatalog.CACHED_TOKENS, 600))
        .doesNotContain("a-rather-long")
        .hasSizeLessThan(16_384);
  }

  @Test
  void objectsAreFoundUnderTheirOwnLabelsOrUnderThoseATrustedScrapeRenamed() {
    assertThat(questions("vllm", Set.of("a")).podOwners(List.of("p"), 1200))
        .isEqualTo(
            "group by (namespace, pod, exported_namespace, exported_pod, job, uid, owner_kind,"
                + " owner_name) (present_over_time(kube_pod_owner{cluster=\"eu-1\","
                + "exported_namespace=\"\",namespace=\"a\",pod=\"p\"}[1200s]))"
                + " or group by (namespace, pod, exported_namespace, exported_pod, job, uid, owner_kind,"
                + " owner_name) (present_over_time(kube_pod_owner{cluster=\"eu-1\","
                + "job=\"kube-state-metrics\",exported_namespace=\"a\",exported_pod=\"p\"}"
                + "[1200s]))");
  }

  @Test
  void manyNamesAreNotListed() {
    Set<String> many =
        IntStream.range(0, 500)
            .mapToObj(i -> "ns-" + i)
            .collect(java.util.stream.Collectors.toSet());
    assertThat(questions("vllm", many).engine(QueryCatalog.OUTPUT_TOKENS, 600))
        .contains("{cluster=\"eu-1\"}");
    assertThat(questions("vllm", many).podOwners(many, 600))
        .contains("{cluster=\"eu-1\",exported_namespace=\"\"}")
        .contains("exported_namespace!=\"\"}");
  }

  @Test
  void everyRowOfTheTableHasANameAndAReasonOfItsOwn() {
    assertThat(Arrays.stream(QueryCatalog.values()).map(QueryCatalog::label))
        .doesNotHaveDuplicates();
    assertThat(QueryCatalog.values())
        .allSatisfy(
            query -> {
              assertThat(query.label()).matches("[a-z0-9-]+");
              assertThat(query.reason()).endsWith(".");
              // The time is a source's own, whatever is asked about.
              assertThat(query.parameters().isEmpty()).isEqualTo(query == QueryCatalog.SOURCE_TIME);
            });
  }

  private static String gpuPrices(OpencostPrice price) {
    Source source =
        new Source(
            "default",
            NOBODY,
            Map.of("cluster", "eu-1"),
            Set.of(),
            Source.Trust.DEFAULT,
            new Source.Gateway.None(),
            new Source.OpenCost.None());
    return QueryBuilder.gpuPrices(
        source,
        new Source.OpenCost.Scraped(
            Currency.getInstance("EUR"), Map.of("job", "opencost", "namespace", "costs"), price),
        600);
  }

  @Test
  void aGpusPriceIsTheLastOfTenMinutesAndCountsOnceHoweverManyExportersNameIt() {
    assertThat(gpuPrices(OpencostPrice.gpu))
        .isEqualTo(
            "max by (node, exported_node) (last_over_time(node_gpu_hourly_cost"
                + "{cluster=\"eu-1\",job=\"opencost\",namespace=\"costs\"}[600s]))");
  }

  @Test
  void aGpusShareOfItsNodeIsTheNodesPriceByItsGpus() {
    String matched = "{cluster=\"eu-1\",job=\"opencost\",namespace=\"costs\"}[600s]))";
    assertThat(gpuPrices(OpencostPrice.node))
        .isEqualTo(
            "max by (node, exported_node) (last_over_time(node_total_hourly_cost"
                + matched
                + " / max by (node, exported_node) (last_over_time(node_gpu_count"
                + matched);
  }

  @Test
  void allRowsTogetherAreNoMoreThanACycleMayAsk() {
    Set<QueryCatalog> rows = EnumSet.allOf(QueryCatalog.class);
    for (Figure figure : Figure.values()) {
      if (figure.part() != figure.query()) {
        rows.remove(figure.part()); // asked within another's answer
      }
    }
    assertThat(rows).hasSizeLessThanOrEqualTo(24);
  }

  @Test
  void howFarCountersRoseAcrossAGapIsAskedOfTheNamedPodsAloneInSeveralQueriesIfNeedBe() {
    Set<String> pods =
        IntStream.range(0, 12)
            .mapToObj(i -> "chat-%02d-7d4b9c6f85-x2k9b".formatted(i))
            .collect(Collectors.toSet());
    QueryBuilder questions = questions("vllm", Set.of("team-a"));
    Set<String> stored = Set.of("vllm:prompt_tokens_total", "vllm:generation_tokens_total");
    List<String> queries = new ArrayList<>(questions.gaps(pods, stored, 3600, 7200));
    assertThat(queries).hasSize(1);
    assertThat(queries.get(0))
        .contains("\"input-tokens\"", "\"output-tokens\"", "[7200s] offset 3600s")
        .doesNotContain("cached", "kserve_");
    queries.addAll(questions.gapMetrics(pods, 3600));
    assertThat(queries)
        .hasSizeBetween(2, 3)
        .allSatisfy(
            query -> {
              assertThat(query).hasSizeLessThanOrEqualTo(QueryBuilder.MOST_CHARACTERS);
              assertThat(selectors(query))
                  .isNotEmpty()
                  .allSatisfy(
                      selector ->
                          assertThat(selector)
                              .contains(
                                  "namespace=\"team-a\"", "pod=~\"chat-00-7d4b9c6f85-x2k9b|"));
            });
  }

  @Test
  void ofTooManyPodsToNameTheirNamespacesAreAskedAndNeverAllThereAre() {
    Set<String> pods = IntStream.range(0, 100).mapToObj(i -> "p" + i).collect(Collectors.toSet());
    Set<String> teams =
        IntStream.range(0, 20).mapToObj(i -> "team-%03d".formatted(i)).collect(Collectors.toSet());
    QueryBuilder questions = questions("vllm", teams);
    List<String> queries = new ArrayList<>(questions.gapMetrics(pods, 600));
    queries.addAll(
        questions.gaps(pods, Set.of("vllm:prompt_tokens_total"), 600, Integer.MAX_VALUE));
    assertThat(queries)
        .allSatisfy(
            query ->
                assertThat(selectors(query))
                    .isNotEmpty()
                    .allSatisfy(selector -> assertThat(selector).contains("team-000|team-001")))
        .anySatisfy(query -> assertThat(query).contains("[86400s] offset 600s"));
  }

  @Test
  void whetherAGatewayWasScrapedBeforeIsAskedOfItsOwnJobsAlone() {
    ScrapeLabels scrapes =
        new ScrapeLabels(
            Set.of(),
            Set.of("job", "instance"),
            Set.of(),
            Set.of("litellm", "litellm-canary"),
            Set.of());
    Source source =
        new Source(
            "default",
            NOBODY,
            Map.of(),
            Set.of(),
            Source.Trust.DEFAULT,
            new Source.Gateway.Configured(
                GatewayProfiles.builtIn().named("litellm"), Map.of(), Set.of()),
            new Source.OpenCost.None());
    QueryBuilder questions =
        new QueryBuilder(
            source,
            EngineProfiles.builtIn().named("vllm"),
            Set.of("a"),
            UntrustedTargets.NONE,
            scrapes,
            QueryBuilder.MOST_CHARACTERS);
    assertThat(questions.gateway(QueryCatalog.BURST_OUTPUT, 600))
        .contains("max_over_time(up{job=~\"litellm|litellm-canary\"}[600s] offset 600s)")
        .doesNotContain("up{}");
  }

  @Test
  void whetherASourceKeepsAnyUpIsNotAskedOfEveryTargetsWholePast() {
    assertThat(questions("vllm", Set.of("a")).scrapesWithoutUp(86_400))
        .contains(
            "group(up{cluster=\"eu-1\"} or last_over_time(up{cluster=\"eu-1\",job=\"kube-state-metrics\"}[86400s]))");
  }

  @Test
  void figuresOfAFewPodsAreAskedOfThemAloneUnlessTheirNamesAreTooLong() {
    QueryBuilder questions = questions("sglang", Set.of("a"));
    assertThat(questions.ofPods(Set.of("p-0", "p-1")).engine(QueryCatalog.OUTPUT_TOKENS, 600))
        .contains("{cluster=\"eu-1\",namespace=\"a\",pod=~\"p-0|p-1\"}");
    assertThat(questions.ofPods(Set.of("p-0")).gpuUtilization(600))
        .contains("namespace=\"a\",pod=\"p-0\"}", "exported_namespace=\"a\",exported_pod=\"p-0\"}");
    Set<String> tooLong = Set.of("p".repeat(200), "q".repeat(QueryBuilder.MOST_CHARACTERS));
    assertThat(questions.ofPods(tooLong).engine(QueryCatalog.OUTPUT_TOKENS, 600))
        .isEqualTo(questions.engine(QueryCatalog.OUTPUT_TOKENS, 600));
  }

  private static String gaps(
      QueryBuilder questions, Set<String> pods, int rangeSeconds, int gapSeconds) {
    List<String> queries = new ArrayList<>(questions.gapMetrics(pods, rangeSeconds));
    Set<String> metrics =
        Pattern.compile("\"metric\", \"([^\"]+)\"")
            .matcher(String.join(" ", queries))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    assertThat(metrics).isNotEmpty();
    queries.addAll(questions.gaps(pods, metrics, rangeSeconds, gapSeconds));
    return String.join("; ", queries);
  }

  private static List<String> selectors(String promql) {
    return Pattern.compile("\\{[^}]*}").matcher(promql).results().map(MatchResult::group).toList();
  }

  @Test
  void noParameterIsLeftOpen() {
    for (String engine : EngineProfiles.builtIn().names()) {
      QueryBuilder questions = questions(engine, Set.of("a"));
      for (QueryCatalog query : QueryCatalog.values()) {
        if (!questions.canAnswer(query)) {
          continue;
        }
        String promql =
            switch (query.scope()) {
              case ENGINE, TAIL -> questions.engine(query, 600);
              case STATE -> questions.replicas(600);
              case GPU -> questions.gpuUtilization(600);
              case GATEWAY -> questions.gateway(query, 600);
              case NODE -> throw new AssertionError("there is no OpenCost here");
              case LOOKUP ->
                  query == QueryCatalog.SCRAPES
                      ? questions.scrapes(600)
                      : questions.replicaSetOwners(List.of("r"), 600);
              case GAPS -> gaps(questions, Set.of("p"), 600, 1200);
              case TOGETHER ->
                  query == QueryCatalog.ENGINE_STATE
                      ? questions.engineState(List.of(QueryCatalog.WAITING), List.of(95), 600)
                      : questions.gateway(List.of(QueryCatalog.BURST_OUTPUT), 600);
            };
        assertThat(promql).as("%s %s", engine, query).doesNotContain("<").contains("eu-1");
      }
    }
  }
}
