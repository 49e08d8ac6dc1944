package dev.breakeven.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.cli.Breakeven;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-20T12:05:00Z"), ZoneOffset.UTC);

  @Test
  void theSameVolumeSteadyOrInBurstsHasOppositeVerdicts() {
    List<EvaluatedPolicy> policies = DemoCommand.evaluate(CLOCK);

    CostPolicyStatus steady = policies.get(0).status();
    CostPolicyStatus bursty = policies.get(1).status();
    assertThat(Objects.requireNonNull(steady.advice()).verdict()).isEqualTo("SelfHost");
    assertThat(Objects.requireNonNull(bursty.advice()).verdict()).isEqualTo("API");
    assertThat(tokensPerMonth(steady)).isCloseTo(tokensPerMonth(bursty), within(1e7));
  }

  @Test
  void everyReplicaShowsItsSeries() {
    assertThat(DemoCommand.evaluate(CLOCK))
        .flatExtracting(evaluated -> evaluated.status().conditions())
        .extracting(CostPolicyStatus.Condition::reason)
        .isNotEmpty()
        .doesNotContain("PartialAnswer");
  }

  @Test
  void theApiBillIsThatOfTheTokensAtTheListPrices() {
    // Six requests/s of 1,000 uncached, 500 cached and 500 output tokens, 2,628,000 s a month:
    // 15,768 M at 0.60, 7,884 M at 0.30 and 7,884 M at 2.40 are 9,460.80 + 2,365.20 + 18,921.60.
    CostPolicyStatus.Cost cost =
        Objects.requireNonNull(DemoCommand.evaluate(CLOCK).get(0).status().cost());

    assertThat(Double.parseDouble(Objects.requireNonNull(apiTotal(cost))))
        .isCloseTo(30_747.60, within(1.0));
  }

  @Test
  void itPrintsBothAnswersAndWhyTheyDifferAndWritesThemAsAPage(@TempDir Path directory)
      throws IOException {
    StringWriter out = new StringWriter();
    Path page = directory.resolve("page.html");

    int code =
        Breakeven.commandLine()
            .setOut(new PrintWriter(out))
            .execute("demo", "--report", page.toString());

    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("== steady", "SelfHost: ", "== bursty", "API: ", "APIOnly", "Why they differ")
        .contains("The report of these answers: " + page)
        .as("nothing is stalled, so nothing is said of it")
        .doesNotContain("Stalled");
    assertThat(Files.readString(page)).contains("2 policies").contains("steady").contains("bursty");
  }

  @Test
  void theReadmeQuotesTheDemoAsItIs(@TempDir Path directory) throws IOException {
    StringWriter out = new StringWriter();
    Breakeven.commandLine()
        .setOut(new PrintWriter(out))
        .execute("demo", "--report", directory.resolve("page.html").toString());

    String quoted =
        Files.readString(Path.of("..", "README.md")).split("```text\n", 2)[1].split("```", 2)[0];

    assertThat(quoted.lines()).hasSize(6).isSubsetOf(out.toString().lines().toList());
  }

  private static @org.jspecify.annotations.Nullable String apiTotal(CostPolicyStatus.Cost cost) {
    return Objects.requireNonNull(cost.apiPerMonth()).total();
  }

  private static double tokensPerMonth(CostPolicyStatus status) {
    return Double.parseDouble(
        Objects.requireNonNull(Objects.requireNonNull(status.observed()).tokensPerMonth()));
  }
}
