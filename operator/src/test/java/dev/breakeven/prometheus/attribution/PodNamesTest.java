package dev.breakeven.prometheus.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.WorkloadRef;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodNamesTest {

  private static WorkloadRef workload(String text) {
    List<String> parts = List.of(text.split("/", 2));
    return new WorkloadRef(parts.get(0), parts.get(1));
  }

  private static String pointedTo(String pod, String workloads) {
    Set<WorkloadRef> found =
        PodNames.pointedTo(
            pod, Arrays.stream(workloads.split(" ")).map(PodNamesTest::workload).toList());
    return found.stream().map(WorkloadRef::toString).collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource({
    // pod, workloads, pointed to
    "chat-6d4cf56db6-2k4vw, Deployment/chat, Deployment/chat",
    "chat-7f9b8c5d4-x2x4z, Deployment/chat, Deployment/chat",
    "chat-0, StatefulSet/chat, StatefulSet/chat",
    "chat-12, StatefulSet/chat, StatefulSet/chat",
    "chat-0, LeaderWorkerSet/chat, LeaderWorkerSet/chat",
    "chat-0-3, LeaderWorkerSet/chat, LeaderWorkerSet/chat",
    "chat-6d4cf56db6-2k4vw, Rollout/chat, Rollout/chat",
    // the longest name wins
    "chat-v2-6d4cf56db6-2k4vw, Deployment/chat Deployment/chat-v2, Deployment/chat-v2",
    "chat-6d4cf56db6-2k4vw, Deployment/chat Deployment/chat-v2, Deployment/chat",
    "chat-2-0, StatefulSet/chat StatefulSet/chat-2, StatefulSet/chat-2",
    // a form tells a Deployment's pod from a StatefulSet's of the same name
    "chat-0, Deployment/chat StatefulSet/chat, StatefulSet/chat",
    "chat-6d4cf56db6-2k4vw, Deployment/chat StatefulSet/chat, Deployment/chat",
  })
  void aPodsNamePointsToOneWorkload(String pod, String workloads, String expected) {
    assertThat(pointedTo(pod, workloads)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "chat-canary-6d4cf56db6-2k4vw, Deployment/chat", // another workload's
    "chat-6d4cf56dba-2k4vw, Deployment/chat", // a vowel is in no hash
    "chat-6d4cf56db6-2k4v, Deployment/chat", // too short a suffix
    "chat-6d4cf56db6-2k4v1, Deployment/chat", // 1 looks like l
    "chat-6d4-2k4vw, Deployment/chat", // too short a hash
    "chat, Deployment/chat",
    "chat2-6d4cf56db6-2k4vw, Deployment/chat",
    "xchat-6d4cf56db6-2k4vw, Deployment/chat",
    "chat-00, StatefulSet/chat",
    "chat-1a, StatefulSet/chat",
    "chat-0-0, LeaderWorkerSet/chat", // workers count from 1
    "chat.*-0, StatefulSet/chat",
  })
  void aPodsNameOfAnotherFormPointsNowhere(String pod, String workloads) {
    assertThat(pointedTo(pod, workloads)).isEmpty();
  }

  @Test
  void aStemCutTo58LettersStillPointsToItsWorkload() {
    String name = "a-very-long-name-of-a-deployment-that-serves-a-model"; // 52
    String pod = (name + "-6d4cf56db6-").substring(0, 58) + "2k4vw";
    assertThat(pod).hasSize(63);
    assertThat(pointedTo(pod, "Deployment/" + name + " Deployment/a-very"))
        .isEqualTo("Deployment/" + name);
  }

  @Test
  void twoNamesThatAreTheSameUpToTheCutAreAmbiguous() {
    String stem = "abcdefghij".repeat(5) + "klmnopqr"; // 58
    assertThat(pointedTo(stem + "2k4vw", "Deployment/" + stem + "-one Deployment/" + stem + "-two"))
        .isEqualTo("Deployment/" + stem + "-one Deployment/" + stem + "-two");
  }

  @Test
  void aReplicaSetIsKnownByItsDeploymentsName() {
    WorkloadRef chat = workload("Deployment/chat");
    assertThat(PodNames.isReplicaSetOf("chat-6d4cf56db6", chat)).isTrue();
    assertThat(PodNames.isReplicaSetOf("chat-v2-6d4cf56db6", chat)).isFalse();
    assertThat(PodNames.isReplicaSetOf("chat", chat)).isFalse();
  }
}
