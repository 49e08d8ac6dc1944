package dev.breakeven.render.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FleetCsvTest {

  @Test
  void everyColumnHasAValueOrIsEmpty() {
    List<String> lines =
        FleetCsv.of(List.of(SampleAnswers.chat(), SampleAnswers.unknown()), List.of())
            .lines()
            .toList();

    assertThat(lines.get(0))
        .isEqualTo(
            "namespace,policy,model,as_of,currency,verdict,confidence,replicas_now,"
                + "replicas_advised,saving_per_month,as_now_per_month,committed_per_month,"
                + "api_per_month,"
                + "ours_input_per_million,ours_cached_input_per_million,ours_output_per_million,"
                + "ours_at_target_input_per_million,ours_at_target_cached_input_per_million,"
                + "ours_at_target_output_per_million,"
                + "api_input_per_million,api_cached_input_per_million,api_output_per_million");
    assertThat(lines.get(1)).startsWith("inference,chat,").contains(",USD,Hybrid,");
    assertThat(lines.get(2)).startsWith("lab,unheard,unheard/of,").endsWith(",,,,,,,,,,,,");
    assertThat(lines).hasSize(3);
  }

  @Test
  void aPolicyWithoutAnAnswerIsALineWithItsName() {
    String csv =
        FleetCsv.of(List.of(), List.of(new FleetPage.Unanswered("lab", "silent", "no traffic")));

    assertThat(csv.lines().skip(1)).containsExactly("lab,silent" + ",".repeat(20));
  }

  @Test
  void aNameWithACommaStaysOneCell() {
    String csv = FleetCsv.of(List.of(SampleAnswers.saying("a,\"b")), List.of());

    assertThat(csv).contains("\"a,\"\"b\",\"a,\"\"b\"");
  }
}
