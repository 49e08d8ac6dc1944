package dev.breakeven.prometheus.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakeven.http.RetryAfter;
import dev.breakeven.prometheus.client.SourceFailure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server over HTTP. Follows no redirect, so that no credential reaches another origin; holds
 * the whole answer, not only its head, to the time and the bytes allowed; reads credentials anew
 * when their files change.
 */
public final class HttpTransport implements Transport {

  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** Whatever {@code Retry-After} says: the server may be well in the next cycle. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private static final int FIRST_REDIRECT = 300;
  private static final int FIRST_CLIENT_ERROR = 400;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final Set<String> GZIP = caseInsensitive("gzip", "x-gzip");
  private static final int UNPACKED_AT_ONCE = 1 << 14;

  // One thread cuts off the answers that dawdle, for every source.
  private static final ScheduledExecutorService DEADLINES =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "prometheus-deadlines");
            thread.setDaemon(true);
            return thread;
          });

  private final Endpoint endpoint;
  private final LongSupplier nanos;
  private final Object lock = new Object();
  private volatile boolean byGet;
  private volatile boolean hasAnswered = true; // or nothing was asked yet
  private @Nullable HttpClient client; // guarded by lock, as is the next
  private String clientStamp = "";
  private volatile @Nullable Pause pause;

  /** No request is sent until this time, as a response of this status requested. */
  private record Pause(long untilNanos, int status) {}

  public HttpTransport(Endpoint endpoint) {
    this(endpoint, System::nanoTime);
  }

  /**
   * @param nanos a clock that does not go back, nanoseconds
   */
  HttpTransport(Endpoint endpoint, LongSupplier nanos) {
    this.endpoint = endpoint;
    this.nanos = nanos;
  }

  @Override
  public HttpResult ask(ApiRequest request) {
    Pause before = pause;
    if (before != null && before.untilNanos() - nanos.getAsLong() > 0) {
      return failed(
          Reason.THROTTLED,
          "HTTP %d, and its Retry-After is not over yet".formatted(before.status()));
    }
    long started = System.nanoTime();
    HttpRequest.Builder http = request(request, byGet);
    HttpClient through;
    try {
      endpoint.headers().forEach(http::header);
      authenticate(http);
      through = client();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      // The exception may hold what stands in the file: its kind is all that is said.
      return failed(
          Reason.CREDENTIALS_UNREADABLE,
          "a credential, certificate or header cannot be used ("
              + e.getClass().getSimpleName()
              + ")");
    }
    try {
      HttpResponse<InputStream> response = send(through, http, started);
      if (response.statusCode() == METHOD_NOT_ALLOWED && !byGet) {
        // Proxies in front of a server often allow only GET; GET is used from now on.
        response.body().close();
        http = request(request, true);
        endpoint.headers().forEach(http::header);
        authenticate(http);
        response = send(through, http, started);
        byGet = response.statusCode() != METHOD_NOT_ALLOWED;
      }
      int status = response.statusCode();
      if (status >= FIRST_REDIRECT && status < FIRST_CLIENT_ERROR) {
        response.body().close();
        return failed(Reason.REDIRECTED, "it answers with a redirect, which is not followed");
      }
      noteWait(response);
      InputStream body = new BoundedBody(response.body(), leftSince(started));
      boolean isPacked =
          response.headers().firstValue("Content-Encoding").filter(GZIP::contains).isPresent();
      return new HttpResult.Answered(
          status,
          isPacked ? new Unpacked(body, endpoint.maxAnswerBytes(), this::saysTooLarge) : body);
    } catch (HttpTimeoutException e) {
      return failed(Reason.TIMEOUT, "no answer within " + endpoint.timeout().toSeconds() + " s");
    } catch (SSLException e) {
      return failed(Reason.UNREACHABLE, "no TLS connection: " + TlsFiles.words(e));
    } catch (IllegalArgumentException e) {
      // Thrown by the client for an invalid header, such as a length that is no number.
      return failed(Reason.UNREACHABLE, "what it answers is not HTTP");
    } catch (IOException e) {
      return failed(Reason.UNREACHABLE, noConnection(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(Reason.UNREACHABLE, "interrupted while asking");
    }
  }

  private static String noConnection(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return "no connection: the host name is not known";
      }
    }
    return failure instanceof ConnectException
        ? "no connection: nothing listens there, or it cannot be reached"
        : "the connection broke (" + failure.getClass().getSimpleName() + ")";
  }

  private void noteWait(HttpResponse<?> response) {
    if (RetryAfter.mayComeWith(response.statusCode())) {
      String retryAfter = response.headers().firstValue("Retry-After").orElse("");
      Duration wait = RetryAfter.of(retryAfter, Instant.now(), LONGEST_WAIT);
      pause = new Pause(nanos.getAsLong() + wait.toNanos(), response.statusCode());
    }
  }

  /**
   * A connection that was idle may be closed by a server or a proxy just when it is used again, and
   * the client repeats no POST by itself. A question changes nothing, so it may be asked once more.
   */
  private HttpResponse<InputStream> send(
      HttpClient through, HttpRequest.Builder request, long startedNanos)
      throws IOException, InterruptedException {
    HttpResponse.BodyHandler<InputStream> body = HttpResponse.BodyHandlers.ofInputStream();
    boolean mayBeIdle = hasAnswered;
    hasAnswered = false;
    HttpResponse<InputStream> response;
    try {
      response = through.send(request.build(), body);
    } catch (HttpTimeoutException | SSLException | ConnectException e) {
      throw e;
    } catch (IOException e) {
      Duration left = leftSince(startedNanos);
      // If the server cut the last connection too, a retry only doubles the requests.
      if (!mayBeIdle || left.isNegative() || left.isZero()) {
        throw e;
      }
      response = through.send(request.timeout(left).build(), body);
    }
    hasAnswered = true;
    return response;
  }

  private HttpRequest.Builder request(ApiRequest request, boolean get) {
    Map<String, String> form = new LinkedHashMap<>(request.form());
    // A cluster of VictoriaMetrics answers for a part of its data unless it is told not to, and
    // from a cache that does not see late samples. Prometheus and others pass over both.
    form.put("deny_partial_response", "1");
    form.put("nocache", "1");
    // Thanos: the same.
    form.put("partial_response", "false");
    String encoded = encoded(form);
    HttpRequest.Builder http =
        get
            ? HttpRequest.newBuilder(at(request.path(), encoded)).GET()
            : HttpRequest.newBuilder(at(request.path(), ""))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(encoded));
    return http.timeout(endpoint.timeout())
        .header("Accept", "application/json")
        .header("Accept-Encoding", "gzip");
  }

  private IOException saysTooLarge() {
    return new HttpResult.AnswerTooLarge(endpoint.maxAnswerBytes());
  }

  private Duration leftSince(long startedNanos) {
    return endpoint.timeout().minusNanos(System.nanoTime() - startedNanos);
  }

  private static Set<String> caseInsensitive(String... names) {
    Set<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    all.addAll(List.of(names));
    return all;
  }

  private static HttpResult failed(Reason reason, String message) {
    return new HttpResult.Failed(SourceFailure.of(reason, message));
  }

  /** The source's URL with a path below it; its own parameters stay in every request. */
  private URI at(String path, String query) {
    URI base = endpoint.baseUrl();
    String all =
        base.getRawQuery() == null || base.getRawQuery().isEmpty()
            ? query
            : query.isEmpty() ? base.getRawQuery() : base.getRawQuery() + "&" + query;
    String root = base.getRawPath() == null ? "" : base.getRawPath().replaceAll("/+$", "");
    return URI.create(
        base.getScheme()
            + "://"
            + base.getRawAuthority()
            + root
            + path
            + (all.isEmpty() ? "" : "?" + all));
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  private void authenticate(HttpRequest.Builder http) throws IOException {
    if (endpoint.authentication() instanceof Endpoint.Authentication.Bearer bearer) {
      http.header("Authorization", "Bearer " + secret(bearer.tokenFile()));
    } else if (endpoint.authentication() instanceof Endpoint.Authentication.Basic basic) {
      String pair = basic.username() + ":" + secret(basic.passwordFile());
      http.header(
          "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    }
  }

  private static String secret(String file) throws IOException {
    return Files.readString(Path.of(file)).strip();
  }

  /** The client, recreated when its certificates have changed. */
  private HttpClient client() throws IOException, GeneralSecurityException {
    synchronized (lock) {
      String now = TlsFiles.stamp(endpoint.trust());
      HttpClient present = client;
      if (present != null && now.equals(clientStamp)) {
        return present;
      }
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .connectTimeout(
                  CONNECT.compareTo(endpoint.timeout()) < 0 ? CONNECT : endpoint.timeout())
              .followRedirects(HttpClient.Redirect.NEVER)
              .version(HttpClient.Version.HTTP_1_1);
      if (!endpoint.trust().isDefault()) {
        builder.sslContext(TlsFiles.context(endpoint.trust()));
      }
      HttpClient made = builder.build();
      client = made;
      clientStamp = now;
      return made;
    }
  }

  /** A packed body, unpacked as it is read and bounded once more: a little may hold a lot. */
  private static final class Unpacked extends BlockInputStream {

    private final Supplier<IOException> tooLarge;
    private @Nullable InputStream unpacked;
    private long left;

    Unpacked(InputStream packed, long most, Supplier<IOException> tooLarge) {
      super(packed);
      this.left = most;
      this.tooLarge = tooLarge;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      InputStream plain = unpacked;
      if (plain == null) {
        plain = new GZIPInputStream(in, UNPACKED_AT_ONCE);
        unpacked = plain;
      }
      int n = plain.read(buffer, from, length);
      left -= Math.max(n, 0);
      if (left < 0) {
        throw tooLarge.get();
      }
      return n;
    }
  }

  /** A body that ends with an exception past the bytes or the time allowed. */
  private final class BoundedBody extends BlockInputStream {

    private final ScheduledFuture<?> deadline;
    private long left = endpoint.maxAnswerBytes();
    private volatile boolean late;

    BoundedBody(InputStream body, Duration allowed) {
      super(body);
      this.deadline =
          DEADLINES.schedule(this::cutOff, Math.max(0, allowed.toMillis()), TimeUnit.MILLISECONDS);
    }

    private void cutOff() {
      late = true;
      try {
        in.close(); // unblocks the reader
      } catch (IOException e) {
        // The reader is told by `late`; there is nobody else to tell.
      }
    }

    /** Shows whether another gzip member follows. */
    @Override
    public int available() throws IOException {
      return in.available();
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      int n;
      try {
        n = in.read(buffer, from, length);
      } catch (IOException e) {
        if (late) {
          throw new HttpResult.AnswerTooLate(endpoint.timeout());
        }
        throw e;
      }
      if (late) {
        throw new HttpResult.AnswerTooLate(endpoint.timeout());
      }
      if (n > 0) {
        left -= n;
        if (left < 0) {
          throw new HttpResult.AnswerTooLarge(endpoint.maxAnswerBytes());
        }
      }
      return n;
    }

    @Override
    public void close() throws IOException {
      deadline.cancel(false);
      super.close();
    }
  }
}
