package dev.breakeven.operator;

import dev.breakeven.cluster.ApiFailure;
import dev.breakeven.cluster.OutageLog;
import dev.breakeven.render.metrics.ScrapeAccess;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who may read {@code /metrics} by the cluster's own rules, as kube-rbac-proxy has it: the API
 * server says whose a token is, and whether he may {@code get} the URL. What it said holds for a
 * minute; tokens are remembered by their hash.
 */
final class ReviewedAccess implements ScrapeAccess {

  private static final String SUBJECT = "review of who reads /metrics";
  private static final Duration HOLDS_FOR = Duration.ofMinutes(1);
  private static final int MOST_REMEMBERED = 256;

  private final KubernetesClient client;
  private final OutageLog outages;
  private final Clock clock;
  private final Map<String, Reviewed> byToken = new ConcurrentHashMap<>();

  private record Reviewed(Decision decision, Instant at) {}

  ReviewedAccess(KubernetesClient client, OutageLog outages, Clock clock) {
    this.client = client;
    this.outages = outages;
    this.clock = clock;
  }

  @Override
  public Decision of(String bearerToken) {
    if (bearerToken.isEmpty()) {
      return Decision.UNAUTHENTICATED;
    }
    Instant now = clock.instant();
    String hash = hash(bearerToken);
    Reviewed known = byToken.get(hash);
    if (known != null && Duration.between(known.at(), now).abs().compareTo(HOLDS_FOR) < 0) {
      return known.decision();
    }
    try {
      Decision decision = reviewed(bearerToken);
      outages.ended(SUBJECT);
      if (byToken.size() >= MOST_REMEMBERED) {
        byToken.clear();
      }
      byToken.put(hash, new Reviewed(decision, now));
      return decision;
    } catch (KubernetesClientException e) {
      outages.failed(SUBJECT, ApiFailure.words(e));
      return Decision.UNDECIDED;
    }
  }

  private Decision reviewed(String token) {
    TokenReview who =
        client
            .resource(new TokenReviewBuilder().withNewSpec().withToken(token).endSpec().build())
            .create();
    if (who.getStatus() == null || !Boolean.TRUE.equals(who.getStatus().getAuthenticated())) {
      return Decision.UNAUTHENTICATED;
    }
    UserInfo user = who.getStatus().getUser();
    SubjectAccessReview may =
        client
            .resource(
                new SubjectAccessReviewBuilder()
                    .withNewSpec()
                    .withUser(user.getUsername())
                    .withUid(user.getUid())
                    .withGroups(user.getGroups())
                    .withNewNonResourceAttributes()
                    .withPath("/metrics")
                    .withVerb("get")
                    .endNonResourceAttributes()
                    .endSpec()
                    .build())
            .create();
    return may.getStatus() != null && Boolean.TRUE.equals(may.getStatus().getAllowed())
        ? Decision.ALLOWED
        : Decision.FORBIDDEN;
  }

  private static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
