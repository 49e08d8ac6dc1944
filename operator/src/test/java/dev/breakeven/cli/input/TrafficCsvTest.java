package dev.breakeven.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.traffic.TrafficHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficCsvTest {

  private static final String HEADER = "workload,t_s,input_tokens_per_s,output_tokens_per_s\n";

  @Test
  void aRowIsTheMeanOverTheStepThatStartsThere() {
    Map<String, TrafficHistory> read =
        TrafficCsv.parse("t.csv", HEADER + "chat,600,100,20\nchat,1200,300,40\n");

    TrafficHistory chat = read.get("chat");
    assertThat(chat).isNotNull();
    assertThat(chat.grid().startEpochSecond()).isEqualTo(600);
    assertThat(chat.grid().stepSeconds()).isEqualTo(600);
    assertThat(chat.servedAt(1).uncachedInput()).isEqualTo(300);
    assertThat(chat.servedAt(1).output()).isEqualTo(40);
    assertThat(chat.requests().isAnyMeasured()).isFalse();
  }

  @Test
  void cachedTokensArePartOfTheInput() {
    TrafficHistory chat =
        TrafficCsv.parse(
                "t.csv",
                "workload,t_s,input_tokens_per_s,output_tokens_per_s,cached_tokens_per_s,"
                    + "requests_per_s,replicas,note\n"
                    + "chat,0,100,20,30,0.5,2,x\nchat,600,100,20,30,0.5,3,y\n")
            .get("chat");

    assertThat(chat).isNotNull();
    assertThat(chat.servedAt(0).uncachedInput()).isCloseTo(70, within(1e-4));
    assertThat(chat.servedAt(0).cachedInput()).isCloseTo(30, within(1e-4));
    assertThat(chat.replicasHeld().measuredAt(1)).isEqualTo(3);
  }

  @Test
  void aRowBetweenTwoStepsIsRefusedAndDoesNotMakeTheStepShorter() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                TrafficCsv.parse(
                    "t.csv", HEADER + "a,0,1,1\na,600,1,1\na,1200,1,1\na,1201,1,1\na,1800,1,1\n"))
        .withMessage("t.csv:5: t_s 1201 is no whole number of 600 s steps");
  }

  @Test
  void aFileThatIsNoTextOrADirectoryIsOneLine(@TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("t.csv"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrafficCsv.read(file))
        .withMessage(file + ": not UTF-8 text");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrafficCsv.read(directory))
        .withMessage(directory + ": a directory");
  }

  @Test
  void aMissingRowIsAGapAndNotAZero() {
    TrafficHistory chat =
        TrafficCsv.parse("t.csv", HEADER + "chat,0,1,1\nchat,600,2,2\nchat,1800,4,4\n").get("chat");

    assertThat(chat).isNotNull();
    assertThat(chat.grid().steps()).isEqualTo(4);
    assertThat(chat.isKnown(2)).isFalse();
    assertThat(chat.isKnown(3)).isTrue();
  }

  @Test
  void workloadsMayTakeTurnsAndKeepTheirOrder() {
    assertThat(TrafficCsv.parse("t.csv", HEADER + "b,0,1,1\na,0,2,2\nb,600,1,1\na,600,2,2\n"))
        .containsOnlyKeys("b", "a")
        .hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'chat,0,1,1\nchat,0,1,1' | t.csv:3: t_s 0 does not come after 0 of its workload",
        "'chat,0,1,1\nchat,600,-1,1' | t.csv:3: input_tokens_per_s \"-1\" is not a number from 0",
        "'chat,0,1,1\nchat,600,NaN,1' | t.csv:3: input_tokens_per_s \"NaN\" is not a number",
        "'chat,0,1,1\nchat,600,1,many' | t.csv:3: output_tokens_per_s \"many\" is not a number",
        "'chat,0,1,1\nchat,1e99,1,1' | t.csv:3: t_s \"1e99\" is not whole seconds UTC",
        "'chat,0,1,1\nchat,600' | t.csv:3: only 2 columns",
        "'chat,0,1,1\nchat,600,1,1d' | t.csv:3: output_tokens_per_s \"1d\" is not a number",
        "'chat,0,1,1\nchat,600,0x1p3,1' | t.csv:3: input_tokens_per_s \"0x1p3\" is not a number",
        "'chat,0,1,1\n,600,1,1' | t.csv:3: no workload",
        "'chat,0,1,1\nchat,600,1,1\nchat,1500,1,1' | t.csv:4: t_s 1500 is no whole number of 600 s",
        "'chat,300,1,1\nchat,900,1,1' | t.csv:2: t_s 300 of chat is no multiple of the 600 s step",
        "'chat,0,1,1' | t.csv: the step is unknown: no workload has two rows",
        "'chat,0,1,1\nchat,600,1,1\nchat,1000000200,1,1' | more than 500000",
      })
  void whatIsWrongIsNamedWithItsLine(String rows, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrafficCsv.parse("t.csv", HEADER + rows + "\n"))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void aCommaInsideANumberDoesNotMoveTheColumnsBehindIt() {
    String header = "workload,t_s,input_tokens_per_s,output_tokens_per_s,replicas\n";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrafficCsv.parse("t.csv", header + "chat,0,1,1,3\nchat,600,1,1,5,3\n"))
        .withMessage("t.csv:3: 6 columns, more than the header's 5");
    assertThat(TrafficCsv.parse("t.csv", header + "chat,0,1,1,3,\nchat,600,1,1,3,\n")).hasSize(1);
  }

  @Test
  void moreReplicasThanThereCanBeAreRefusedAndDoNotOverflow() {
    String header = "workload,t_s,input_tokens_per_s,output_tokens_per_s,replicas\n";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrafficCsv.parse("t.csv", header + "chat,0,1,1,2147483648\n"))
        .withMessage("t.csv:2: replicas \"2147483648\" is not a whole number up to 1e6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrafficCsv.parse("t.csv", header + "chat,0,1,1,2.5\n"))
        .withMessage("t.csv:2: replicas \"2.5\" is not a whole number up to 1e6");
  }

  @Test
  void aColumnThatStandsTwiceIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                TrafficCsv.parse(
                    "t.csv", "workload,t_s,input_tokens_per_s,output_tokens_per_s,replicas,t_s\n"))
        .withMessage("t.csv:1: the header has the column t_s twice");
  }

  @Test
  void ofACellThatIsLongAndWrongOnlyTheStartIsRepeated() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> TrafficCsv.parse("t.csv", HEADER + "chat,0,%s,1\n".formatted("9".repeat(400))))
        .withMessage(
            "t.csv:2: input_tokens_per_s \""
                + "9".repeat(80)
                + "…\" is not a number from 0 to 1e12");
  }

  @Test
  void aHeaderWithoutAColumnThatIsNeededIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrafficCsv.parse("t.csv", "workload,t_s,input_tokens_per_s\n"))
        .withMessage("t.csv:1: the header has no column output_tokens_per_s");
  }

  @Test
  void anEmptyFileSaysWhatAHeaderIs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrafficCsv.parse("t.csv", ""))
        .withMessageStartingWith("t.csv: no rows; the header is workload,t_s");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrafficCsv.read(Path.of("/nowhere/t.csv")))
        .withMessage("/nowhere/t.csv: no such file");
  }
}
