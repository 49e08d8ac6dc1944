package dev.breakeven.chart;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps every request that a client makes, and those that were not allowed. */
final class CallRecorder implements Interceptor {

  private final Set<ApiCall> made = ConcurrentHashMap.newKeySet();
  private final Set<ApiCall> refused = ConcurrentHashMap.newKeySet();

  /** Each once, however often it was made. */
  Set<ApiCall> made() {
    return Set.copyOf(made);
  }

  /** Those that were answered with 401 or 403. */
  Set<ApiCall> refused() {
    return Set.copyOf(refused);
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    made.add(ApiCall.of(request.method(), request.uri()));
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    answered(response);
  }

  @Override
  public CompletableFuture<Boolean> afterFailure(
      BasicBuilder builder, HttpResponse<?> response, RequestTags tags) {
    answered(response);
    return CompletableFuture.completedFuture(false);
  }

  private void answered(HttpResponse<?> response) {
    if (response.code() == HttpURLConnection.HTTP_FORBIDDEN
        || response.code() == HttpURLConnection.HTTP_UNAUTHORIZED) {
      refused.add(ApiCall.of(response.request().method(), response.request().uri()));
    }
  }
}
