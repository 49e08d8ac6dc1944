package dev.breakeven.render.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MonitoringIT {

  @Test
  void oneScrapeHoldsThePoliciesTheOperatorAndItsJvm() throws Exception {
    try (Monitoring monitoring =
        Monitoring.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            "0.1.0",
            100,
            Monitoring.EndpointSecurity.OPEN,
            Probe.Condition.Passing::new,
            Probe.Condition.Passing::new,
            Optional.empty())) {
      monitoring.policies().answered("ns", "chat", "llama", SampleAdvice.hybrid());
      monitoring.operator().leads(true);

      String text =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(
                              "http://127.0.0.1:" + monitoring.address().getPort() + "/metrics"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();

      assertThat(text)
          .contains("breakeven_policy_utilization_ratio{namespace=\"ns\",policy=\"chat\",} 0.4")
          .contains("breakeven_leader 1.0")
          .contains("breakeven_build_info{version=\"0.1.0\"")
          .contains("jvm_memory_")
          .contains("process_start_time_seconds");
    }
  }
}
