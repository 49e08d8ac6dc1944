package dev.breakeven.cli.advise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.cli.Breakeven;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an answer says, as somebody reads it who checks it by hand. A replica costs 5.00 an hour,
 * 3,650 a month, and does 10,000 input or 2,000 output tokens a second; people cost 3,000. One
 * replica of work is 5,000 and 1,000 tokens a second, for which the API asks (5,000 × 0.50 + 1,000
 * × 2.00) / 1e6 a second, 11,826 a month. A fifth is kept free.
 */
class AdviceSentencesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MONDAY = 1_793_577_600L;
  private static final int DAY = 144;
  private static final int WEEK = 7 * DAY;
  private static final String API =
      "api: {prices: {inputPerMillion: \"0.50\", outputPerMillion: \"2\"}}";

  private Path directory = Path.of("");
  private final StringBuilder rows =
      new StringBuilder("workload,t_s,input_tokens_per_s,output_tokens_per_s,replicas\n");

  @BeforeEach
  void writeHere(@TempDir Path given) {
    directory = given;
  }

  @Test
  void aPlanThatHoldsWhatRunsCostsWhatRunsCosts() throws IOException {
    traffic("w", 2 * WEEK, i -> 1.85, 2);
    JsonNode status = status(policy("", "", "planning: {scaling: Automatic}", API));
    assertThat(status.at("/advice/summary").asText())
        .isEqualTo("SelfHost: follow the load, 2 replicas, now 2");
    assertThat(total(status, "FollowingBurst")).isCloseTo(10_300, within(1.0));
  }

  @Test
  void keepingWhatServesWithoutItsHeadroomSaysSo() throws IOException {
    traffic("w", 2 * WEEK, i -> 1.9, 2);
    JsonNode status =
        status(policy("", "maxReplicas: 2", "constraints: {dataMustStay: true}", API));
    assertThat(status.at("/advice/actionMessage").asText())
        .isEqualTo(
            "the right size is 2 replicas, which served without their headroom; more would buy"
                + " headroom and save nothing");
  }

  @Test
  void whatRunsIsKeptUntilALoadTestWhereItCostsLessThanTheApi() throws IOException {
    traffic("w", 2 * WEEK, i -> 1.2, 2);
    Path policy = policy("", "", API);
    Files.writeString(
        policy, Files.readString(policy).replaceAll("(?m)^ *capacityPerReplica.*\n", ""));
    JsonNode advice = status(policy).at("/advice");
    assertThat(advice.at("/summary").asText())
        .isEqualTo("SelfHost: keep 2 replicas until one is benchmarked");
    assertThat(advice.at("/message").asText())
        .isEqualTo("your own GPUs as they run cost 10,300 USD a month, and the API 14,191 USD");
    assertThat(advice.at("/actionMessage").asText())
        .isEqualTo(
            "what runs has been enough; whether another number is better depends on what one"
                + " replica sustains");
  }

  @Test
  void theProofOfReviewsKeepsToTheLimitsOfTheApi() throws IOException {
    // At the peak 13,200 tokens/s, of which 8,000 may be planned to go to the API.
    traffic("w", 2 * WEEK, i -> i % DAY < 18 ? 2.2 : 0.2, 3);
    JsonNode status =
        status(policy("", "", API.replace("}}", "}, limits: {tokensPerMinute: 600000}}")));
    double twoReplicas = total(status, "BaselineBurst");
    assertThat(status.at("/proof/followedCost").asDouble())
        .isCloseTo(twoReplicas * 168 / 730, within(1.0));
  }

  @Test
  void tooFewReplicasForTheLimitsOfTheApiAreNotForbiddenByThePolicy() throws IOException {
    traffic("w", 2 * WEEK, i -> i % DAY < 18 ? 2.2 : 0.2, 1);
    JsonNode status =
        status(policy("", "", API.replace("}}", "}, limits: {tokensPerMinute: 600000}}")));
    assertThat(status.at("/advice/message").asText())
        .isEqualTo(
            "the API's limits leave a part of the load to own GPUs, for which 1 replica would be"
                + " too few; the cheapest number that serves everything is 2 replicas");
    assertThat(status.at("/advice/actionMessage").asText())
        .isEqualTo("what the API's limits leave over needs 2 replicas");
  }

  @Test
  void aMinimumThatAsksForMoreIsNamedInTheAction() throws IOException {
    traffic("w", 2 * WEEK, i -> 1.2, 2);
    JsonNode status = status(policy("", "minReplicas: 3", API));
    assertThat(status.at("/advice/actionMessage").asText())
        .isEqualTo("the policy asks for more: hold 3 replicas");
  }

  @Test
  void aShortPastIsCalledByItsLength() throws IOException {
    traffic("w", DAY, i -> 1.2, 6);
    JsonNode status = status(policy("", "", API));
    assertThat(status.at("/advice/message").asText()).contains("over the last 24 hours");
  }

  @Test
  void whereOnlyARangeIsKnownNoFigureIsStated() throws IOException {
    traffic("w", 5 * DAY / 2, i -> 1.2, 6);
    Path policy = policy("", "", API);
    JsonNode advice = status(policy).at("/advice");
    assertThat(advice.has("monthlySaving")).isFalse();
    assertThat(advice.has("monthlySavingLow")).isTrue();
    assertThat(text(policy)).containsPattern("saving +- +between .* from less than three days");
  }

  @Test
  void aSentenceRoundsAsTheTableDoes() throws IOException {
    traffic("w", 2 * WEEK, AdviceSentencesTest::halfDays, 4);
    String text = text(policy("", "", "planning: {scaling: Automatic}", API));
    // The API asks 20,695.50.
    assertThat(text).contains("APIOnly 20,696 USD").containsPattern("APIOnly .* 20,696\\n");
  }

  @Test
  void aModelThatTheCatalogueListsOnOtherGpusOnlyHasItsNearestNamed() throws IOException {
    traffic("w", 2 * WEEK, i -> 1.2, 2);
    Path policy = policy("", "", API);
    Files.writeString(
        policy,
        Files.readString(policy)
            .replaceAll("(?m)^ *capacityPerReplica.*\n", "")
            .replace("model: m", "model: meta-llama/Llama-3.3-70B-Instruct")
            .replace("perReplica: 2", "perReplica: 3, product: NVIDIA-H100-80GB-HBM3"));
    assertThat(text(policy))
        .containsPattern(
            "the catalogue does not list this model on these GPUs; it lists"
                + " meta-llama/Llama-3.3-70B-Instruct on \\d x NVIDIA-H100-80GB-HBM3");
  }

  @Test
  void aShareOfTokensThatRoundsToNothingIsNoZero() throws IOException {
    traffic("w", 2 * WEEK, i -> i == 2 * WEEK - 200 ? 2.1 : 1.5, 3);
    assertThat(status(policy("", "", API)).at("/advice/summary").asText())
        .startsWith("SelfHost: scale down from 3 to 2 replicas, burst to the API above ")
        .contains(" tokens/s (less than 0.1 % of tokens); saves 3,6");
  }

  @Test
  void anEndOfCommitmentsAfterWhichNothingIsSavedIsNotSpokenOf() throws IOException {
    traffic("w", 2 * WEEK, i -> 1.5, 2);
    String summary =
        status(
                policy(
                    "",
                    "reserved: {replicas: 2, hourlyPrice: \"1.80\", until: \"2099-12-31\"}",
                    "constraints: {dataMustStay: true}",
                    API))
            .at("/advice/summary")
            .asText();
    assertThat(summary)
        .startsWith("SelfHost: scale up from 2 to 3 replicas; costs 3,650 USD a month more than")
        .doesNotContain("commitments");
  }

  @Test
  void thePartsOfEachRowAddUpToItsTotal() throws IOException {
    traffic("w", 2 * WEEK, i -> 0.37 + i % 7 * 0.111, 2);
    List<MatchResult> rowsOfMoney =
        Pattern.compile("(?m)^\\w+ .* ([\\d,]+) +([\\d,]+) +([\\d,]+) +([\\d,]+) +([\\d,]+)$")
            .matcher(text(policy("", "redundantReplicas: 1", API)))
            .results()
            .toList();
    assertThat(rowsOfMoney)
        .hasSizeGreaterThan(3)
        .allSatisfy(
            row ->
                assertThat(whole(row.group(1)) + whole(row.group(2)) + whole(row.group(3)))
                    .isEqualTo(whole(row.group(5)) - whole(row.group(4))));
  }

  private static int whole(String amount) {
    return Integer.parseInt(amount.replace(",", ""));
  }

  @Test
  void theApisPriceOverTheWindowIsItsOwnWhateverElseIsPaid() throws IOException {
    traffic("w", 2 * WEEK, i -> 1.2, 2);
    Path policy =
        policy(
            "",
            """
            reserved: {replicas: 2, hourlyPrice: "1.80", until: "2099-12-31"}
                minReplicas: 1\
            """,
            API);
    // Of 6,000 tokens 5,000 cost 0.50 and 1,000 cost 2 a million.
    assertThat(status(policy).at("/cost/windowApiPerMillion").asText()).isEqualTo("0.750");
    assertThat(text(policy)).contains("over the window; the API's: 0.750");
  }

  @Test
  void eachWorkloadIsBilledForTheReplicasThatItsRowsSay() throws IOException {
    traffic("big", 2 * WEEK, i -> 1.5, 1);
    traffic("small", 2 * WEEK, i -> 0.7, 2);
    Path policy =
        policy(
            ", gpu: {hourlyPrice: \"5\"}, capacityPerReplica: {inputTokensPerSecond: \"30000\","
                + " outputTokensPerSecond: \"6000\"}}, {name: small",
            "",
            API);
    Files.writeString(policy, Files.readString(policy).replace("name: w", "name: big"));
    // One at 10.00 and two at 5.00 an hour.
    assertThat(total(status(policy), "TodaysReplicas")).isCloseTo(17_600, within(1.0));
    assertThat(text(policy))
        .contains("workload: Deployment big: 1 replica now, 1 advised")
        .contains("workload: Deployment small: 2 replicas now, 0 advised");
  }

  @Test
  void tokensOfAFileAreDemandThoughNoReplicaRan() throws IOException {
    traffic("w", 2 * WEEK, i -> 1.5, 0);
    assertThat(text(policy("", "", API))).doesNotContain("OverflowUnseen");
  }

  @Test
  void withoutWorkloadsWhatRanIsTheApi() throws IOException {
    traffic("m", 2 * WEEK, i -> 1.5, 0);
    Path policy = policy("", "", API);
    Files.writeString(policy, Files.readString(policy).replace("[{name: w}]", "[]"));
    JsonNode proof = status(policy).at("/proof");
    assertThat(proof.at("/ranCost").asDouble()).isCloseTo(17_739.0 * 168 / 730, within(1.0));
  }

  @Test
  void committedGpusAreToldApartFromThePriceOfTheApi() throws IOException {
    traffic("w", 2 * WEEK, i -> 0.2, 4);
    JsonNode status =
        status(
            policy(
                "", "reserved: {replicas: 4, hourlyPrice: \"1.80\", until: \"2999-12-31\"}", API));
    assertThat(status.at("/advice/message").asText())
        .startsWith(
            "the API costs 12,877 USD a month, 10,512 USD of it for committed GPUs that are paid"
                + " either way; ");
  }

  @Test
  void reservedGpusWithoutAnEndMakeASavingLessSure() throws IOException {
    traffic("w", 2 * WEEK, i -> 0.2, 3);
    Path policy = policy("", "", API);
    Files.writeString(
        policy,
        Files.readString(policy).replace("{hourlyPrice:", "{purchase: Reserved, hourlyPrice:"));
    assertThat(status(policy).at("/advice/confidence").asText()).isEqualTo("Medium");
    assertThat(text(policy))
        .contains(
            "! PricesKnown: CommitmentEndUnknown: the GPUs are paid as Reserved and nothing says how"
                + " many or until when: savings count those that are given up as saved at once, but"
                + " they save cash only once the commitment ends; set selfHost.reserved, or list"
                + " commitments on the rate card");
  }

  @Test
  void aReservationThatIsOverIsSaidInTheText() throws IOException {
    traffic("w", 2 * WEEK, i -> 1.2, 4);
    String text =
        text(
            policy(
                "", "reserved: {replicas: 4, hourlyPrice: \"1.80\", until: \"2020-01-31\"}", API));
    assertThat(text).containsPattern("- .*ended on 2020-01-31 and has no effect");
  }

  @Test
  void anApiThatIsNeededAndCostsMoreIsNotSaidToCostLess() throws IOException {
    traffic("w", 2 * WEEK, i -> 1.5, 2);
    JsonNode status = status(policy("", "", "constraints: {apiModelsNeeded: true}", API));
    assertThat(status.at("/advice/actionMessage").asText())
        .isEqualTo("stop all replicas; the product needs models that only an API has");
  }

  @Test
  void replicasBeyondTheHighestLoadAreExplained() throws IOException {
    // 3 × 1.25 ÷ 0.8 = 4.7 replicas, where 3 ÷ 0.8 = 3.75 would carry the load as it was.
    traffic("w", 2 * WEEK, AdviceSentencesTest::halfDays, 5);
    JsonNode status = status(policy("", "", "constraints: {customWeights: true}", API));
    assertThat(status.at("/advice/message").asText())
        .isEqualTo(
            "no API offers these weights; your own GPUs cost 21,250 USD a month: 5 replicas for"
                + " the highest load of the last 7 days and a quarter to spare");
  }

  // ---- what is asked ----

  /** Three replicas of work by night and half of one by day. */
  private static double halfDays(int step) {
    return step % DAY < DAY / 2 ? 3 : 0.5;
  }

  private void traffic(String workload, int steps, IntToDoubleFunction work, int replicas) {
    for (int i = 0; i < steps; i++) {
      double load = work.applyAsDouble(i);
      rows.append(
          "%s,%d,%s,%s,%d\n"
              .formatted(workload, MONDAY + 600L * i, 5_000 * load, 1_000 * load, replicas));
    }
  }

  private Path policy(String ofWorkload, String selfHost, String... spec) throws IOException {
    Path file = directory.resolve("policy.yaml");
    Files.writeString(
        file,
        """
        apiVersion: breakeven.dev/v1alpha1
        kind: CostPolicy
        metadata: {name: chat, namespace: inference}
        spec:
          model: m
          workloads: [{name: w%s}]
          selfHost:
            gpu: {hourlyPrice: "2.50", perReplica: 2}
            capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "2000"}
            monthlyOverhead: {engineering: "3000"}
            headroomPercent: 20
            %s
          %s
        """
            .formatted(ofWorkload, selfHost, String.join("\n  ", spec)));
    return file;
  }

  private JsonNode status(Path policy) throws IOException {
    return JSON.readTree(answer(policy, "json")).get("status");
  }

  private String text(Path policy) throws IOException {
    return answer(policy, "table");
  }

  private String answer(Path policy, String format) throws IOException {
    Path traffic = directory.resolve("traffic.csv");
    Files.writeString(traffic, rows);
    StringWriter out = new StringWriter();
    int code =
        Breakeven.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .execute(
                "advise", "-f", policy.toString(), "--traffic", traffic.toString(), "-o", format);
    assertThat(code).as(out.toString()).isZero();
    return out.toString();
  }

  private static double total(JsonNode status, String kind) {
    for (JsonNode alternative : status.at("/alternatives")) {
      if (alternative.at("/alternative").asText().equals(kind)) {
        return alternative.at("/monthlyTotal").asDouble();
      }
    }
    return Double.NaN;
  }
}
