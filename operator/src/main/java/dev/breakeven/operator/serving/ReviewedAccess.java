package dev.breakeven.operator.serving;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.cluster.ApiFailure;
import dev.breakeven.cluster.OutageLog;
import dev.breakeven.render.metrics.ScrapeAccess;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewSpecBuilder;
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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Who may read {@code /metrics} and the policies of a namespace by the cluster's own rules, as
 * kube-rbac-proxy does it: the API server names the user of a token and what the user may do. The
 * answer is cached for a minute, by the token's hash.
 */
public final class ReviewedAccess implements ScrapeAccess {

  private static final String SUBJECT = "review of who reads the monitoring port";
  private static final Duration HOLDS_FOR = Duration.ofMinutes(1);
  private static final int MOST_REMEMBERED = 1024;

  private final KubernetesClient client;
  private final OutageLog outages;
  private final Clock clock;
  private final Map<String, Reviewed<Decision>> decisions = new ConcurrentHashMap<>();
  private final Map<String, Reviewed<Optional<UserInfo>>> users = new ConcurrentHashMap<>();

  private record Reviewed<T>(T value, Instant at) {}

  public ReviewedAccess(KubernetesClient client, OutageLog outages, Clock clock) {
    this.client = client;
    this.outages = outages;
    this.clock = clock;
  }

  @Override
  public Decision of(String bearerToken) {
    return decision(
        bearerToken,
        "/metrics",
        new SubjectAccessReviewSpecBuilder()
            .withNewNonResourceAttributes()
            .withPath("/metrics")
            .withVerb("get")
            .endNonResourceAttributes());
  }

  /**
   * Whether the owner of a token may list policies.
   *
   * @param namespace of which; empty: of all
   */
  public Decision ofPolicies(String bearerToken, String namespace) {
    return decision(
        bearerToken,
        "policies/" + namespace,
        new SubjectAccessReviewSpecBuilder()
            .withNewResourceAttributes()
            .withGroup(CostPolicy.GROUP)
            .withResource("costpolicies")
            .withNamespace(namespace)
            .withVerb("list")
            .endResourceAttributes());
  }

  private Decision decision(String token, String what, SubjectAccessReviewSpecBuilder access) {
    if (token.isEmpty()) {
      return Decision.UNAUTHENTICATED;
    }
    Instant now = clock.instant();
    String hash = hash(token);
    try {
      Optional<UserInfo> user = remembered(users, hash, now, () -> owner(token));
      Decision decision =
          user.isEmpty()
              ? Decision.UNAUTHENTICATED
              : remembered(decisions, hash + " " + what, now, () -> may(user.get(), access));
      outages.ended(SUBJECT);
      return decision;
    } catch (KubernetesClientException e) {
      outages.failed(SUBJECT, ApiFailure.words(e));
      return Decision.UNDECIDED;
    }
  }

  private static <T> T remembered(
      Map<String, Reviewed<T>> known, String key, Instant now, Supplier<T> review) {
    Reviewed<T> before = known.get(key);
    if (before != null && Duration.between(before.at(), now).abs().compareTo(HOLDS_FOR) < 0) {
      return before.value();
    }
    T value = review.get();
    if (known.size() >= MOST_REMEMBERED) {
      known.clear();
    }
    known.put(key, new Reviewed<>(value, now));
    return value;
  }

  private Optional<UserInfo> owner(String token) {
    TokenReview who =
        client
            .resource(new TokenReviewBuilder().withNewSpec().withToken(token).endSpec().build())
            .create();
    return who.getStatus() != null && Boolean.TRUE.equals(who.getStatus().getAuthenticated())
        ? Optional.of(who.getStatus().getUser())
        : Optional.empty();
  }

  private Decision may(UserInfo user, SubjectAccessReviewSpecBuilder access) {
    SubjectAccessReview may =
        client
            .resource(
                new SubjectAccessReviewBuilder()
                    .withSpec(
                        access
                            .withUser(user.getUsername())
                            .withUid(user.getUid())
                            .withGroups(user.getGroups())
                            .build())
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
