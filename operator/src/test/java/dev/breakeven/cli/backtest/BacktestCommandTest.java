package dev.breakeven.cli.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakeven.cli.Breakeven;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A replica does 1,000 output tokens/s for 2.00 an hour; the API asks 1.00 a million: 3.60. */
class BacktestCommandTest {

  private static final String POLICY =
      """
      apiVersion: breakeven.dev/v1alpha1
      kind: CostPolicy
      metadata: {name: chat, namespace: default}
      spec:
        model: m
        currency: USD
        selfHost:
          gpu: {hourlyPrice: "2.00", perReplica: 1}
          capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "1000"}
          headroomPercent: 0
          maxReplicas: 10
        api:
          prices: {inputPerMillion: "0.10", outputPerMillion: "1.00"}
        planning: {scaling: Automatic, window: 1d, hold: 1h, lead: 10m}
      """;

  @TempDir Path directory = Path.of("");
  private Path policy = Path.of("");
  private Path traffic = Path.of("");
  private Path decisions = Path.of("");

  @BeforeEach
  void files() throws IOException {
    policy = Files.writeString(directory.resolve("policy.yaml"), POLICY);
    StringBuilder rows =
        new StringBuilder("workload,t_s,input_tokens_per_s,output_tokens_per_s,replicas\n");
    for (int t = 0; t < 288; t++) {
      rows.append("steady,%d,0,3000,4\nidle,%d,0,100,1\n".formatted(600 * t, 600 * t));
    }
    traffic = Files.writeString(directory.resolve("traffic.csv"), rows);
    decisions = directory.resolve("decisions.csv");
  }

  @Test
  void decisionsAreWrittenOneRowForEachChange() throws IOException {
    assertThat(ran("--decisions", decisions.toString()).code()).isZero();

    assertThat(Files.readAllLines(decisions))
        .containsExactly(
            "workload,t_s,replicas", "steady,0,4", "steady,86400,3", "idle,0,1", "idle,86400,0");
  }

  /** Three weeks in which four replicas carry what three can: 2.00 an hour is saved. */
  private void threeWeeksSetByHand(int days) throws IOException {
    Files.writeString(
        policy,
        POLICY.replace(
            "scaling: Automatic, window: 1d", "scaling: Manual, review: 7d, window: 7d"));
    StringBuilder rows =
        new StringBuilder("workload,t_s,input_tokens_per_s,output_tokens_per_s,replicas\n");
    for (int t = 0; t < 144 * days; t++) {
      rows.append("steady,%d,0,2700,4\n".formatted(600 * t));
    }
    Files.writeString(traffic, rows);
  }

  @Test
  void atEachReviewThePromiseStandsBesideWhatThenHappened() throws IOException {
    threeWeeksSetByHand(21);
    Path promises = directory.resolve("promises.csv");

    assertThat(ran("--promises", promises.toString()).code()).isZero();

    // 730 h at 2.00 are saved of 5,840 that four replicas cost; the third week has no week after.
    List<String> rows = Files.readAllLines(promises);
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0)).isEqualTo("workload,t_s,low,high,predicted,realised,bill");
    for (int week = 1; week <= 2; week++) {
      String[] row = rows.get(week).split(",");
      assertThat(row[1]).isEqualTo(Integer.toString(604_800 * week));
      assertThat(Double.parseDouble(row[2])).isLessThan(1460);
      assertThat(Double.parseDouble(row[3])).isGreaterThan(1460);
      assertThat(row).endsWith("1460.00", "1460.00", "5840.00");
    }
  }

  @Test
  void cuttingTheFileChangesNoPromiseBefore() throws IOException {
    Path promises = directory.resolve("promises.csv");
    threeWeeksSetByHand(21);
    ran("--promises", promises.toString());
    List<String> whole = Files.readAllLines(promises);

    threeWeeksSetByHand(14);
    ran("--promises", promises.toString());

    assertThat(Files.readAllLines(promises)).isEqualTo(whole.subList(0, 2));
  }

  @Test
  void aNumberSetByHandHasARowForEachReview() throws IOException {
    threeWeeksSetByHand(21);

    ran("--decisions", decisions.toString());

    assertThat(Files.readAllLines(decisions))
        .containsExactly(
            "workload,t_s,replicas", "steady,604800,3", "steady,1209600,3", "steady,1814400,3");
  }

  @Test
  void everyWayIsChargedForTheSecondDay() throws IOException {
    JsonNode answer = JsonMapper.builder().build().readTree(ran("-o", "json").out());

    // Steady for 24 h: three replicas are 144.00, the API 259.20, four that ran 192.00. Idle: the
    // API 8.64, one replica 48.00.
    JsonNode totals = answer.get("totals");
    assertThat(totals.get("followed").asText()).isEqualTo("152.64");
    assertThat(totals.get("alwaysApi").asText()).isEqualTo("267.84");
    assertThat(totals.get("peak").asText()).isEqualTo("192.00");
    assertThat(totals.get("hindsight").asText()).isEqualTo("152.64");
    // Who knows beforehand does no better: the load is constant, and three replicas were there.
    assertThat(totals.get("foresight").asText()).isEqualTo("152.64");
    assertThat(totals.get("ran").asText()).isEqualTo("240.00");
    assertThat(answer.get("byWorkload")).hasSize(2);
    assertThat(answer.at("/byWorkload/0/chargedFrom").asLong()).isEqualTo(86_400);
  }

  @Test
  void theTableShowsTheSameInMoney() {
    assertThat(ran().out())
        .contains("over 2 workloads", "following the load", "152.64 USD", "what ran", "240.00 USD");
  }

  @Test
  void aBadRowIsOneLineThatSaysWhere() throws IOException {
    Files.writeString(
        traffic,
        """
        workload,t_s,input_tokens_per_s,output_tokens_per_s
        a,0,1,1
        a,600,many,1
        """);

    Ran ran = ran();

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("traffic.csv:3: ").contains("many");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "', perReplica: 1' | a backtest needs a price for the GPU hour: no workload"
            + " is seen, and the policy does not say how many GPUs a replica takes: set selfHost.gpu.perReplica",
        "'hourlyPrice: \"2.00\", ' | a backtest needs a price for the GPU hour: there is no"
            + " RateCard default for this namespace",
      })
  void whatAReplicaCostsIsNeverGuessed(String unsaid, String refusal) throws IOException {
    Files.writeString(policy, POLICY.replace(unsaid, ""));

    Ran ran = ran();

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).isEqualToIgnoringNewLines("breakeven: " + refusal);
  }

  @Test
  void aHoldThatIsNoTimeIsOneLine() {
    Ran ran = ran("--hold", "soon");

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--hold: \"soon\" is not a duration");
  }

  @Test
  void stepsThatThePolicyDoesNotExpectAreSaidAndTaken() throws IOException {
    Files.writeString(
        traffic,
        """
        workload,t_s,input_tokens_per_s,output_tokens_per_s
        a,0,1,1
        a,1800,1,1
        """);

    Ran ran = ran();

    assertThat(ran.code()).isZero();
    assertThat(ran.err()).contains("has steps of 1800 s, planning.step of the policy is 600 s");
  }

  @Test
  void cuttingTheFileChangesNoDecisionBeforeTheCut() throws IOException {
    Path example = Path.of("..", "examples");
    policy =
        Files.writeString(
            directory.resolve("hybrid.yaml"),
            Files.readString(example.resolve("hybrid.yaml"))
                .replace("  planning:\n", "  planning:\n    scaling: Automatic\n"));
    Path whole = example.resolve("traffic.csv");
    Path cut = directory.resolve("cut.csv");
    List<String> rows = Files.readAllLines(whole);
    List<String> card = List.of("--policy", example.resolve("rate-card.yaml").toString());
    List<String> decided = decided(whole, card);
    assertThat(decided).hasSizeGreaterThan(50);
    Random random = new Random(10);
    for (int i = 0; i < 10; i++) {
      List<String> kept = rows.subList(0, 2 + random.nextInt(rows.size() - 2));
      long end = secondsOf(kept.get(kept.size() - 1)) + 1800;
      Files.write(cut, kept);
      assertThat(decided(cut, card))
          .containsExactlyElementsOf(
              decided.stream().filter(decision -> secondsOf(decision) < end).toList());
    }
  }

  @Test
  void thePageShowsTheBacktestOfTheExampleAsItIs() throws IOException {
    Path example = Path.of("..", "examples");
    policy = example.resolve("steady-chat.yaml");
    traffic = example.resolve("traffic.csv");
    assertThat(Files.readString(Path.of("docs", "backtest.md")))
        .contains(ran("--policy", example.resolve("rate-card.yaml").toString()).out());
  }

  private List<String> decided(Path file, List<String> more) throws IOException {
    traffic = file;
    List<String> arguments = new ArrayList<>(more);
    arguments.addAll(List.of("--decisions", decisions.toString()));
    assertThat(ran(arguments.toArray(String[]::new)).code()).isZero();
    List<String> rows = Files.readAllLines(decisions);
    return rows.subList(1, rows.size());
  }

  private static long secondsOf(String row) {
    return Long.parseLong(row.split(",", -1)[1]);
  }

  private record Ran(int code, String out, String err) {}

  private Ran ran(String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of("backtest", "--policy", policy.toString(), "--traffic", traffic.toString()));
    arguments.addAll(List.of(more));
    int code =
        Breakeven.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }
}
