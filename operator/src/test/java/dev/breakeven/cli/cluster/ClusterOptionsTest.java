package dev.breakeven.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterOptionsTest {

  private static final Config OF_NO_FILE =
      new ConfigBuilder().withMasterUrl("https://kubernetes.default.svc/").build();

  @Test
  void theAddressOfPodsIsNoClusterOutsideOfOne() {
    assertThat(ClusterOptions.isOfNoCluster(OF_NO_FILE, Map.of())).isTrue();
    assertThat(
            ClusterOptions.isOfNoCluster(OF_NO_FILE, Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1")))
        .isFalse();
  }

  @Test
  void anAddressOfAKubeconfigIsACluster() {
    Config named = new ConfigBuilder().withMasterUrl("https://127.0.0.1:6443/").build();
    assertThat(ClusterOptions.isOfNoCluster(named, Map.of())).isFalse();
  }
}
