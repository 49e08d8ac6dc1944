package dev.breakeven.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.cli.Breakeven;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {

  private static final String POLICY =
      """
      apiVersion: breakeven.dev/v1alpha1
      kind: CostPolicy
      metadata: {name: chat, namespace: inference}
      spec:
        model: llama
        currency: USD
        workloads:
        - {kind: Deployment, name: chat}
        selfHost:
          gpu: {hourlyPrice: "2.50", perReplica: 1}
          capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "1000"}
          monthlyOverhead: {engineering: "730"}
          headroomPercent: 0
          maxReplicas: 10
        api:
          prices: {inputPerMillion: "1", outputPerMillion: "4"}
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path policy = Path.of("policy.yaml");
  private Path traffic = Path.of("traffic.csv");
  private Path page = Path.of("page.html");

  @BeforeEach
  void writeFiles(@TempDir Path directory) throws IOException {
    policy = Files.writeString(directory.resolve("policy.yaml"), POLICY);
    traffic = directory.resolve("traffic.csv");
    page = directory.resolve("page.html");
  }

  @Test
  void theAnswerIsAPageAndALineThatSaysWhereItIs() throws IOException {
    traffic(7 * 144);

    int code = run("-f", policy.toString(), "--traffic", traffic.toString(), "-o", page.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("chat: SelfHost")
        .endsWith("The report of these answers: " + page + System.lineSeparator());
    // 5,000 in and 500 out a second, all week: one replica, wholly used. The API would take
    // 0.007 $/s, 18,396 a month; a replica is 1,825 and people 730.
    assertThat(Files.readString(page))
        .contains("inference/chat")
        .contains("$18,396.00")
        .contains("$2,555.00");
  }

  @Test
  void whatIsKnownWithoutACapacityIsOnThePage() throws IOException {
    // A replica is 21,900 a month and the API 18,396, whatever the replica sustains.
    Files.writeString(
        policy, POLICY.replaceAll("    capacityPerReplica:.*\n", "").replace("\"2.50\"", "\"30\""));
    traffic(7 * 144);

    run("-f", policy.toString(), "--traffic", traffic.toString(), "-o", page.toString());

    assertThat(Files.readString(page))
        .contains("The advice sends all of it to the API")
        .contains("Every token goes to the API")
        .contains("GPUs: $21,900 per month")
        .contains("Over the window: the bill of a month as now and the API&#39;s");
  }

  @Test
  void wherePeopleCostNothingNoneOfThemHaveToBeEarned() throws IOException {
    traffic(7 * 144);
    Files.writeString(
        policy,
        POLICY
            .replace("    monthlyOverhead: {engineering: \"730\"}\n", "")
            .replace("\"2.50\"", "\"30\""));
    run("-f", policy.toString(), "--traffic", traffic.toString(), "-o", page.toString());
    assertThat(Files.readString(page))
        .contains("even the best fixed number, 1 replica, would have cost more")
        .doesNotContain("people it needs");
  }

  @Test
  void aNameThatIsNoPagesIsADirectoryForTheFleet() throws IOException {
    traffic(7 * 144);
    Path directory = page.resolveSibling("pages");

    int code =
        run("-f", policy.toString(), "--traffic", traffic.toString(), "-o", directory.toString());

    assertThat(code).isZero();
    assertThat(directory.resolve("index.html")).content().contains("inference_chat.html");
    assertThat(directory.resolve("fleet.csv")).content().contains("inference,chat,llama");
  }

  @Test
  void aDirectoryThatCannotBeWrittenToIsSaidInOneLine() throws IOException {
    traffic(7 * 144);
    Path belowAFile = policy.resolve("pages");

    int code =
        run("-f", policy.toString(), "--traffic", traffic.toString(), "-o", belowAFile.toString());

    assertThat(code).isEqualTo(2);
    assertThat(err.toString().trim())
        .startsWith("breakeven: " + belowAFile + " cannot be written: ")
        .doesNotContain("Exception");
  }

  @Test
  void tooShortATrafficIsInconclusiveAndThePageSaysWhy() throws IOException {
    traffic(6);

    int code = run("-f", policy.toString(), "--traffic", traffic.toString(), "-o", page.toString());

    assertThat(code).isEqualTo(3);
    assertThat(out.toString()).contains("chat: Inconclusive");
    assertThat(Files.readString(page)).contains("stops the verdict");
  }

  @Test
  void whatOnlyAClusterShowsIsSaidToBeUnknownAndNotToBeMissing() throws IOException {
    traffic(7 * 144);
    Files.writeString(policy, POLICY.replace(", perReplica: 1", ""));

    int code = run("-f", policy.toString(), "--traffic", traffic.toString(), "-o", page.toString());

    assertThat(code).isEqualTo(3);
    assertThat(out.toString())
        .contains(
            "without a cluster it is not known how many GPUs a pod requests, and the policy does"
                + " not say how many GPUs a replica takes: set selfHost.gpu.perReplica");
  }

  @Test
  void aFileThatCannotBeWrittenIsOneLine() throws IOException {
    traffic(7 * 144);
    Path nowhere = page.resolveSibling("missing").resolve("page.html");

    int code =
        run("-f", policy.toString(), "--traffic", traffic.toString(), "-o", nowhere.toString());

    assertThat(code).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "breakeven: " + nowhere + " cannot be written: its directory does not exist");
  }

  @Test
  void withoutTrafficThereIsNothingToReport() {
    int code = run("-f", policy.toString());

    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).contains("--traffic").contains("--prometheus");
    assertThat(page).doesNotExist();
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "report";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Breakeven.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(all);
  }

  /** Steps of ten minutes, from a Monday on, with one replica that ran. */
  private void traffic(int steps) throws IOException {
    StringBuilder csv =
        new StringBuilder(
            "workload,t_s,input_tokens_per_s,output_tokens_per_s,requests_per_s,replicas\n");
    for (int i = 0; i < steps; i++) {
      csv.append("chat,").append(1_763_942_400L + 600L * i).append(",5000,500,5,1\n");
    }
    Files.writeString(traffic, csv);
  }
}
