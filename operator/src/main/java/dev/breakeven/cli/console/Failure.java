package dev.breakeven.cli.console;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What failed, in words for people: never the name of a class. */
public final class Failure {

  /** A chain of causes may be a circle. */
  private static final int DEEPEST = 20;

  private static final int LONGEST = 300;

  private static final Pattern CLASS_NAME =
      Pattern.compile("(?:[a-z][\\w$]*\\.)+[A-Z][\\w$]*(?:: ?)?|\\b\\w+Exception(?:: ?)?");

  private Failure() {}

  /**
   * Why something outside the program did not answer: a network, a name, a server. Empty where that
   * is not what failed.
   */
  static Optional<String> outside(Throwable failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST; i++) {
      Optional<String> why = why(cause);
      if (why.isPresent()) {
        return why;
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  private static Optional<String> why(Throwable cause) {
    if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
      return Optional.of(with("its host name is not known", cause));
    }
    if (cause instanceof SocketTimeoutException
        || cause instanceof HttpTimeoutException
        || cause instanceof TimeoutException) {
      return Optional.of("no answer in time");
    }
    if (cause instanceof BindException) {
      return Optional.of("the address is in use or not this machine's");
    }
    if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
      return Optional.of("nothing listens there, or it cannot be reached");
    }
    if (cause instanceof SSLException) {
      return Optional.of(with("no TLS connection", cause));
    }
    return cause instanceof KubernetesClientException answered && answered.getCode() > 0
        ? Optional.of(with("it answered " + answered.getCode(), cause))
        : Optional.empty();
  }

  private static String with(String what, Throwable cause) {
    String said = plain(cause.getMessage());
    return said.isEmpty() ? what : what + ": " + said;
  }

  /** One line for anything that was thrown. */
  public static String sentence(Throwable failure) {
    Optional<String> outside = outside(failure);
    if (outside.isPresent()) {
      return (isOfTheApiServer(failure) ? "the API server did not answer: " : "") + outside.get();
    }
    @Nullable Throwable cause = failure;
    while (cause != null && !(cause instanceof IOException)) {
      cause = cause.getCause();
    }
    if (cause instanceof NoSuchFileException) {
      return plain(cause.getMessage()) + ": no such file";
    }
    if (cause instanceof AccessDeniedException) {
      return plain(cause.getMessage()) + ": may not be read or written";
    }
    String said = plain(cause == null ? failure.getMessage() : cause.getMessage());
    return (cause == null ? "an error of Breakeven's own" : "reading or writing failed")
        + (said.isEmpty() ? "" : ": " + said);
  }

  /** Whether the request was one to the cluster, at the address that the kubeconfig names. */
  private static boolean isOfTheApiServer(Throwable failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST; i++) {
      if (cause instanceof KubernetesClientException asked) {
        return asked.getCode() <= 0;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Why an output file could not be written. */
  public static String notWritten(Path file, IOException failure) {
    String why =
        failure instanceof NoSuchFileException
            ? "its directory does not exist"
            : failure instanceof AccessDeniedException
                ? "permission denied"
                : failure instanceof FileSystemException other
                    ? Objects.requireNonNullElse(other.getReason(), "it is not a directory")
                    : plain(failure.getMessage());
    return file + " cannot be written" + (why.isEmpty() ? "" : ": " + why);
  }

  /** A message on one line, without names of classes, cut where it becomes a page. */
  static String plain(@Nullable String message) {
    if (message == null) {
      return "";
    }
    String line =
        CLASS_NAME
            .matcher(message.strip().replaceAll("\\s*\\R\\s*", "; "))
            .replaceAll("")
            .strip()
            .replaceAll("[:;,]$", "");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
  }
}
