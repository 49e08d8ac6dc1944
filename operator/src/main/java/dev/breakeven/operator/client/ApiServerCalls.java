package dev.breakeven.operator.client;

import dev.breakeven.cluster.ApiFailure;
import dev.breakeven.cluster.OutageLog;
import dev.breakeven.http.RetryAfter;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Notes which collections of the API server can be listed and watched, whoever asks for them:
 * informers try again and again, and say so in ways that differ by library and version. One that
 * fails is working again when it has answered and has not failed for a while.
 */
public final class ApiServerCalls implements Interceptor {

  /** The longest wait of an informer between two attempts is below this. */
  private static final Duration SETTLED_AFTER = Duration.ofSeconds(12);

  /** A collection, or one of one namespace: no name follows. */
  private static final Pattern COLLECTION =
      Pattern.compile("/(?:api|apis/[^/]+)/[^/]+(?:/namespaces/([^/]+))?/([a-z]+)");

  private static final int CLIENT_ERROR = 400;

  /** Within this a watch begins. */
  private static final int BEGINNING_SECONDS = 10;

  /** Whatever {@code Retry-After} says; what has to wait longer, does so itself. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final OutageLog outages;
  private final Clock clock;
  private final Map<String, Failing> failing = new ConcurrentHashMap<>();

  private final AtomicInteger watchesBegun = new AtomicInteger();

  /**
   * A collection that failed.
   *
   * @param failed when last
   * @param answered whether it has been answered since
   */
  private record Failing(Instant failed, boolean answered) {}

  ApiServerCalls(OutageLog outages, Clock clock) {
    this.outages = outages;
    this.clock = clock;
  }

  /** The client waits a minute for a watch to begin; a connection may be dead, and not closed. */
  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (builder instanceof WebSocket.Builder watch) {
      var unused = watch.connectTimeout(BEGINNING_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.@Nullable Consumer<List<ByteBuffer>> consumer) {
    answered(request, response.code());
  }

  @Override
  public CompletableFuture<Boolean> afterFailure(
      BasicBuilder builder, HttpResponse<?> response, RequestTags tags) {
    if (response == null) {
      return CompletableFuture.completedFuture(false);
    }
    if (response.request() != null) {
      answered(response.request(), response.code());
    }
    Duration wait = wait(response);
    // The caller gets the time after which the API server accepts the next request.
    return wait.isZero()
        ? CompletableFuture.completedFuture(false)
        : new CompletableFuture<Boolean>()
            .completeOnTimeout(false, wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The lease runs out meanwhile, and an API server gives its renewal a way of its own. */
  private Duration wait(HttpResponse<?> response) {
    return RetryAfter.mayComeWith(response.code()) && !isOfALease(response.request())
        ? RetryAfter.of(
            Objects.requireNonNullElse(response.header("Retry-After"), ""),
            clock.instant(),
            LONGEST_WAIT)
        : Duration.ZERO;
  }

  private static boolean isOfALease(@Nullable HttpRequest request) {
    return request != null && request.uri().getPath().contains("/leases");
  }

  @Override
  public void afterConnectionFailure(HttpRequest request, Throwable failure) {
    if ("GET".equals(request.method())) {
      subject(request.uri()).ifPresent(subject -> failed(subject, "no answer"));
    }
  }

  private void answered(HttpRequest request, int code) {
    if (!"GET".equals(request.method())) {
      return;
    }
    if (code < CLIENT_ERROR && isWatch(request.uri())) {
      watchesBegun.incrementAndGet();
    }
    Optional<String> subject = subject(request.uri());
    if (subject.isEmpty() || code == HttpURLConnection.HTTP_GONE) {
      return;
    }
    if (code >= CLIENT_ERROR) {
      failed(subject.get(), ApiFailure.words(code));
    } else {
      failing.computeIfPresent(subject.get(), (key, f) -> new Failing(f.failed(), true));
    }
  }

  /** How many watches have begun until now, those that were taken up again included. */
  public int watchesBegun() {
    return watchesBegun.get();
  }

  private static boolean isWatch(URI uri) {
    return uri.getQuery() != null && uri.getQuery().contains("watch=true");
  }

  /** A collection's answers are good for nothing. */
  public void failed(String subject, String why) {
    failing.put(subject, new Failing(clock.instant(), false));
    outages.failed(subject, why);
  }

  /** Says of those that work again that they do; to be called every few seconds. */
  public void settle() {
    Instant now = clock.instant();
    failing.forEach(
        (subject, state) -> {
          boolean settled = Duration.between(state.failed(), now).compareTo(SETTLED_AFTER) > 0;
          if (state.answered() && settled && failing.remove(subject, state)) {
            outages.ended(subject);
          }
        });
  }

  /** What is waited for, each with the reason; empty where all is well. */
  public Map<String, String> waitedFor() {
    Map<String, String> waiting = new TreeMap<>();
    failing.forEach(
        (subject, state) -> {
          if (!state.answered()) {
            waiting.put(subject, outages.reason(subject).orElse("no answer"));
          }
        });
    return waiting;
  }

  /** Such as {@code reading of costpolicies in namespace chat}. */
  public static String subject(String plural, String namespace) {
    return "reading of " + plural + (namespace.isEmpty() ? "" : " in namespace " + namespace);
  }

  private static Optional<String> subject(URI uri) {
    Matcher path = COLLECTION.matcher(uri.getPath());
    return path.matches()
        ? Optional.of(subject(path.group(2), path.group(1) == null ? "" : path.group(1)))
        : Optional.empty();
  }
}
