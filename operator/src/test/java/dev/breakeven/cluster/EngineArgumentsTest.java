package dev.breakeven.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineArgumentsTest {

  private static OptionalInt of(List<String> args) {
    return EngineArguments.requestsAtOnce(Map.of("containers", List.of(Map.of("args", args))));
  }

  @ParameterizedTest
  @CsvSource({
    "--max-num-seqs 64, 64",
    "--max-num-seqs=64, 64",
    "vllm serve m --max_num_seqs 64 --port 8000, 64",
    "--max-running-requests 48, 48",
    "--max_batch_size 128, 128",
    "--max-concurrent-requests=32, 32",
    "--parallel 8, 8",
  })
  void eachEnginesOwnWordForItIsUnderstood(String command, int requests) {
    assertThat(of(List.of(command.split(" ")))).hasValue(requests);
    assertThat(of(List.of("-c", "exec " + command))).hasValue(requests);
  }

  @Test
  void whatIsNoNumberOrAnotherArgumentSaysNothing() {
    assertThat(of(List.of("--max-num-seqs", "$SEQS"))).isEmpty();
    assertThat(of(List.of("--tensor-parallel-size", "4", "--parallelism=8"))).isEmpty();
    assertThat(EngineArguments.requestsAtOnce(Map.of())).isEmpty();
  }
}
