package dev.breakeven.cli.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.cli.ProgramRun;
import dev.breakeven.testing.Finished;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficCommandTest {

  private static final String LOG = "time,model,input_tokens,output_tokens\n1793527200,m,600,60\n";

  private static final String TRAFFIC =
      """
      workload,t_s,input_tokens_per_s,output_tokens_per_s,requests_per_s
      m,1793527200,1,0.1,0.001666666667
      """;

  @TempDir Path directory = Path.of("");

  private String out = "";
  private String err = "";

  @Test
  void standardInputIsRead() {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(LOG.getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(run("traffic", "-")).isZero();
    } finally {
      System.setIn(before);
    }
    assertThat(out).isEqualTo(TRAFFIC);
  }

  @Test
  void compressedFilesAreUnpacked() throws IOException {
    Path log = directory.resolve("log.csv.gz");
    try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(log))) {
      file.write(LOG.getBytes(StandardCharsets.UTF_8));
    }
    Path traffic = directory.resolve("traffic.csv");
    assertThat(run("traffic", log.toString(), "-o", traffic.toString())).isZero();
    assertThat(traffic).content().isEqualTo(TRAFFIC);
  }

  @Test
  void silentStepsAndPartialOnesAreSaid() throws IOException {
    // 10:00 and 11:30: two steps of an hour for an hour and a half.
    Path log = write("log.csv", LOG + "1793532600,m,600,60\n");
    assertThat(run("traffic", log.toString(), "--step", "1h")).isZero();
    assertThat(err)
        .contains("2 rows from 2026-11-01T10:00:00Z to 2026-11-01T12:00:00Z: 2 steps of 1h")
        .contains("2h of steps for 90m of log, so rates and monthly figures are 25 % below")
        .contains("steps of 1h average the peaks within them");
    assertThat(run("traffic", log.toString())).isZero();
    assertThat(err).contains("silent in 8 of 10 steps, written as 0");
  }

  @Test
  void whatIsTakenFromTheTimesIsSaid() throws IOException {
    StringBuilder log = new StringBuilder("hour,input_tokens,output_tokens\n");
    for (String hour : List.of("00", "01", "02", "02", "03", "04", "05", "06")) {
      log.append("2026-10-25 %s:00,600,60\n".formatted(hour));
    }
    Path file = write("log.csv", log.toString());
    assertThat(run("traffic", file.toString(), "--zone", "Europe/Berlin")).isZero();
    assertThat(err)
        .contains("times have no offset, and are read as UTC or as --zone says")
        .contains("each is taken to count the 1h until the next; --bucket says otherwise")
        .contains("without saying how many, so requests and their mean lengths are not known")
        .contains("2 rows in the hour that clocks show twice as they are put back");
  }

  @Test
  void aCopyOfACompressedFileThatIsNotWholeIsNamed() throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream file = new GZIPOutputStream(zipped)) {
      file.write(LOG.getBytes(StandardCharsets.UTF_8));
    }
    Path log = directory.resolve("log.csv.gz");
    Files.write(log, Arrays.copyOf(zipped.toByteArray(), zipped.size() - 12));
    assertThat(run("traffic", log.toString())).isEqualTo(2);
    assertThat(err).contains(log + ": ends too early; the copy is not whole");
  }

  @Test
  void aLongSilenceAsksWhetherTheLogIsComplete() throws IOException {
    Path log = write("log.csv", LOG + "1793700000,m,600,60\n");
    assertThat(run("traffic", log.toString())).isZero();
    assertThat(err)
        .contains("nothing is logged from 2026-11-01T10:10:00Z to 2026-11-03T10:00:00Z")
        .doesNotContain("offset");
  }

  @Test
  void aBadRowEndsItInOneLineAndIsCountedWhereItIsPassedOver() throws IOException {
    Path log = write("log.csv", LOG + "soon,m,600,60\n");
    assertThat(run("traffic", log.toString())).isEqualTo(2);
    assertThat(err).startsWith("breakeven: " + log + ":3: time \"soon\" is no time");
    assertThat(run("traffic", log.toString(), "--skip-bad")).isZero();
    assertThat(err).contains("1 row passed over; the first: " + log + ":3:");
  }

  @Test
  void aCopyThatIsNotWholeIsToldInASentence() throws IOException {
    Path log = directory.resolve("log.csv.gz");
    try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(log))) {
      file.write(LOG.getBytes(StandardCharsets.UTF_8));
    }
    byte[] whole = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOf(whole, whole.length - 9));
    assertThat(run("traffic", log.toString())).isEqualTo(2);
    assertThat(err).contains(log + ": ends too early; the copy is not whole");
  }

  @Test
  void aCommandWithoutOptionsForColumnsSaysWhoHasThem() throws IOException {
    Path log = write("log.csv", LOG.replace("time", "Zeit"));
    int code = run("advise", "-f", policy(), "--requests", log.toString());
    assertThat(code).isEqualTo(2);
    assertThat(err).contains("name the column with --time (the traffic command has the options");
  }

  @Test
  void theNameAtTheGatewayFindsTheModelInTheGatewaysLog() throws IOException {
    Path log = write("log.csv", LOG + "1793527200,n,600,60\n");
    Path policy =
        write(
            "gateway.yaml",
            Files.readString(Path.of(policy()))
                .replace("workloads: [{name: chat}]", "gatewayModelName: n"));
    run("advise", "-f", policy.toString(), "--requests", log.toString());
    assertThat(out).contains("verdict");
  }

  @Test
  void aPolicyOfNoModelOfTheLogIsToldWhichThereAre() throws IOException {
    Path log = write("log.csv", LOG + "1793527200,n,600,60\n");
    assertThat(run("advise", "-f", policy(), "--requests", log.toString())).isEqualTo(2);
    assertThat(err)
        .contains(
            "none of its 2 workloads (m, n) is called chat or org/llama: set engineModelName or"
                + " gatewayModelName in the policy's spec to the one that serves its model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7m", "2d", "0s", "soon"})
  void aStepThatDoesNotDivideADayIsRefused(String step) throws IOException {
    Path log = write("log.csv", LOG);
    assertThat(run("traffic", log.toString(), "--step", step)).isEqualTo(2);
    assertThat(err).startsWith("breakeven: --step").hasLineCount(1);
  }

  @Test
  void aPolicyIsAnsweredFromALogInOneGo() throws IOException {
    // One request of 600 s each 10 minutes, all week: 5,000 input and 500 output tokens a second.
    StringBuilder log =
        new StringBuilder("startTime,endTime,model,prompt_tokens,completion_tokens\n");
    for (int i = 0; i < 7 * 144; i++) {
      long t = 1_793_577_600L + 600L * i;
      log.append("%d,%d,hosted_vllm/org/llama,3000000,300000\n".formatted(t, t + 600));
      log.append("%d,%d,other,3000000,300000\n".formatted(t, t + 600));
    }
    int code =
        run(
            "advise",
            "-f",
            policy(),
            "--requests",
            write("log.csv", log.toString()).toString(),
            "-o",
            "json");
    assertThat(code).isZero();
    JsonNode status = new ObjectMapper().readTree(out).at("/status");
    // (5,000 × 1 + 500 × 4) ÷ 1e6 × 730 × 3,600
    assertThat(status.at("/cost/api/monthly").asText() + status.toString()).contains("18396");
  }

  private String policy() throws IOException {
    return write(
            "policy.yaml",
            """
            apiVersion: breakeven.dev/v1alpha1
            kind: CostPolicy
            metadata: {name: chat, namespace: inference}
            spec:
              model: org/llama
              workloads: [{name: chat}]
              selfHost:
                gpu: {hourlyPrice: "2.50", perReplica: 1}
                capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "1000"}
              api:
                prices: {inputPerMillion: "1", outputPerMillion: "4"}
            """)
        .toString();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private int run(String... arguments) {
    Finished run = ProgramRun.of(arguments);
    out = run.output();
    err = run.errors();
    return run.exitCode();
  }
}
