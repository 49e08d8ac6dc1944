package dev.breakeven.cluster;

import com.fasterxml.jackson.core.JacksonException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** Says in a few words, always the same for the same kind, how a call to the API server failed. */
public final class ApiFailure {

  private static final Map<Integer, String> PHRASES =
      Map.of(
          HttpURLConnection.HTTP_BAD_REQUEST,
          "Bad Request",
          HttpURLConnection.HTTP_UNAUTHORIZED,
          "Unauthorized",
          HttpURLConnection.HTTP_FORBIDDEN,
          "Forbidden",
          HttpURLConnection.HTTP_NOT_FOUND,
          "Not Found",
          HttpURLConnection.HTTP_CONFLICT,
          "Conflict",
          HttpURLConnection.HTTP_GONE,
          "Gone",
          422,
          "Unprocessable Entity",
          429,
          "Too Many Requests",
          HttpURLConnection.HTTP_INTERNAL_ERROR,
          "Internal Server Error",
          HttpURLConnection.HTTP_UNAVAILABLE,
          "Service Unavailable");

  private ApiFailure() {}

  /** Such as {@code HTTP 403 Forbidden}, {@code no answer} or {@code unreadable answer}. */
  public static String words(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    int code = cause instanceof KubernetesClientException e ? e.getCode() : 0;
    if (code > 0) {
      return words(code);
    }
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof JacksonException
          || at instanceof UnexpectedAnswer
          || at instanceof IllegalArgumentException // of the HTTP client: no HTTP
          || at.getClass().getName().startsWith("org.snakeyaml.")) {
        return "unreadable answer";
      }
    }
    return cause instanceof KubernetesClientException
            || cause instanceof IOException
            || cause.getClass().getName().startsWith("io.vertx.")
        ? "no answer"
        : cause.getClass().getSimpleName();
  }

  /** Such as {@code HTTP 403 Forbidden}. */
  public static String words(int code) {
    String phrase = PHRASES.getOrDefault(code, "");
    return phrase.isEmpty() ? "HTTP " + code : "HTTP " + code + " " + phrase;
  }

  /** The code of the answer; 0 where there was none. */
  public static int code(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof KubernetesClientException e ? e.getCode() : 0;
  }
}
